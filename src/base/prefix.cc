#include <gossipod/prefix.h>

#include <charconv>

#include "base/text.h"

namespace gossipod::inline v0 {
namespace {

constexpr std::uint8_t v4_bits = 96;  // that come before the address itself

Error bad(std::string_view text, const char* why) {
  return {.code = Errc::invalid_address, .field = "network", .detail = quoted(text) + ": " + why};
}

// Whether the first `bits` are equal.
bool same(const std::array<std::uint8_t, 16>& a, const std::array<std::uint8_t, 16>& b,
          std::uint8_t bits) {
  for (std::size_t i = 0; i < a.size() && i * 8 < bits; ++i) {
    const std::size_t left = bits - i * 8;
    const std::uint8_t mask =
        left >= 8 ? std::uint8_t{0xff} : static_cast<std::uint8_t>(0xff << (8 - left));
    if (((a[i] ^ b[i]) & mask) != 0) return false;
  }
  return true;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

bool Prefix::contains(const Endpoint& endpoint) const {
  return endpoint.is_v4() == v4 && same(endpoint.ip, ip, bits);
}

Result<Prefix> Prefix::parse(std::string_view given) {
  const std::string_view text = trimmed(given);
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return bad(text, "must be ADDRESS/BITS");
  const auto base = Endpoint::from_ip(text.substr(0, slash), 0);
  if (!base) return bad(text, "must begin with an IP address");
  const std::string_view digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  const bool v4 = base->is_v4();
  const unsigned most = v4 ? 32 : 128;
  const bool number = problem == std::errc{} && end == digits.data() + digits.size();
  if (!number || bits > most) return bad(text, v4 ? "must end in 0 to 32" : "must end in 0 to 128");

  Prefix prefix{.ip = {}, .bits = static_cast<std::uint8_t>(bits + (v4 ? v4_bits : 0)), .v4 = v4};
  for (std::size_t i = 0; i < prefix.ip.size(); ++i) {
    prefix.ip[i] = base->ip[i];
    // The bits behind the prefix are what remains when all before it are taken away.
    const std::size_t before = i * 8 >= prefix.bits ? 0 : prefix.bits - i * 8;
    const unsigned behind = before >= 8 ? 0 : 0xffu >> before;
    if ((base->ip[i] & behind) != 0) return bad(text, "bits behind the prefix are set");
  }
  return prefix;
}

std::string to_string(const Prefix& prefix) {
  return ip_to_string(Endpoint{.ip = prefix.ip, .port = 0}) + "/" +
         std::to_string(prefix.bits - (prefix.v4 ? v4_bits : 0));
}

}  // namespace gossipod::inline v0
