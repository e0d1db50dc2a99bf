#include <gossipod/endpoint.h>

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace gossipod::inline v0 {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

Error bad(const char* part, std::string_view text, const char* why) {
  return {.code = Errc::invalid_address, .field = part, .detail = quoted(text) + ": " + why};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

bool has_blanks(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; });
}

}  // namespace

bool Endpoint::is_v4() const {
  return std::equal(mapped_prefix.begin(), mapped_prefix.end(), ip.begin());
}

bool Endpoint::is_unspecified() const {
  const Bytes bytes = address();
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

bool Endpoint::is_loopback() const {
  if (is_v4()) return address().front() == 127;
  return std::all_of(ip.begin(), ip.end() - 1, [](std::uint8_t byte) { return byte == 0; }) &&
         ip.back() == 1;
}

Bytes Endpoint::address() const { return Bytes{ip}.subspan(is_v4() ? mapped_prefix.size() : 0); }

std::optional<Endpoint> Endpoint::from_address(Bytes address, std::uint16_t port) {
  Endpoint endpoint{.ip = {}, .port = port};
  if (address.size() == 4) {
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), endpoint.ip.begin());
    std::copy(address.begin(), address.end(), endpoint.ip.begin() + mapped_prefix.size());
  } else if (address.size() == endpoint.ip.size()) {
    std::copy(address.begin(), address.end(), endpoint.ip.begin());
  } else {
    return std::nullopt;
  }
  return endpoint;
}

std::optional<Endpoint> Endpoint::from_ip(std::string_view ip, std::uint16_t port) {
  const bool bracketed = ip.size() > 2 && ip.front() == '[' && ip.back() == ']';
  if (bracketed) ip = ip.substr(1, ip.size() - 2);
  // inet_pton wants a terminated text, and would stop at a zero byte that is not the end.
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (ip.size() >= text.size() || ip.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(ip.begin(), ip.end(), text.begin());

  std::array<std::uint8_t, 16> address{};
  if (!bracketed && ::inet_pton(AF_INET, text.data(), address.data()) == 1) {
    return from_address(Bytes{address}.first(4), port);
  }
  if (::inet_pton(AF_INET6, text.data(), address.data()) == 1) return from_address(address, port);
  return std::nullopt;
}

std::string ip_to_string(const Endpoint& endpoint) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(endpoint.is_v4() ? AF_INET : AF_INET6, endpoint.address().data(), text.data(),
              static_cast<socklen_t>(text.size()));
  return text.data();
}

std::string to_string(const Endpoint& endpoint) {
  const std::string ip = ip_to_string(endpoint);
  const std::string port = std::to_string(endpoint.port);
  return endpoint.is_v4() ? ip + ":" + port : "[" + ip + "]:" + port;
}

Result<HostPort> parse_host_port(std::string_view text) {
  HostPort result;
  std::string_view rest = text;
  if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
    if (slash == 0) return bad("name", text, "nothing before the /");
    result.name = rest.substr(0, slash);
    rest.remove_prefix(slash + 1);
  }

  // Several colons without brackets are an IPv6 address, and then there is no port.
  std::string_view host = rest;
  std::optional<std::string_view> port;
  const bool bracketed = rest.starts_with('[');
  if (bracketed) {
    const auto close = rest.find(']');
    if (close == std::string_view::npos) return bad("host", text, "no ] after the [");
    host = rest.substr(1, close - 1);
    const std::string_view tail = rest.substr(close + 1);
    if (tail.starts_with(':')) {
      port = tail.substr(1);
    } else if (!tail.empty()) {
      return bad("host", text, "only :port may follow the ]");
    }
  } else if (std::count(rest.begin(), rest.end(), ':') == 1) {
    host = rest.substr(0, rest.find(':'));
    port = rest.substr(rest.find(':') + 1);
  }

  if (host.empty()) return bad("host", text, "no host");
  if (has_blanks(host)) return bad("host", text, "blanks or control characters in the host");
  if ((bracketed || host.find(':') != std::string_view::npos) && !Endpoint::from_ip(host, 0)) {
    return bad("host", text, "not an IP address");
  }
  if (host.find_first_of("[]") != std::string_view::npos) {
    return bad("host", text, "brackets belong around the whole host");
  }
  if (host.find('/') != std::string_view::npos) return bad("host", text, "a host has no / in it");
  result.host = host;
  if (port) {
    result.port = parse_port(*port);
    if (!result.port) return bad("port", text, "the port is not a number from 0 to 65535");
  }
  return result;
}

}  // namespace gossipod::inline v0
