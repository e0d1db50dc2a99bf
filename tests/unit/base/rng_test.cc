// The numbers come from a second implementation of splitmix64 and xoshiro256**: a seed that was
// published or that failed must give the same run for ever.
#include "base/rng.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace gossipod {
namespace {

TEST(Rng, GivesThePublishedNumbers) {
  struct Row {
    std::uint64_t seed;
    std::array<std::uint64_t, 4> numbers;
  };
  const Row rows[] = {
      {0, {0x99ec5f36cb75f2b4, 0xbf6e1f784956452a, 0x1a5f849d4933e6e0, 0x6aa594f1262d2d2c}},
      {1, {0xb3f2af6d0fc710c5, 0x853b559647364cea, 0x92f89756082a4514, 0x642e1c7bc266a3a7}},
      {0xdeadbeef,
       {0xc5555444a74d7e83, 0x65c30d37b4b16e38, 0x54f773200a4efa23, 0x429aed75fb958af7}},
  };
  for (const Row& row : rows) {
    Rng rng{row.seed};
    for (const std::uint64_t number : row.numbers) EXPECT_EQ(rng.next(), number) << row.seed;
  }
}

TEST(Rng, WorksAtCompileTime) {
  constexpr std::uint64_t first = Rng{0}.next();
  static_assert(first == 0x99ec5f36cb75f2b4);
}

TEST(Rng, BelowGivesTheSameNumbers) {
  Rng small{7};
  for (const std::uint32_t expected : {7u, 2u, 8u, 9u, 9u, 8u, 0u, 1u, 4u, 1u, 5u, 7u}) {
    EXPECT_EQ(small.below(10u), expected);
  }
  // Most of the draws above the bound are thrown away.
  Rng large{7};
  for (const std::uint32_t expected : {2101729446u, 2943293174u, 2618321815u, 313307367u}) {
    EXPECT_EQ(large.below(3'000'000'000u), expected);
  }
}

TEST(Rng, BelowStaysBelowAndReachesEverything) {
  Rng rng{1};
  for (const std::uint32_t bound : {1u, 2u, 3u, 10u, 64u}) {
    std::vector<int> seen(bound);
    for (std::uint32_t i = 0; i < bound * 200; ++i) {
      const std::uint32_t drawn = rng.below(bound);
      ASSERT_LT(drawn, bound);
      ++seen[drawn];
    }
    EXPECT_GT(*std::min_element(seen.begin(), seen.end()), 100) << bound;
  }
  for (int i = 0; i < 100; ++i) EXPECT_LT(rng.below(UINT32_MAX), UINT32_MAX);
}

TEST(RngDeathTest, BelowZeroIsAMistake) {
  Rng rng{1};
  EXPECT_DEATH((void)rng.below(0u), "bound > 0");
}

TEST(Rng, DurationsStayBelow) {
  Rng rng{7};
  EXPECT_EQ(rng.below(Duration{1'000'000'000}).count(), 278751229);
  EXPECT_EQ(rng.below(Duration{1'000'000'000}).count(), 981097724);
  EXPECT_EQ(rng.below(Duration{1'000'000'000}).count(), 872773938);
  EXPECT_EQ(rng.below(Duration{1'000'000'000'000'000}).count(), 60752200118868);
  EXPECT_EQ(rng.below(Duration{0}), Duration{0});
  EXPECT_EQ(rng.below(Duration{1}), Duration{0});
  for (int i = 0; i < 1000; ++i) {
    const Duration drawn = rng.below(Duration::max());
    ASSERT_GE(drawn, Duration{0});
    ASSERT_LT(drawn, Duration::max());
  }
}

TEST(Rng, ShufflesAsPublished) {
  std::array<int, 8> items{};
  std::iota(items.begin(), items.end(), 0);
  Rng rng{42};
  rng.shuffle(std::span<int>{items});
  EXPECT_EQ(items, (std::array{7, 1, 6, 3, 5, 4, 2, 0}));
  rng.shuffle(std::span<int>{items}.first(1));
  rng.shuffle(std::span<int>{items}.first(0));
  EXPECT_EQ(items, (std::array{7, 1, 6, 3, 5, 4, 2, 0}));
}

}  // namespace
}  // namespace gossipod
