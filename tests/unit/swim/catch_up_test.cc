// CatchUp: when a joiner asks again.
#include "swim/catch_up.h"

#include <gtest/gtest.h>

#include "base/rng.h"

namespace gossipod::swim::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t few = 100;
constexpr std::size_t many = 4000;      // members
constexpr Duration pause_of_many = 5s;  // 250 ms for each 200

struct Joiner {
  Rng rng{7};
  CatchUp catch_up{rng};
  TimePoint now = TimePoint{} + 1h;
  std::uint64_t heard = 0;

  Joiner() { catch_up.on_join(now); }
  void hear(int more, std::size_t members) {
    for (int i = 0; i < more; ++i) catch_up.on_heard(now, ++heard, members);
  }
  [[nodiscard]] Duration waits() const { return catch_up.next_deadline() - now; }
  [[nodiscard]] bool asks() const { return catch_up.next_deadline() != never; }
  // Waits until it is time, asks, and gets an answer that takes so long. True: content.
  bool ask(std::uint64_t taught, std::size_t members, Duration takes = 1ms) {
    now = catch_up.next_deadline();
    catch_up.on_asked(now, heard);
    EXPECT_FALSE(asks());
    now += takes;
    return catch_up.on_answer(now, heard + taught, members);
  }
};

TEST(CatchUp, AFewJoinsAreNoBurst) {
  Joiner joiner;
  for (int i = 0; i < 8; ++i) joiner.hear(1, few);
  EXPECT_FALSE(joiner.asks());
  joiner.hear(1, few);
  EXPECT_TRUE(joiner.asks());
}

TEST(CatchUp, ATrickleIsNone) {
  Joiner joiner;
  for (int i = 0; i < 50; ++i, joiner.now += 1100ms) joiner.hear(8, few);
  EXPECT_FALSE(joiner.asks());
}

TEST(CatchUp, WhoHasBeenThereLongDoesNotAsk) {
  Joiner joiner;
  joiner.now += 61s;
  joiner.hear(100, few);
  EXPECT_FALSE(joiner.asks());
  joiner.hear(100, many);
  EXPECT_FALSE(joiner.asks());
}

TEST(CatchUp, OfAFewOneMayHaveMissedTheSameSoTwoAreAsked) {
  Joiner joiner;
  joiner.hear(20, few);
  EXPECT_FALSE(joiner.ask(1, few));
  EXPECT_FALSE(joiner.ask(0, few));
  EXPECT_TRUE(joiner.ask(0, few));
  EXPECT_FALSE(joiner.asks());
}

TEST(CatchUp, WhatASeedSaidIsAskedForOnce) {
  Joiner joiner;
  joiner.catch_up.on_seed_kept(joiner.now, few);
  EXPECT_TRUE(joiner.ask(0, few));
}

TEST(CatchUp, WithoutAnAnswerItIsNotOver) {
  Joiner joiner;
  joiner.catch_up.on_seed_kept(joiner.now, few);
  joiner.now = joiner.catch_up.next_deadline();
  joiner.catch_up.on_asked(joiner.now, 0);
  joiner.catch_up.on_no_answer(joiner.now, few);
  EXPECT_TRUE(joiner.asks());
}

// An answer that came after the next question was due used to end the asking, whatever it taught.
TEST(CatchUp, NothingIsAskedWhileAnAnswerIsOnItsWay) {
  Joiner joiner;
  joiner.hear(1, many);
  joiner.now = joiner.catch_up.next_deadline();
  joiner.catch_up.on_asked(joiner.now, 1);
  joiner.now += 9s;
  joiner.hear(20, many);
  EXPECT_FALSE(joiner.asks());
  EXPECT_FALSE(joiner.catch_up.on_answer(joiner.now, 1000, many));
  EXPECT_TRUE(joiner.asks());
}

TEST(CatchUp, AmongManyAnyWordMeansThatMoreAreComing) {
  Joiner joiner;
  EXPECT_FALSE(joiner.catch_up.keeps_to_itself(many));
  joiner.hear(1, many);
  EXPECT_TRUE(joiner.catch_up.keeps_to_itself(many));
  EXPECT_FALSE(joiner.catch_up.keeps_to_itself(few));
  EXPECT_GE(joiner.waits(), pause_of_many);
  EXPECT_LE(joiner.waits(), 2 * pause_of_many);
}

TEST(CatchUp, AndPutsTheQuestionOffButNotForEver) {
  Joiner joiner;
  const TimePoint start = joiner.now;
  joiner.hear(1, many);
  while (joiner.catch_up.next_deadline() > joiner.now) {
    EXPECT_TRUE(joiner.waits() >= pause_of_many ||
                joiner.catch_up.next_deadline() == start + 2 * pause_of_many);
    joiner.now += 500ms;
    joiner.hear(1, many);
    ASSERT_LT(joiner.now - start, 1min);
  }
  EXPECT_EQ(joiner.catch_up.next_deadline(), start + 2 * pause_of_many);
}

TEST(CatchUp, AmongManyOneAnswerThatBringsNothingIsEnough) {
  Joiner joiner;
  joiner.hear(1, many);
  EXPECT_FALSE(joiner.ask(1000, many));
  EXPECT_TRUE(joiner.ask(0, many));
  EXPECT_FALSE(joiner.catch_up.keeps_to_itself(many));
  joiner.heard += 1000;
  joiner.hear(1, many);  // somebody nobody of those who were asked had known
  EXPECT_TRUE(joiner.asks());
}

TEST(CatchUp, WhoLearnsMuchIsAJoinerStill) {
  Joiner joiner;
  for (int i = 0; i < 20; ++i) {
    joiner.hear(1, many);
    EXPECT_FALSE(joiner.ask(100, many));
    joiner.heard += 100;
  }
  EXPECT_GT(joiner.now, TimePoint{} + 1h + 60s);
}

TEST(CatchUp, AnswersThatTakeLongAreAskedForLessOften) {
  Joiner joiner;
  joiner.hear(20, few);
  EXPECT_FALSE(joiner.ask(1, few));
  EXPECT_LT(joiner.waits(), 1s);
  EXPECT_FALSE(joiner.ask(2, few, 5s));
  EXPECT_GE(joiner.waits(), 5s);
}

TEST(CatchUp, AskedAreThoseWhoCameLast) {
  EXPECT_EQ(CatchUp::oldest_asked(0), 0u);
  EXPECT_EQ(CatchUp::oldest_asked(1), 0u);
  EXPECT_EQ(CatchUp::oldest_asked(100), 75u);
  EXPECT_EQ(CatchUp::oldest_asked(5000), 4997u);
}

}  // namespace
}  // namespace gossipod::swim::test
