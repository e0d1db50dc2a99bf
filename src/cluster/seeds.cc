#include "cluster/seeds.h"

#include <gossipod/limits.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace gossipod::cluster {
namespace {

// Ours, whatever the user's locale says.
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Why that is no name of a host; null if it is one. A dot at its end means: as it is, without the
// search domains of the system.
const char* flaw(std::string_view host) {
  constexpr std::size_t label_bytes_max = 63;  // DNS's
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.size() > limits::host_name_bytes_max) return "longer than a host name can be";
  std::string_view last;
  for (std::string_view rest = host;;) {
    const std::size_t dot = rest.find('.');
    last = rest.substr(0, dot);
    if (last.empty()) return "an empty part in the host name";
    if (last.size() > label_bytes_max) return "a part of the host name is longer than 63 bytes";
    const bool fine = std::ranges::all_of(
        last, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
    if (!fine) return "host names are made of letters, digits, - and _";
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  // No top level domain is a number; some resolvers would make an address of it all the same.
  if (std::ranges::all_of(last, is_digit)) return "neither an IP address nor a host name";
  return nullptr;
}

Result<Place> find_place(const HostPort& parsed, std::string_view address, std::uint16_t port) {
  const auto wrong = [&](const char* why) {
    return Error{Errc::invalid_address, std::string{address}, why};
  };
  const std::uint16_t at = parsed.port.value_or(port);
  if (at == 0) return wrong("port 0 is nobody's");
  // By definition, wherever we run and whatever can be looked up there.
  const std::string host = parsed.host == "localhost" ? "127.0.0.1" : parsed.host;
  if (const auto endpoint = Endpoint::from_ip(host, at)) {
    if (endpoint->is_unspecified()) return wrong("names no single host");
    return Place{{}, *endpoint};
  }
  if (const char* why = flaw(host)) return wrong(why);
  Place place{host, {}};
  place.endpoint.port = at;
  return place;
}

}  // namespace

Seed parse_seed(std::string_view address, std::uint16_t default_port) {
  auto parsed = parse_host_port(address);
  if (!parsed) return {std::string{address}, {}, parsed.error()};
  auto place = find_place(*parsed, address, default_port);
  return {std::string{address}, std::move(parsed->name), std::move(place)};
}

}  // namespace gossipod::cluster
