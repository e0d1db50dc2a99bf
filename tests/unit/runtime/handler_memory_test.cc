// HandlerMemory: room for a few, used again; the rest comes from the heap.
#include <gossipod/handler_memory.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "support/heap_calls.h"

namespace gossipod {
namespace {

TEST(HandlerMemory, AFewAtATimeNeedNoHeap) {
  HandlerMemory memory;
  const auto before = test::heap_calls();
  for (int round = 0; round < 100; ++round) {
    std::array<void*, 4> taken{};
    for (void*& place : taken) place = memory.take(128);
    for (void* place : taken) memory.give_back(place);
  }
  EXPECT_EQ(test::heap_calls(), before);
}

TEST(HandlerMemory, WhatDoesNotFitComesFromTheHeap) {
  HandlerMemory memory;
  std::set<void*> taken{memory.take(1 << 10)};
  for (int i = 0; i < 6; ++i) taken.insert(memory.take(256));
  EXPECT_EQ(taken.size(), 7u);
  for (void* place : taken) memory.give_back(place);
}

TEST(HandlerMemory, ItsAllocatorsAreEqualIfTheyShareIt) {
  const auto one = std::make_shared<HandlerMemory>();
  const HandlerAllocator<int> a{one};
  const HandlerAllocator<double> b{a};
  EXPECT_TRUE(a == b);
  EXPECT_FALSE(a == HandlerAllocator<int>{std::make_shared<HandlerMemory>()});
}

}  // namespace
}  // namespace gossipod
