#include "runtime/deadline_heap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/rng.h"

namespace gossipod::runtime {
namespace {

TimePoint at(std::int64_t nanoseconds) { return TimePoint{Duration{nanoseconds}}; }

TEST(DeadlineHeap, EmptyIsNever) {
  DeadlineHeap heap;
  EXPECT_TRUE(heap.empty());
  EXPECT_EQ(heap.next(), never);
  heap.set(3, never);
  EXPECT_TRUE(heap.empty());
}

TEST(DeadlineHeap, EqualDeadlinesComeInTheOrderOfTheirSlots) {
  DeadlineHeap heap;
  for (const std::uint32_t slot : {5u, 2u, 9u, 0u, 7u}) heap.set(slot, at(10));
  std::vector<std::uint32_t> order;
  while (!heap.empty()) {
    order.push_back(heap.top());
    heap.pop();
  }
  EXPECT_EQ(order, (std::vector<std::uint32_t>{0, 2, 5, 7, 9}));
}

TEST(DeadlineHeap, AgreesWithASearchThroughAll) {
  Rng rng{1};
  DeadlineHeap heap;
  std::map<std::uint32_t, TimePoint> all;
  for (int step = 0; step < 50'000; ++step) {
    const std::uint32_t slot = rng.below(std::uint32_t{60});
    if (rng.below(std::uint32_t{4}) == 0) {
      heap.set(slot, never);
      all.erase(slot);
    } else {
      const TimePoint when = at(rng.below(std::uint32_t{100}));
      heap.set(slot, when);
      all[slot] = when;
    }
    ASSERT_EQ(heap.empty(), all.empty());
    if (all.empty()) continue;
    const auto first = std::ranges::min_element(
        all, [](const auto& a, const auto& b) { return a.second < b.second; });
    ASSERT_EQ(heap.next(), first->second);
    ASSERT_EQ(heap.top(), first->first);
    if (rng.below(std::uint32_t{5}) == 0) {
      all.erase(heap.top());
      heap.pop();
    }
  }
}

}  // namespace
}  // namespace gossipod::runtime
