// BufferPool: how many buffers the kernel is lent.
#include "runtime/io_uring/buffer_pool.h"

#include <gtest/gtest.h>

namespace gossipod::runtime {
namespace {

// So often in a row all are used up.
void burst(BufferPool& pool, int turns) {
  pool.lend(TimePoint{});
  for (int turn = 0; turn < turns; ++turn) {
    pool.grow();
    pool.lend(TimePoint{});
  }
}

// Of two hundred sockets each doubled them, in one turn.
TEST(BufferPool, LendsTwiceAsManyHoweverManyFindThemUsedUp) {
  BufferPool pool{1, {.bytes = 100, .lent = 4, .most = 64}};
  TimePoint now{};
  pool.lend(now);
  EXPECT_EQ(pool.lent_max(), 4u);
  for (int i = 0; i < 200; ++i) pool.grow();
  pool.lend(now);
  EXPECT_EQ(pool.lent_max(), 8u);
  pool.lend(now);
  EXPECT_EQ(pool.lent_max(), 8u);
}

TEST(BufferPool, LendsNoMoreThanThereAre) {
  BufferPool pool{1, {.bytes = 100, .lent = 4, .most = 8}};
  burst(pool, 5);
  EXPECT_EQ(pool.lent_max(), 8u);
}

// A burst is over: fewer are lent, and what was written to the others is with the system again.
TEST(BufferPool, LendsFewerAfterABurst) {
  BufferPool pool{1, {.bytes = 100, .lent = 4, .most = 64}};
  TimePoint now{};
  burst(pool, 1);
  ASSERT_EQ(pool.lent_max(), 8u);
  for (std::uint16_t number = 0; number < 8; ++number) *pool.at(number) = 'x';
  now += BufferPool::watched;
  pool.lend(now);  // the time in which they were used up
  now += BufferPool::watched;
  pool.lend(now);
  ASSERT_EQ(pool.lent_max(), 4u);
  for (std::uint16_t number = 0; number < 8; ++number) {  // the kernel takes them as they were lent
    pool.taken();
    pool.give_back(number);
    pool.lend(now);
  }
  for (std::uint16_t number = 0; number < 4; ++number) EXPECT_EQ(*pool.at(number), 0) << number;
  for (std::uint16_t number = 4; number < 8; ++number) EXPECT_EQ(*pool.at(number), 'x') << number;
}

// What is used is seen while more are lent than shall be, too.
TEST(BufferPool, LendsNotFewerThanTwiceWhatIsUsed) {
  BufferPool pool{1, {.bytes = 100, .lent = 4, .most = 64}};
  TimePoint now{};
  burst(pool, 4);
  ASSERT_EQ(pool.lent_max(), 64u);
  std::uint16_t next = 0;  // the kernel takes them as they were lent
  for (int times = 0; times < 6; ++times) {
    now += BufferPool::watched;
    for (int i = 0; i < 5; ++i) {
      pool.taken();
      pool.give_back(next++);
    }
    pool.lend(now);
  }
  EXPECT_EQ(pool.lent_max(), 16u);
}

TEST(BufferPool, LendsAsManyAsAreUsed) {
  BufferPool pool{1, {.bytes = 100, .lent = 4, .most = 64}};
  TimePoint now{};
  burst(pool, 1);
  for (int turn = 0; turn < 5; ++turn) {
    for (int i = 0; i < 3; ++i) pool.taken();
    for (std::uint16_t number = 0; number < 3; ++number) pool.give_back(number);
    now += BufferPool::watched;
    pool.lend(now);
  }
  EXPECT_EQ(pool.lent_max(), 8u);
}

}  // namespace
}  // namespace gossipod::runtime
