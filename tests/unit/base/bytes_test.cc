// Memory for bytes: what is large has pages of its own, and all of it can be used.
#include <gossipod/bytes.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace gossipod {
namespace {

TEST(ByteAllocator, GivesMemoryOfEverySizeThatKeepsWhatIsWritten) {
  constexpr std::size_t large = std::size_t{128} << 10;
  for (const std::size_t size : {std::size_t{1}, large - 1, large, large + 1, 8 * large + 13}) {
    LargeBytes bytes(size, 7);
    bytes.front() = 1;
    bytes.back() = 2;
    bytes.push_back(3);  // moves
    EXPECT_EQ(bytes.size(), size + 1);
    EXPECT_EQ(bytes[size - 1], 2);
    EXPECT_EQ(bytes[size / 2], size > 2 ? 7 : 2);
    LargeBytes smaller{bytes.begin(), bytes.begin() + 1};
    smaller.swap(bytes);
    LargeBytes{}.swap(smaller);
    bytes.shrink_to_fit();
    EXPECT_EQ(bytes.size(), 1u);
  }
}

TEST(LargeBytes, KeepTheirContentsWhileTheyGrowAndShrink) {
  std::vector<std::uint8_t> all;
  LargeBytes bytes;
  for (std::size_t more = 1; all.size() < std::size_t{1} << 20; more = 2 * more + 1) {
    const std::vector<std::uint8_t> piece(more, static_cast<std::uint8_t>(more % 251));
    all.insert(all.end(), piece.begin(), piece.end());
    append(bytes, piece);
    append(bytes, {});
    ASSERT_TRUE(std::ranges::equal(bytes, all));
  }
  reserve(bytes, 2 * all.size() + 13);
  EXPECT_EQ(bytes.capacity(), 2 * all.size() + 13);
  reserve(bytes, 1);
  EXPECT_EQ(bytes.capacity(), 2 * all.size() + 13);
  EXPECT_TRUE(std::ranges::equal(bytes, all));
  shrink_to_fit(bytes);
  EXPECT_EQ(bytes.capacity(), all.size());
  EXPECT_TRUE(std::ranges::equal(bytes, all));
}

}  // namespace
}  // namespace gossipod
