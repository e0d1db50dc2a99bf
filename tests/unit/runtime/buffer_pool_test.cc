// BufferPool: how many buffers the kernel is lent.
#include "runtime/io_uring/buffer_pool.h"

#include <gtest/gtest.h>

namespace gossipod::runtime {
namespace {

// Of two hundred sockets each doubled them, in one turn.
TEST(BufferPool, LendsTwiceAsManyHoweverManyFindThemUsedUp) {
  BufferPool pool{1, {.bytes = 100, .lent = 4, .most = 64}};
  pool.lend();
  EXPECT_EQ(pool.lent_max(), 4u);
  for (int i = 0; i < 200; ++i) pool.grow();
  pool.lend();
  EXPECT_EQ(pool.lent_max(), 8u);
  pool.lend();
  EXPECT_EQ(pool.lent_max(), 8u);
}

TEST(BufferPool, LendsNoMoreThanThereAre) {
  BufferPool pool{1, {.bytes = 100, .lent = 4, .most = 8}};
  for (int turn = 0; turn < 5; ++turn) {
    pool.grow();
    pool.lend();
  }
  EXPECT_EQ(pool.lent_max(), 8u);
}

}  // namespace
}  // namespace gossipod::runtime
