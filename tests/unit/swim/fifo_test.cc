// The queue of events and orders: first in, first out, in little memory.
#include "swim/fifo.h"

#include <gtest/gtest.h>

#include <deque>

#include "base/rng.h"

namespace gossipod::swim {
namespace {

TEST(Fifo, IsAQueue) {
  Fifo<int> fifo;
  std::deque<int> model;
  Rng rng{1};
  int next = 0;
  for (int phase = 0; phase < 200; ++phase) {
    const std::uint32_t pushes = rng.below(50);
    for (std::uint32_t i = 0; i < pushes; ++i) fifo.push(next), model.push_back(next), ++next;
    const std::uint32_t pops = rng.below(50);
    for (std::uint32_t i = 0; i < pops; ++i) {
      ASSERT_EQ(fifo.empty(), model.empty());
      if (!model.empty()) {
        EXPECT_EQ(fifo.front(), model.front());
      }
      const auto popped = fifo.pop();
      ASSERT_EQ(popped.has_value(), !model.empty());
      if (!popped) continue;
      EXPECT_EQ(*popped, model.front());
      model.pop_front();
    }
    ASSERT_EQ(fifo.size(), model.size());
  }
  fifo.clear();
  EXPECT_TRUE(fifo.empty());
}

// One that is never empty, and never long, does not grow.
TEST(Fifo, UsesThePlaceOfWhatIsGone) {
  Fifo<std::array<char, 64>> fifo;
  fifo.push({});
  for (int i = 0; i < 100'000; ++i) {
    fifo.push({});
    ASSERT_TRUE(fifo.pop());
  }
  EXPECT_EQ(fifo.size(), 1u);
}

}  // namespace
}  // namespace gossipod::swim
