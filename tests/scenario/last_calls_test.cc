// What the last calls are for, measured: how often is somebody removed who is well, and how long
// until those who are not are found, with and without them.
#include <gtest/gtest.h>

#include <cstdio>

#include "scenario/chaos.h"

namespace gossipod::sim::test {
namespace {

using namespace std::chrono_literals;
using Kind = Fault::Kind;

struct Removals {
  std::uint64_t wrong = 0;
  double thousand_member_minutes = 0;
};

Removals measure(bool last_calls, std::uint32_t lost_per_thousand) {
  Removals all;
  const Story story{
      .members = 20,
      .faults = {{0ms, 120s, Kind::loss, lost_per_thousand}},
      .configure = [&](Config& config) { config.last_calls = last_calls; },
      .false_removals_most = ~std::uint64_t{0},
  };
  tell_for_seeds(story, 3, [&](const Ending& ending) {
    all.wrong += ending.false_removals;
    all.thousand_member_minutes += 20 * 2 / 1000.0;
  });
  return all;
}

TEST(LastCalls, FewerOfThoseWhoAreWellAreRemoved) {
  for (const std::uint32_t lost : {100u, 250u, 350u}) {
    const Removals without = measure(false, lost);
    const Removals with = measure(true, lost);
    std::printf(
        "lost: %u of 1000; false removals in %.2f thousand member-minutes: %llu without, "
        "%llu with last calls\n",
        lost, with.thousand_member_minutes, static_cast<unsigned long long>(without.wrong),
        static_cast<unsigned long long>(with.wrong));
    EXPECT_LE(with.wrong, without.wrong);
    if (lost <= 250) {
      EXPECT_EQ(with.wrong, 0u);
    }
  }
}

// How long it takes until all who are left know of a death, the average of some seeds.
double until_all_know(bool last_calls) {
  double seconds = 0;
  std::uint64_t seeds = 0;
  const Story story{.members = 20,
                    .faults = {{0ms, 0ms, Kind::kill, 5}, {0ms, 0ms, Kind::kill, 6}},
                    .configure = [&](Config& config) { config.last_calls = last_calls; }};
  tell_for_seeds(story, 10, [&](const Ending& ending) {
    seconds += std::chrono::duration<double>(ending.healed_after).count();
    ++seeds;
  });
  return seeds == 0 ? 0 : seconds / static_cast<double>(seeds);
}

TEST(LastCalls, TheDeadAreFoundNoLater) {
  const double without = until_all_know(false);
  const double with = until_all_know(true);
  std::printf("until all know of two deaths: %.2f s without, %.2f s with last calls\n", without,
              with);
  EXPECT_LE(with, without + 0.5);  // it is looked at twice a second
}

}  // namespace
}  // namespace gossipod::sim::test
