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

TEST(Chaos, ThreeHearOnlyHalfOfTheOthers) {
  tell_for_seeds({.faults = {{0ms, 120s, Kind::deaf, 3},
                             {0ms, 120s, Kind::deaf, 50},
                             {0ms, 120s, Kind::deaf, 97}}},
                 few);
}

// The dead are forgotten after 30 s: neither half knows the other any more.
TEST(Chaos, ASplitLongerThanTheReapTime) {
  tell_for_seeds({.faults = {{0ms, 90s, Kind::split, members / 2}}, .grace = 10s}, few);
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
  tell_for_seeds({.faults = {{0ms, 20s, Kind::pause, 3}}, .paused_go = true}, few);
}

// All at once, by dice.
TEST(Chaos, OneThingAfterAnother) {
  Story story{.members = 30, .grace = 40s};
  story.faults = {{0ms, 60s, Kind::loss, 150},  {5s, 20s, Kind::pause, 4},
                  {10s, 0ms, Kind::kill, 9},    {12s, 40s, Kind::delay, 0, 200},
                  {20s, 60s, Kind::split, 15},  {30s, 0ms, Kind::restart, 11},
                  {50s, 20s, Kind::deaf, 2},    {60s, 0ms, Kind::restart, 9},
                  {70s, 20s, Kind::twice, 200}, {75s, 0ms, Kind::kill, 21}};
  story.false_removals_most = 30 * 30;  // two of them can look like death together; it must heal
  tell_for_seeds(story, few);
}

// --- The tools themselves

TEST(ChaosTools, FaultsAreReadAsTheyArePrinted) {
  const std::string text =
      "0+120000 loss 250; 0+60000 deaf 3; 0+90000 split 50; 0+60000 delay 0 400; "
      "0+60000 twice 100; 0+60000 flip 50; 5000+0 kill 7; 5000+0 restart 7; 5000+20000 pause 7";
  const auto faults = parse_faults(text);
  ASSERT_TRUE(faults);
  EXPECT_EQ(faults->size(), 9u);
  EXPECT_EQ(to_text(*faults), text);
  const auto telling = parse_telling("17: 5+0 kill 7");
  ASSERT_TRUE(telling);
  EXPECT_EQ(telling->seed, 17u);
  EXPECT_EQ(to_text(*telling), "17: 5+0 kill 7");
  for (const char* wrong : {"5 kill 7", "5+0 murder 7", "5+0 kill", "5+0 delay 1"}) {
    EXPECT_FALSE(parse_faults(wrong)) << wrong;
  }
  EXPECT_FALSE(parse_telling("0+1 loss 2"));
}

// The expectation is broken on purpose: a long pause, and nobody may be removed for it. All that
// has nothing to do with that must go from the list, and the pause itself gets shorter.
TEST(ChaosTools, AFailureIsShrunkToWhatCausesIt) {
  const Story story{.members = 12, .paused_stay = true};
  const Faults faults{{0ms, 40s, Kind::twice, 100},  {1s, 40s, Kind::pause, 5},
                      {2s, 10s, Kind::delay, 0, 20}, {3s, 0ms, Kind::restart, 7},
                      {4s, 20s, Kind::flip, 10},     {5s, 0ms, Kind::kill, 9}};
  std::size_t told = 0;
  const auto fails = [&](const Faults& some) {
    ++told;
    return !tell(story, {3, some}).failure.empty();
  };
  ASSERT_TRUE(fails(faults));
  const Faults shortest = shrink(faults, fails);
  ASSERT_EQ(shortest.size(), 1u) << to_text(shortest);
  EXPECT_EQ(shortest[0].kind, Kind::pause);
  EXPECT_EQ(shortest[0].first, 5u);
  EXPECT_LT(shortest[0].length, 40s);
  EXPECT_GT(shortest[0].length, 3s);
  EXPECT_TRUE(fails(*parse_faults(to_text(shortest))));
  EXPECT_LT(told, 40u);
}

}  // namespace
}  // namespace gossipod::sim::test
