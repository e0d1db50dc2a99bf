// Names that move: who may have one, who gets it back, and what old claims do to it.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "swim/moves.h"
#include "unit/swim/machine_bench.h"
#include "unit/swim/said.h"

namespace gossipod::swim::test {
namespace {

constexpr std::uint8_t old_home = 2;
constexpr std::uint8_t elsewhere = 77;

// A machine that knows b, alive at 3.
class MovesTest : public testing::Test {
 protected:
  void SetUp() override {
    bench.hear_alive("b", old_home, 3, "m1");
    bench.story();
  }
  // "alive/3 at 2"
  std::string seen() const {
    const auto index = bench.node.find("b");
    if (!index) return "none";
    const Endpoint at = bench.node.member(*index).identity->endpoint();
    return bench.belief("b") + " at " + std::to_string(at.ip.back());
  }
  MachineBench bench;
};

TEST_F(MovesTest, WhoHasLeftMayComeBackAnywhereAtOnceByANewerClaim) {
  bench.hear_dead("b", 3, "b");
  bench.hear_alive("b", elsewhere, 4, "m2");
  EXPECT_EQ(seen(), "alive/4 at 77");
  EXPECT_EQ(bench.story(), "leave b, join b");
}

TEST_F(MovesTest, AnOldClaimRevivesNobody) {
  bench.hear_alive("b", old_home, 4, "m1");
  bench.hear_dead("b", 4, "b");
  bench.hear_alive("b", elsewhere, 5, "m1");  // it moved
  bench.hear_dead("b", 5, "b");               // and left
  bench.hear_alive("b", old_home, 3, "m1");   // recorded at its first home
  bench.hear_alive("b", old_home, 4, "m1");
  EXPECT_EQ(seen(), "left/5 at 77");
  EXPECT_EQ(bench.counters[Counter::conflicts], 0u);
}

// Its alive claim at 1 is not news, but whomever it joins tells it what it remembers.
TEST_F(MovesTest, WhoRestartsElsewhereIsToldAndContradicts) {
  bench.hear_dead("b", 3, "b");
  bench.story();
  Config config = default_config();
  config.name = "b";
  config.advertise = endpoint_of(elsewhere);
  MachineBench b{config};
  ASSERT_EQ(b.belief("b"), "alive/1");

  b.node.join(b.now, 1, {endpoint_of(1), {}});
  const auto opened = b.streams();
  ASSERT_EQ(opened.size(), 1u);
  b.node.on_stream_opened(b.now, opened[0].stream);
  const auto question = b.streams();
  ASSERT_EQ(question.size(), 1u);
  hear(bench, incoming, *question[0].bytes);
  const auto answer = bench.streams();
  ASSERT_GE(answer.size(), 1u);
  EXPECT_EQ(seen(), "left/3 at 2");
  hear(b, opened[0].stream, *answer[0].bytes);
  EXPECT_EQ(b.belief("b"), "alive/4");
  for (const auto& packet : b.provoke()) {
    for (const wire::Message& message : packet->messages) bench.hear(message);
  }
  EXPECT_EQ(seen(), "alive/4 at 77");
}

TEST_F(MovesTest, WhoNeverLeftHasItsNameBack) {
  bench.hear_dead("b", 3, "b");  // a stranger says so
  bench.hear_alive("b", elsewhere, 100, "theirs");
  ASSERT_EQ(seen(), "alive/100 at 77");
  bench.hear_alive("b", old_home, 3, "m1");  // an old claim on its rounds
  EXPECT_EQ(seen(), "alive/100 at 77");
  bench.story();
  bench.hear_alive("b", old_home, 4, "m1");  // it contradicts the goodbye
  EXPECT_EQ(seen(), "alive/4 at 2");
  EXPECT_EQ(bench.story(), "update b");
  bench.hear_alive("b", elsewhere, 100, "theirs");  // still on its rounds
  EXPECT_EQ(seen(), "alive/4 at 2");
  EXPECT_EQ(bench.story(), "conflict b");
}

TEST_F(MovesTest, WhicheverOfTheTwoLivesHasTheLastWord) {
  bench.hear_dead("b", 3, "b");
  bench.hear_alive("b", elsewhere, 4);  // this one is real
  bench.hear_alive("b", old_home, 9);   // a stranger says that it never left
  EXPECT_EQ(seen(), "alive/9 at 2");
  bench.hear_alive("b", elsewhere, 10);
  EXPECT_EQ(seen(), "alive/10 at 77");
}

TEST_F(MovesTest, ASecondLieDoesNotHideWhoHadItFirst) {
  bench.hear_dead("b", 3, "b");
  bench.hear_alive("b", elsewhere, 100);
  bench.hear_dead("b", 100, "b");
  bench.hear_alive("b", 78, 101);
  ASSERT_EQ(seen(), "alive/101 at 78");
  bench.hear_alive("b", old_home, 4);
  EXPECT_EQ(seen(), "alive/4 at 2");
}

TEST_F(MovesTest, NorDoesARealMoveBeforeIt) {
  bench.hear_dead("b", 3, "b");
  bench.hear_alive("b", elsewhere, 4);  // really
  bench.now += bench.config.gossip_to_the_dead - 1s;
  bench.hear_dead("b", 4, "b");  // a stranger says so
  bench.hear_alive("b", 78, 100);
  ASSERT_EQ(seen(), "alive/100 at 78");
  bench.now += 2s;
  bench.hear_alive("b", elsewhere, 5);
  EXPECT_EQ(seen(), "alive/5 at 77");
}

TEST_F(MovesTest, AfterAWhileAMoveIsAMove) {
  bench.hear_dead("b", 3, "b");
  bench.hear_alive("b", elsewhere, 4);
  bench.now += bench.config.gossip_to_the_dead + 1ms;
  bench.hear_alive("b", old_home, 9);
  EXPECT_EQ(seen(), "alive/4 at 77");
  EXPECT_EQ(bench.counters[Counter::conflicts], 1u);
}

TEST_F(MovesTest, WhoseNameIsUsedElsewhereSaysSomethingNewer) {
  bench.hear_alive("a", elsewhere, 100);
  EXPECT_EQ(bench.belief("a"), "alive/101");
  EXPECT_EQ(bench.story(), "conflict a");
  bench.hear_alive("a", elsewhere, 200);  // not at every word
  EXPECT_EQ(bench.belief("a"), "alive/101");
  bench.now += 1s;
  bench.hear_alive("a", elsewhere, 50);  // nobody believes that
  EXPECT_EQ(bench.belief("a"), "alive/101");
  bench.hear_alive("a", elsewhere, limits::alive_below - 1);
  EXPECT_EQ(bench.belief("a"), "alive/" + std::to_string(limits::alive_below - 1));
}

TEST(Moves, AreBoundedAndNoneIsForgottenForAnother) {
  IdentityPool pool{1};
  Moves moves{30s};
  const TimePoint now{1h};
  const auto identity = [&](std::size_t i, std::uint8_t at) {
    const std::string name = "m" + std::to_string(i);
    const Endpoint endpoint = endpoint_of(at);
    return pool.intern({.name = name,
                        .address = endpoint.address(),
                        .port = endpoint.port,
                        .metadata = {},
                        .versions = {}});
  };
  for (std::size_t i = 0; i < limits::moved_names_max; ++i) {
    ASSERT_TRUE(moves.move(now, identity(i, 2), Incarnation{3}));
  }
  EXPECT_TRUE(moves.move(now, identity(7, 2), Incarnation{4}));
  EXPECT_FALSE(moves.move(now, identity(7, 3), Incarnation{5}));
  EXPECT_FALSE(moves.move(now, identity(5000, 2), Incarnation{3}));
  EXPECT_EQ(moves.size(), limits::moved_names_max);
  EXPECT_TRUE(moves.take_back(now, identity(0, 3), Incarnation{9}, endpoint_of(2), Incarnation{4}));
  EXPECT_TRUE(moves.move(now + 31s, identity(5000, 2), Incarnation{3}));
  EXPECT_EQ(moves.size(), 1u);
}

TEST(Moves, AreRememberedToTheLastMoment) {
  IdentityPool pool{7};
  const auto who = [&](std::string_view name, std::uint8_t last) {
    return pool.intern({.name = name,
                        .address = endpoint_of(last).address(),
                        .port = endpoint_of(last).port,
                        .metadata = {},
                        .versions = {}});
  };
  const TimePoint end = TimePoint{1h} + 10s;
  for (const bool late : {false, true}) {
    const TimePoint then = late ? end + 1ns : end;
    Moves moves{10s};
    EXPECT_TRUE(moves.move(TimePoint{1h}, who("b", 2), Incarnation{5}));
    EXPECT_TRUE(moves.move(then, who("c", 3), Incarnation{1}));
    EXPECT_EQ(moves.size(), late ? 1u : 2u);
    EXPECT_EQ(moves.take_back(then, who("b", 77), Incarnation{6}, endpoint_of(2), Incarnation{7}),
              !late);
  }
}

}  // namespace
}  // namespace gossipod::swim::test
