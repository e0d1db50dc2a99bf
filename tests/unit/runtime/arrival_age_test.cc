// The wall clock is read in one place, to learn how long a datagram waited in the kernel, and is
// not believed: it jumps.
#include <gtest/gtest.h>

#include <chrono>

#include "runtime/posix/datagrams.h"

namespace gossipod::runtime {
namespace {

using namespace std::chrono_literals;

TEST(ArrivalAge, IsWhatTheClockSaysWhileThatCanBe) {
  EXPECT_EQ(believable_age(3ms, 10ms), 3ms);
  EXPECT_EQ(believable_age(0ms, 10ms), 0ms);
}

TEST(ArrivalAge, AWallClockThatJumpsHasNoEffect) {
  EXPECT_EQ(believable_age(1h, 10ms), 10ms);  // set forwards: it came after the last turn
  EXPECT_EQ(believable_age(-1h, 10ms), 0ms);  // set backwards: it came before now
  EXPECT_EQ(believable_age(-24h * 365, 0ms), 0ms);
  EXPECT_EQ(believable_age(1h, -1ms), 0ms);
}

}  // namespace
}  // namespace gossipod::runtime
