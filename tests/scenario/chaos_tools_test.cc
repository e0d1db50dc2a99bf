// What the stories of chaos are told and judged with: a story that must fail does, an excuse covers
// what it is for and no more, and what is left after shrinking is what causes the failure.
#include <gtest/gtest.h>

#include <algorithm>

#include "scenario/chaos.h"
#include "scenario/excuses.h"

namespace gossipod::sim::test {
namespace {

using namespace std::chrono_literals;
using Kind = Fault::Kind;
using std::chrono::milliseconds;

TEST(ChaosTools, FaultsAreReadAsTheyArePrinted) {
  const std::string text =
      "0+120000 loss 250; 0+60000 deaf 3; 0+60000 half_deaf 3; 0+90000 split 50; "
      "0+60000 delay 0 400; 0+60000 twice 100; 0+60000 flip 50; 5000+0 kill 7; 5000+0 restart 7; "
      "5000+20000 pause 7";
  const auto faults = parse_faults(text);
  ASSERT_TRUE(faults);
  EXPECT_EQ(faults->size(), 10u);
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

// --- Shrinking

Faults hundred_restarts() {
  Faults faults;
  for (std::uint32_t member = 0; member < 100; ++member) {
    faults.push_back({member * 2s, 0ms, Kind::restart, member});
  }
  return faults;
}

bool has(const Faults& faults, std::uint32_t member) {
  return std::ranges::count(faults, member, &Fault::first) > 0;
}

TEST(Shrinking, FindsTheFewThatMatterAmongAHundred) {
  std::size_t asked = 0;
  const auto fails = [&](const Faults& some) {
    ++asked;
    return has(some, 17) && has(some, 63) && has(some, 64);
  };
  const Faults all = hundred_restarts();
  EXPECT_EQ(shrink(all, fails), (Faults{all[17], all[63], all[64]}));
  EXPECT_LT(asked, 100u);
}

TEST(Shrinking, KeepsWhatIsNeededAltogether) {
  const Faults all = hundred_restarts();
  const auto fails = [&](const Faults& some) { return some == all; };
  EXPECT_EQ(shrink(all, fails), all);
}

TEST(Shrinking, HalvesLengthsAsLongAsItFails) {
  const Faults faults{{0ms, 90s, Kind::split, 5}, {0ms, 40s, Kind::loss, 100}};
  const auto fails = [](const Faults& some) {
    return some.size() == 2 && some[0].length >= 20s && some[1].length >= 40s;
  };
  EXPECT_EQ(shrink(faults, fails),
            (Faults{{0ms, 22500ms, Kind::split, 5}, {0ms, 40s, Kind::loss, 100}}));
}

TEST(Shrinking, AsksNoMoreOftenThanItMay) {
  std::size_t asked = 0;
  const auto fails = [&](const Faults& some) {
    ++asked;
    return has(some, 17) && has(some, 63);
  };
  const Faults shorter = shrink(hundred_restarts(), fails, 5);
  EXPECT_EQ(asked, 5u);
  EXPECT_TRUE(fails(shorter));
  EXPECT_LT(shorter.size(), 100u);
}

// A pause made shorter fails in another way than the one that is looked for.
TEST(Shrinking, KeepsToTheSameFailure) {
  const Faults faults{{0ms, 20s, Kind::pause, 3}, {5s, 0ms, Kind::kill, 9}};
  const auto told = [](const Faults& some) {
    Ending ending;
    const bool paused = has(some, 3);
    if (paused && some[0].length < 20s) ending.failure = Failure::not_removed;
    if (paused && some[0].length >= 10s && has(some, 9)) ending.failure = Failure::wrongly_removed;
    return ending;
  };
  EXPECT_EQ(shortest(faults, Failure::wrongly_removed, told, 300),
            (Faults{{0ms, 10s, Kind::pause, 3}, {5s, 0ms, Kind::kill, 9}}));
}

// The expectation is broken on purpose: a long pause, and nobody may be removed for it. All that
// has nothing to do with that must go from the list, and the pause itself gets shorter.
TEST(Shrinking, FindsTheCauseInARealStory) {
  const Story story{.members = 12, .paused_stay = true};
  const Faults faults{{0ms, 40s, Kind::twice, 100},  {1s, 40s, Kind::pause, 5},
                      {2s, 10s, Kind::delay, 0, 20}, {3s, 0ms, Kind::restart, 7},
                      {4s, 20s, Kind::flip, 10},     {5s, 0ms, Kind::kill, 9}};
  std::size_t asked = 0;
  const auto told = [&](const Faults& some) {
    ++asked;
    return tell(story, {3, some});
  };
  ASSERT_EQ(told(faults).failure, Failure::wrongly_removed);
  const Faults found = shortest(faults, Failure::wrongly_removed, told, 300);
  ASSERT_EQ(found.size(), 1u) << to_text(found);
  EXPECT_EQ(found[0].kind, Kind::pause);
  EXPECT_EQ(found[0].first, 5u);
  EXPECT_LT(found[0].length, 40s);
  EXPECT_GT(found[0].length, 3s);
  EXPECT_EQ(told(*parse_faults(to_text(found))).failure, Failure::wrongly_removed);
  EXPECT_LT(asked, 40u);
}

// --- What stories demand

Failure ends(const Story& story, const Faults& faults) { return tell(story, {1, faults}).failure; }

TEST(Demands, WhoeverIsStoppedSoLongMustHaveBeenRemoved) {
  const Faults long_pause{{0ms, 20s, Kind::pause, 3}};
  Story story{.members = 12, .removed_after = 20s};
  EXPECT_EQ(ends(story, long_pause), Failure::none);
  EXPECT_EQ(ends(story, {{0ms, 2s, Kind::pause, 3}}), Failure::none);
  story.configure = [](Config& config) { config.suspicion_multiplier = 60; };
  EXPECT_EQ(ends(story, long_pause), Failure::not_removed);
}

TEST(Demands, HalvesSplitSoLongMustHaveForgottenEachOther) {
  const Faults long_split{{0ms, 90s, Kind::split, 6}};
  Story story{.members = 12, .forgotten_after = 90s};
  EXPECT_EQ(ends(story, long_split), Failure::none);
  EXPECT_EQ(ends(story, {{0ms, 15s, Kind::split, 6}}), Failure::none);
  story.configure = [](Config& config) { config.gossip_to_the_dead = 10min; };
  EXPECT_EQ(ends(story, long_split), Failure::not_forgotten);
}

TEST(Demands, AllMustAgreeInTime) {
  const Story story{.members = 12, .heals_within = 1s};
  EXPECT_EQ(ends(story, {{0ms, 0ms, Kind::kill, 3}}), Failure::not_healed);
}

// --- What is excused

struct Judge {
  Faults faults;
  Excuses excuses{.faults = faults, .start = TimePoint{100s}, .longest_suspicion = 30s};

  // `by` tells that `whom` is dead, as `accuser` decided, so long after the faults began.
  [[nodiscard]] bool excuse(milliseconds after, std::size_t by, std::size_t whom,
                            const std::string& accuser) const {
    Heard death;
    death.at = excuses.start + after;
    death.by = by;
    death.accuser = accuser;
    return excuses.excuse(death, whom);
  }
};

TEST(Excuses, ASplitExcusesWhatWasDecidedAcrossIt) {
  const Judge judge{{{10s, 20s, Kind::split, 5}}};
  EXPECT_TRUE(judge.excuse(15s, 1, 7, "m2"));
  EXPECT_TRUE(judge.excuse(15s, 7, 1, "m8"));
  EXPECT_TRUE(judge.excuse(15s, 1, 7, ""));
  EXPECT_FALSE(judge.excuse(9s, 1, 7, "m2"));   // before
  EXPECT_FALSE(judge.excuse(15s, 1, 2, "m3"));  // within one half
  EXPECT_FALSE(judge.excuse(15s, 8, 7, "m9"));
  EXPECT_FALSE(judge.excuse(15s, 1, 2, ""));
}

TEST(Excuses, AfterASplitOnlyForAsLongAsASuspicionRuns) {
  Judge judge{{{10s, 20s, Kind::split, 5}}};
  EXPECT_TRUE(judge.excuse(59s, 1, 7, "m2"));
  EXPECT_TRUE(judge.excuse(59s, 8, 7, "m2"));   // passed on in its own half
  EXPECT_FALSE(judge.excuse(59s, 1, 7, "m8"));  // its own half says so
  EXPECT_FALSE(judge.excuse(61s, 1, 7, "m2"));
  judge.excuses.forgotten_after = 20s;
  EXPECT_TRUE(judge.excuse(30s, 1, 7, "m2"));
  EXPECT_FALSE(judge.excuse(31s, 1, 7, "m2"));
}

TEST(Excuses, APauseExcusesTheRemovalOfWhoWasStopped) {
  Judge judge{{{10s, 20s, Kind::pause, 3}}};
  EXPECT_TRUE(judge.excuse(15s, 1, 3, "m1"));
  EXPECT_TRUE(judge.excuse(59s, 1, 3, "m1"));
  EXPECT_FALSE(judge.excuse(61s, 1, 3, "m1"));
  EXPECT_FALSE(judge.excuse(15s, 1, 2, "m1"));
  EXPECT_FALSE(judge.excuse(15s, 3, 1, "m3"));  // it removes somebody
  judge.excuses.removed_after = 20s;
  EXPECT_FALSE(judge.excuse(31s, 1, 3, "m1"));
  judge.excuses.paused_stay = true;
  EXPECT_FALSE(judge.excuse(15s, 1, 3, "m1"));
}

TEST(Excuses, TheKilledAreDeadAndTheBadlyConnectedAreNot) {
  const Judge judge{{{10s, 0ms, Kind::kill, 3},
                     {0ms, 60s, Kind::loss, 250},
                     {0ms, 60s, Kind::deaf, 4},
                     {0ms, 60s, Kind::half_deaf, 5},
                     {5s, 0ms, Kind::restart, 6}}};
  EXPECT_FALSE(judge.excuse(9s, 1, 3, "m1"));
  EXPECT_TRUE(judge.excuse(500s, 1, 3, "m1"));
  for (const std::size_t well : {2u, 4u, 5u, 6u}) {
    EXPECT_FALSE(judge.excuse(20s, 1, well, "m1")) << well;
  }
}

TEST(Excuses, TheLongestSuspicionIsLifeguards) {
  const auto config = ConfigBuilder{}.with_name("anybody").build();
  EXPECT_EQ(longest_suspicion(*config, 100), 48s);
  EXPECT_EQ(longest_suspicion(*config, 5), 24s);
}

}  // namespace
}  // namespace gossipod::sim::test
