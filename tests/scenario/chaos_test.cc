// What bad networks and bad machines do to a hundred members, in virtual time; the same stories are
// told on real sockets by tests/chaos. Nobody who is well and can be reached may be removed, and
// whatever happened, all agree on the truth soon after it is over.
//
// GOSSIPOD_SEEDS says how often each is told: a few times by default.
#include "scenario/chaos.h"

#include <gtest/gtest.h>

namespace gossipod::sim::test {
namespace {

using namespace std::chrono_literals;
using Kind = Fault::Kind;
using std::chrono::milliseconds;

constexpr std::uint64_t few = 2;  // seeds by default
constexpr std::uint32_t members = 100;

TEST(Chaos, AQuarterIsLost) { tell_for_seeds({.faults = {{0ms, 120s, Kind::loss, 250}}}, few); }

TEST(Chaos, ThreeHearNoDatagrams) {
  tell_for_seeds({.faults = {{0ms, 120s, Kind::deaf, 3},
                             {0ms, 120s, Kind::deaf, 50},
                             {0ms, 120s, Kind::deaf, 97}}},
                 few);
}

TEST(Chaos, ThreeHearOnlyHalfOfTheOthers) {
  tell_for_seeds({.faults = {{0ms, 120s, Kind::half_deaf, 3},
                             {0ms, 120s, Kind::half_deaf, 50},
                             {0ms, 120s, Kind::half_deaf, 97}}},
                 few);
}

// The dead are forgotten after 30 s: neither half knows the other any more.
TEST(Chaos, ASplitLongerThanTheReapTime) {
  tell_for_seeds({.faults = {{0ms, 90s, Kind::split, members / 2}}, .forgotten_after = 90s}, few);
}

// In the midst of their suspicions.
TEST(Chaos, ASplitThatHealsBeforeAllIsDecided) {
  tell_for_seeds({.faults = {{0ms, 12s, Kind::split, members / 2}}}, few);
}

TEST(Chaos, SlowDoubledAndOutOfOrder) {
  tell_for_seeds({.faults = {{0ms, 60s, Kind::delay, 0, 400}, {0ms, 60s, Kind::twice, 100}}}, few);
}

TEST(Chaos, BitsFlipInSealedPackets) {
  Story story{.faults = {{0ms, 60s, Kind::flip, 50}}, .configure = [](Config& config) {
                config.keys = {std::vector<std::uint8_t>(16, 7)};
              }};
  tell_for_seeds(story, few);
}

TEST(Chaos, EverybodyIsRestartedInTurn) {
  Story story;
  for (std::uint32_t member = 0; member < members; ++member) {
    story.faults.push_back({member * 2s, 0ms, Kind::restart, member});
  }
  tell_for_seeds(story, few);
}

TEST(Chaos, HalfIsKilledAtOnce) {
  Story story;
  for (std::uint32_t member = 1; member < members; member += 2) {
    story.faults.push_back({0ms, 0ms, Kind::kill, member});
  }
  tell_for_seeds(story, few);
}

TEST(Chaos, AShortPauseRemovesNobody) {
  tell_for_seeds(
      {.faults = {{0ms, 3s, Kind::pause, 3}, {5s, 3s, Kind::pause, 42}}, .paused_stay = true}, few);
}

TEST(Chaos, ALongPauseEndsInRemovalAndReturn) {
  tell_for_seeds({.faults = {{0ms, 20s, Kind::pause, 3}}, .removed_after = 20s}, few);
}

// All at once, by dice.
TEST(Chaos, OneThingAfterAnother) {
  Story story{.members = 30};
  story.faults = {{0ms, 60s, Kind::loss, 150},  {5s, 20s, Kind::pause, 4},
                  {10s, 0ms, Kind::kill, 9},    {12s, 40s, Kind::delay, 0, 200},
                  {20s, 60s, Kind::split, 15},  {30s, 0ms, Kind::restart, 11},
                  {50s, 20s, Kind::deaf, 2},    {60s, 0ms, Kind::restart, 9},
                  {70s, 20s, Kind::twice, 200}, {75s, 0ms, Kind::kill, 21}};
  // With so much at once, in some hundred seeds there is one member that misses every answer.
  story.false_removals_most = 1;
  tell_for_seeds(story, few);
}

}  // namespace
}  // namespace gossipod::sim::test
