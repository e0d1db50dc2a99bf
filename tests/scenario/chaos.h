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
  // Deaths told of members that were well and could be reached; more than that is a failure. What
  // comes within `grace` of a split is the split's.
  std::uint64_t false_removals_most = 0;
  std::chrono::milliseconds grace{0};
  bool paused_stay = false;  // not even those who were stopped may be removed
  bool paused_go = false;    // everybody must have removed them by the time that they wake up
  std::chrono::milliseconds heals_within = std::chrono::seconds{90};
};

struct Ending {
  std::string failure;  // empty: it ended well
  std::uint64_t false_removals = 0;
  std::chrono::milliseconds faults_lasted{};
  std::chrono::milliseconds healed_after{};  // once all faults are over
};

[[nodiscard]] Ending tell(const Story& story, const Telling& telling);

// Tells it for as many seeds as GOSSIPOD_SEEDS says; without that for `few`. The first that fails
// is shrunk, and the command that replays it is part of the failure. GOSSIPOD_REPLAY='seed: faults'
// tells that and nothing else.
void tell_for_seeds(const Story& story, std::uint64_t few,
                    const std::function<void(const Ending&)>& ended = {});

}  // namespace gossipod::sim::test
