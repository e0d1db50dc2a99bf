// Prefix: a network, as CIDR has it: "10.0.0.0/8", "fd00::/8".
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/error.h>
#include <gossipod/export.h>

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace gossipod::inline v0 {

// Networks of IPv4 hold IPv4 addresses, in whatever form they come, and no others; "::/0" holds no
// IPv4 address, and "0.0.0.0/0" none of IPv6.
struct Prefix {
  std::array<std::uint8_t, 16> ip{};  // as in Endpoint; the bits behind the prefix are 0
  std::uint8_t bits = 0;              // of 128: an IPv4 /8 is 96 + 8
  bool v4 = false;

  [[nodiscard]] GOSSIPOD_EXPORT bool contains(const Endpoint& endpoint) const;
  // Blanks around it are fine. invalid_address: what is wrong with it; also if bits behind the
  // prefix are set, since "10.0.0.1/8" may as well be meant as "10.0.0.1/32".
  [[nodiscard]] GOSSIPOD_EXPORT static Result<Prefix> parse(std::string_view text);

  friend constexpr auto operator<=>(const Prefix&, const Prefix&) = default;
};
[[nodiscard]] GOSSIPOD_EXPORT std::string to_string(const Prefix& prefix);

}  // namespace gossipod::inline v0
