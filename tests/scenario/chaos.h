// Chaos: a cluster in virtual time, to which a list of faults happens. It tells what was wrongly
// believed meanwhile, and whether everybody agrees on the truth in the end.
#pragma once

#include <functional>
#include <string>

#include "scenario/faults.h"
#include "world.h"

namespace gossipod::sim::test {

struct Story {
  std::size_t members = 100;
  Faults faults{};
  std::function<void(Config&)> configure{};
  // Deaths told of members that were well and could be reached (excuses.h); more than that is a
  // failure.
  std::uint64_t false_removals_most = 0;
  bool paused_stay = false;  // not even those who were stopped may be removed
  // Who is stopped for at least so long must have been removed by everybody when it wakes up, and
  // after a split at least so long neither half may have a row of the other. Shorter ones promise
  // nothing: such as shrinking makes.
  std::chrono::milliseconds removed_after = std::chrono::milliseconds::max();
  std::chrono::milliseconds forgotten_after = std::chrono::milliseconds::max();
  std::chrono::milliseconds heals_within = std::chrono::seconds{90};
};

// What went wrong; shrinking keeps to the same.
enum class Failure : std::uint8_t {
  none,
  never_met,       // before there was any fault
  not_removed,     // though stopped so long
  not_forgotten,   // though split so long
  not_healed,      // not all agree on the truth, so long after it was over
  wrongly_removed  // more than may be
};

struct Ending {
  Failure failure = Failure::none;
  std::string what;  // of the failure
  std::uint64_t false_removals = 0;
  std::chrono::milliseconds faults_lasted{};
  std::chrono::milliseconds healed_after{};  // once all faults are over
};

[[nodiscard]] Ending tell(const Story& story, const Telling& telling);

// The shortest list found that fails in that way; `told` says how a list ends.
[[nodiscard]] Faults shortest(const Faults& faults, Failure failure,
                              const std::function<Ending(const Faults&)>& told, std::size_t tries);

// Tells it for as many seeds as GOSSIPOD_SEEDS says; without that for `few`. The first that fails
// is shrunk, and the command that replays it is printed. GOSSIPOD_REPLAY='seed: faults' tells that
// and nothing else, and takes its time to shrink it.
void tell_for_seeds(const Story& story, std::uint64_t few,
                    const std::function<void(const Ending&)>& ended = {});

}  // namespace gossipod::sim::test
