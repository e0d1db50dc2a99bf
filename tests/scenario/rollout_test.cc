// Encryption comes to a running cluster, and goes again, one restart at a time: at every moment
// each member understands every other, and nobody is lost on the way.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "scenario/seeds.h"
#include "world.h"

namespace gossipod::sim {
namespace {

using namespace std::chrono_literals;
using test::for_each_seed;

// The steps of docs/operating.md, and back.
struct Step {
  bool keyed, verify_incoming, verify_outgoing;
};
constexpr std::array<Step, 7> steps{{{false, true, true},
                                     {true, false, false},  // opens what is sealed
                                     {true, false, true},   // seals
                                     {true, true, true},    // and asks it of everybody
                                     {true, false, true},
                                     {true, false, false},
                                     {false, true, true}}};

void roll(World& world, std::vector<std::size_t>& at, std::size_t member, std::size_t step) {
  at[member] = step;
  world.restart(member, "step " + std::to_string(step));
  world.join(member, (member + 1) % world.size());
}

TEST(RollOut, EncryptionComesAndGoesWithoutALoss) {
  for_each_seed([](std::uint64_t seed) {
    std::vector<std::size_t> at(8, 0);
    World world{seed, {.members = at.size(), .configure = [&](std::size_t member, Config& config) {
                         const Step& step = steps[at[member]];
                         if (step.keyed) config.keys = {std::vector<std::uint8_t>(32, 7)};
                         config.verify_incoming = step.verify_incoming;
                         config.verify_outgoing = step.verify_outgoing;
                       }}};
    world.start_all_joined();
    ASSERT_TRUE(world.until([&] { return world.settled(); }, 90s));
    world.forget_heard();
    for (std::size_t step = 1; step < steps.size(); ++step) {
      for (std::size_t member = 0; member < world.size(); ++member) {
        roll(world, at, member, step);
        world.run_for(2s);
      }
      EXPECT_TRUE(world.until([&] { return world.settled(); }, 60s)) << step;
    }
    EXPECT_EQ(world.count(swim::Event::Kind::dead), 0u);
  });
}

// A step left out: who seals is not understood by who has no key, and the test above would notice.
TEST(RollOut, AStepLeftOutIsALoss) {
  std::vector<std::size_t> at(8, 0);
  World world{1, {.members = at.size(), .configure = [&](std::size_t member, Config& config) {
                    if (at[member] > 0) config.keys = {std::vector<std::uint8_t>(32, 7)};
                  }}};
  world.start_all_joined();
  ASSERT_TRUE(world.until([&] { return world.settled(); }, 90s));
  for (std::size_t member = 0; member < 4; ++member) roll(world, at, member, 1);
  world.run_for(60s);
  EXPECT_FALSE(world.settled());
}

}  // namespace
}  // namespace gossipod::sim
