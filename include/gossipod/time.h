// Time as an argument: a clock that nobody can read. Code below `runtime` can hold, add and compare
// these times; whoever calls it says what time it is. That makes it deterministic, and lets the
// simulator run the production code.
//
// Unit: nanoseconds. The epoch is the loop's own; only differences mean something.
#pragma once

#include <chrono>

namespace gossipod::inline v0 {

using Duration = std::chrono::nanoseconds;

struct ProtocolClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<ProtocolClock>;
  static constexpr bool is_steady = true;
};
using TimePoint = ProtocolClock::time_point;

inline constexpr TimePoint never = TimePoint::max();

}  // namespace gossipod::inline v0
