// Cause: why a node came to believe what an event tells.
#pragma once

#include <gossipod/export.h>

#include <cstdint>

namespace gossipod::inline v0 {

// The numbers are stable.
enum class Cause : std::uint8_t {
  unknown = 0,    // nothing is known, or there is nothing to know
  own_probe = 1,  // it did not answer our own probe, directly or by others
  claim = 2,      // another member said so
  suspicion = 3,  // it was suspected, and did not contradict in time
  goodbye = 4,    // it said so itself
  removal = 5,    // remove() was called here
};
[[nodiscard]] GOSSIPOD_EXPORT const char* to_string(Cause cause);

}  // namespace gossipod::inline v0
