// Memory for bytes: what is large has pages of its own, and all of it can be used.
#include <gossipod/bytes.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

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

}  // namespace
}  // namespace gossipod
