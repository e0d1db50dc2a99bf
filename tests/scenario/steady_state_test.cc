// While nothing changes, nothing is allocated: not by the machine, not by the session, keys on or
// off. (Between push-pulls: those carry everything, and are as large as the table.)
#include <gtest/gtest.h>

#include "support/heap_calls.h"
#include "world.h"

namespace gossipod::sim {
namespace {

using namespace std::chrono_literals;

// How often a settled cluster asks for memory within 1,000 s.
std::uint64_t calls_in_a_quiet_time(const std::function<void(std::size_t, Config&)>& configure) {
  World world{3,
              {.members = 20,
               .configure =
                   [&](std::size_t member, Config& config) {
                     config.push_pull_interval = Duration{0};
                     configure(member, config);
                   },
               .check_every = 1'000'000}};
  world.start_all_joined();
  EXPECT_TRUE(world.until([&] { return world.settled(); }, 120s));
  world.run_for(200s);  // every queue and every buffer has had its largest moment
  const std::uint64_t before = test::heap_calls();
  EXPECT_GT(before, 0u);  // it does count
  world.run_for(1000s);
  EXPECT_TRUE(world.settled());
  return test::heap_calls() - before;
}

TEST(SteadyState, APlainClusterDoesNotTouchTheHeap) {
  EXPECT_EQ(calls_in_a_quiet_time([](std::size_t, Config& config) { config.compression = false; }),
            0u);
}

TEST(SteadyState, NorDoesAKeyedAndCompressedOne) {
  EXPECT_EQ(calls_in_a_quiet_time([](std::size_t, Config& config) {
              config.keys.assign(1, std::vector<std::uint8_t>(32, 7));
              config.label = "steady";
            }),
            0u);
}

}  // namespace
}  // namespace gossipod::sim
