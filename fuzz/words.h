// Of whom is spoken, where they are, and how often they have contradicted: few names and places,
// and incarnations close to each other and to the end of the numbers, so that what is said fits
// together more often than not.
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/limits.h>
#include <gossipod/numbers.h>

#include <array>
#include <cstdint>
#include <string_view>

#include "fuzz/input.h"

namespace gossipod::fuzz {

inline constexpr std::array<std::string_view, 8> names{"a", "b", "c", "d", "e", "f", "g", ""};
inline constexpr std::array<std::uint8_t, 6> versions{1, 5, 2, 0, 0, 0};

inline Endpoint place(unsigned number) {
  const std::array<std::uint8_t, 4> ip{10, 0, 0, static_cast<std::uint8_t>(1 + number)};
  return *Endpoint::from_address(ip, 7946);
}
inline std::string_view name_from(Input& input) { return names[input.byte() % names.size()]; }

// Around what is known, around the guard, and around the end.
inline Incarnation incarnation_from(Input& input) {
  const std::uint8_t byte = input.byte();
  if (byte >= 0xf0) return Incarnation{0xffff'ffffu - (byte & 15)};
  if (byte >= 0xe8) return Incarnation{limits::accused_below - 4 + (byte & 7)};
  if (byte >= 0xe0) return Incarnation{limits::alive_below - 4 + (byte & 7)};
  return Incarnation{byte % 32u};
}

}  // namespace gossipod::fuzz
