// Levels and parts of the protocol, in whole clusters: what each level promises, and that members
// of different levels live together.
#include <gtest/gtest.h>

#include "scenario/seeds.h"
#include "world.h"

namespace gossipod::sim {
namespace {

using namespace std::chrono_literals;
using test::for_each_seed;

// A life of a cluster: all join, one changes, says something, one crashes, one leaves; nobody is
// wronged.
void live(std::uint64_t seed, WorldOptions options, bool all_pass_on = true) {
  World world{seed, std::move(options)};
  world.start_all_joined();
  // Whom gossip misses learns by push-pull; those of level basic wait for somebody to think of
  // them.
  ASSERT_TRUE(world.until([&] { return world.settled(); }, all_pass_on ? 90s : 300s));
  world.set_metadata(1, "new");
  // Here too; and the first push-pull comes up to a minute after the start.
  EXPECT_TRUE(world.until(
      [&] {
        for (std::size_t i = 0; i < world.size(); ++i) {
          if (world.metadata(i, 1) != "new") return false;
        }
        return true;
      },
      70s));
  world.broadcast(2, "hello");
  world.run_for(10s);
  // Everybody, once; but for one, now and then, where some members do not pass on.
  EXPECT_LE(world.received().size(), world.size() - 1);
  EXPECT_GE(world.received().size(), world.size() - (all_pass_on ? 1 : 2));
  world.kill(3);
  EXPECT_TRUE(world.until([&] { return world.gone_everywhere(3); }, 60s));
  world.leave(4);
  EXPECT_TRUE(world.until([&] { return world.gone_everywhere(4); }, 40s));
  world.kill(4);
  world.run_for(2min);
  EXPECT_TRUE(world.settled());
  EXPECT_EQ(world.false_positives(), 0u);
}

TEST(LevelStories, Basic) {
  for_each_seed([](std::uint64_t seed) {
    live(seed, {.members = 12,
                .configure = [](std::size_t, Config& config) { config.level = Level::basic; }});
  });
}

TEST(LevelStories, Infection) {
  for_each_seed([](std::uint64_t seed) {
    live(seed, {.members = 12,
                .configure = [](std::size_t, Config& config) { config.level = Level::infection; }});
  });
}

TEST(LevelStories, NothingOfLifeguard) {
  for_each_seed([](std::uint64_t seed) {
    live(seed, {.members = 12, .configure = [](std::size_t, Config& config) {
                  config.health_max_multiplier = 1;
                  config.suspicion_max_multiplier = 1;
                  config.buddy_system = false;
                  config.probe_order = ProbeOrder::random;
                }});
  });
}

TEST(LevelStories, AllLevelsTogether) {
  for_each_seed([](std::uint64_t seed) {
    live(seed,
         {.members = 12,
          .configure =
              [](std::size_t member, Config& config) {
                constexpr std::array levels{Level::basic, Level::infection, Level::suspicion};
                config.level = levels[(member + 2) % 3];
              }},
         false);
  });
}

// Basic, and configured to go when it is declared dead: who was not heard from for a while is out.
TEST(LevelStories, BasicBelievesItsOwnDeath) {
  for_each_seed([](std::uint64_t seed) {
    World world{seed, {.members = 8, .configure = [](std::size_t, Config& config) {
                         config.level = Level::basic;
                         config.on_own_death = OwnDeath::leave;
                       }}};
    world.start_all_joined();
    ASSERT_TRUE(world.until([&] { return world.settled(); }, 90s));
    world.stall(3, 30s);
    world.run_for(60s);
    EXPECT_TRUE(world.gone_everywhere(3));
    EXPECT_EQ(world.sees(3, 3), MemberState::left);
  });
}

}  // namespace
}  // namespace gossipod::sim
