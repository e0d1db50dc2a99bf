// Excuses: which removals of a story are due to its faults. All others are wrong.
//
// After the fault is over it excuses what was begun before, for as long as the protocol takes to
// end that: a suspicion runs for a bounded time (`longest_suspicion`). Where the story made sure
// that everything had been decided by the end of the fault, it excuses nothing afterwards.
#pragma once

#include <gossipod/config.h>

#include "scenario/faults.h"
#include "world.h"

namespace gossipod::sim::test {

struct Excuses {
  const Faults& faults;
  TimePoint start;  // of the faults' time
  std::chrono::milliseconds longest_suspicion{};
  // Faults at least so long were looked at when they ended: the paused were removed by everybody,
  // and neither half of the split had a row of the other.
  std::chrono::milliseconds removed_after = std::chrono::milliseconds::max();
  std::chrono::milliseconds forgotten_after = std::chrono::milliseconds::max();
  bool paused_stay = false;

  [[nodiscard]] bool excuse(const Heard& death, std::size_t whom) const;
};

// What a suspicion that nobody confirms and nobody contradicts takes.
[[nodiscard]] std::chrono::milliseconds longest_suspicion(const Config& config,
                                                          std::size_t members);

}  // namespace gossipod::sim::test
