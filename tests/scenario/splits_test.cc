// Splits that last longer than anybody's memory, and names that are claimed twice.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "scenario/seeds.h"
#include "world.h"

namespace gossipod::sim {
namespace {

using namespace std::chrono_literals;
using test::for_each_seed;
using test::seeds;

// The dead are forgotten after 30 s (LAN): after that neither half knows the other.
bool halves_forgot(const World& world, std::size_t half) {
  for (std::size_t who = 0; who < world.size(); ++who) {
    for (std::size_t whom = 0; whom < world.size(); ++whom) {
      if ((who < half) != (whom < half) && world.runs(who) && world.sees(who, whom)) return false;
    }
  }
  return true;
}

TEST(Splits, LongerThanTheReapTimeHeals) {
  for_each_seed([](std::uint64_t seed) {
    World world{seed, {.members = 10}};
    world.start_all_joined();
    ASSERT_TRUE(world.until([&] { return world.settled(); }, 90s));
    world.split(5);
    // From minutes to hours.
    world.run_for(3min + (seed % 10) * 20min);
    ASSERT_TRUE(halves_forgot(world, 5));
    world.heal();
    EXPECT_TRUE(world.until([&] { return world.settled(); }, 60s));
  });
}

TEST(Splits, OfNearlyADayHeals) {
  for (std::uint64_t seed = 1; seed <= 1 + seeds() / 20; ++seed) {
    SCOPED_TRACE(seed);
    World world{seed, {.members = 6, .check_every = 1000}};
    world.start_all_joined();
    ASSERT_TRUE(world.until([&] { return world.settled(); }, 90s));
    world.split(3);
    world.run_for(23h + 50min);
    ASSERT_TRUE(halves_forgot(world, 3));
    world.heal();
    EXPECT_TRUE(world.until([&] { return world.settled(); }, 60s));
  }
}

// After its time is over nobody is tried any more: a member is not looked for for ever.
TEST(Splits, AfterTheReconnectTimeoutNobodyIsTried) {
  World world{1, {.members = 4, .configure = [](std::size_t member, Config& config) {
                    config.reconnect_timeout = 10min;
                    static_cast<void>(member);
                  }}};
  for (std::size_t i = 0; i < 4; ++i) world.start(i);
  // Joined in a ring that leaves no seed on the other side.
  world.join(1, 0);
  world.join(3, 2);
  world.join(1, 2);
  ASSERT_TRUE(world.until([&] { return world.settled(); }, 90s));
  world.kill(2);
  world.kill(3);
  world.run_for(20min);
  const std::uint64_t before = world.counter(0, Counter::push_pulls_failed);
  world.run_for(20min);
  EXPECT_EQ(world.counter(0, Counter::push_pulls_failed), before);
}

TEST(Splits, HealsWhenOnlyHalfOfTheLostComeBack) {
  const std::uint64_t runs = std::max<std::uint64_t>(100, seeds());
  std::uint64_t healed = 0;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    World world{seed, {.members = 8, .check_every = 1000}};
    world.start_all_joined();
    ASSERT_TRUE(world.until([&] { return world.settled(); }, 90s));
    world.split(4);
    world.run_for(5min);
    world.kill(4);
    world.kill(6);
    world.run_for(5min);
    world.heal();
    healed += world.until([&] { return world.settled(); }, 60s) ? 1 : 0;
  }
  std::printf("healed within 60 s: %llu of %llu\n", static_cast<unsigned long long>(healed),
              static_cast<unsigned long long>(runs));
  EXPECT_GE(healed * 100, runs * 95);
}

TEST(Splits, WhoIsAloneTriesItsSeedsAgain) {
  for_each_seed([](std::uint64_t seed) {
    World world{seed, {.members = 3, .configure = [](std::size_t, Config& config) {
                         config.reconnect_interval = Duration{0};
                         config.join_retry = 5s;
                       }}};
    world.start(2);
    world.join(2, 0);  // nobody there yet
    world.join(2, 1);
    world.run_for(60s);
    world.start(0);
    EXPECT_TRUE(world.until([&] { return world.settled(); }, 21s));  // two seeds, in turn
    EXPECT_EQ(world.sees(0, 2), MemberState::alive);
  });
}

// A second process under a name that is taken: everybody keeps to the first, and is told.
TEST(Splits, ANameIsClaimedTwice) {
  for_each_seed([](std::uint64_t seed) {
    World world{seed, {.members = 6, .configure = [](std::size_t member, Config& config) {
                         if (member == 5) config.name = World::name_of(2);
                       }}};
    for (std::size_t i = 0; i < 5; ++i) {
      world.start(i);
      if (i > 0) world.join(i, 0);
    }
    ASSERT_TRUE(world.until([&] { return world.sees(3, 2) == MemberState::alive; }, 30s));
    world.run_for(5s);
    world.start(5);
    world.join(5, 0);
    world.run_for(2min);
    EXPECT_GE(world.count(swim::Event::Kind::conflict), 1u);
    for (const std::size_t who : {0u, 1u, 3u, 4u}) {
      const swim::Node& node = world.machine(who);
      const auto index = node.find(World::name_of(2));
      ASSERT_TRUE(index);
      EXPECT_EQ(node.member(*index).identity->endpoint(), World::endpoint_of(2)) << who;
      EXPECT_EQ(node.member(*index).state, MemberState::alive) << who;
    }
    EXPECT_EQ(world.count(swim::Event::Kind::dead), 0u);
  });
}

}  // namespace
}  // namespace gossipod::sim
