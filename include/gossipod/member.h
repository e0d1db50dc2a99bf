// What is believed of a member.
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/export.h>
#include <gossipod/numbers.h>

#include <array>
#include <cstdint>
#include <string>

namespace gossipod::inline v0 {

// The numbers are on the wire: never reuse one. Suspects still count as members.
enum class MemberState : std::uint8_t { alive = 0, suspect = 1, dead = 2, left = 3 };
[[nodiscard]] GOSSIPOD_EXPORT const char* to_string(MemberState state);

// What a member can do: protocol versions (its least, its most, the one it speaks) and the same for
// the delegate on top. All zero: unknown.
struct Versions {
  std::uint8_t protocol_min = 0;
  std::uint8_t protocol_max = 0;
  std::uint8_t protocol_current = 0;
  std::uint8_t delegate_min = 0;
  std::uint8_t delegate_max = 0;
  std::uint8_t delegate_current = 0;
  friend constexpr auto operator<=>(const Versions&, const Versions&) = default;
};

// A copy of what is believed of one member, the caller's to keep.
struct Member {
  std::string name;
  Endpoint endpoint;
  std::string metadata;  // any bytes
  Versions versions;
  Incarnation incarnation;
  MemberState state = MemberState::alive;
};

}  // namespace gossipod::inline v0
