// What the golden vectors do not say about LZW: limits, and what is left behind.
#include "wire/lzw.h"

#include <gtest/gtest.h>

#include "octets.h"

namespace gossipod::wire {
namespace {

// Bytes that pack well, badly, and not at all.
std::vector<Octets> samples() {
  std::vector<Octets> all;
  for (const std::size_t size : {0u, 1u, 2u, 3u, 64u, 254u, 255u, 256u, 1400u, 5000u, 70'000u}) {
    for (const std::uint32_t alphabet : {1u, 2u, 7u, 256u}) {
      Octets one(size);
      std::uint32_t state = alphabet;
      for (auto& byte : one) {
        state = state * 1664525u + 1013904223u;
        byte = static_cast<std::uint8_t>((state >> 24) % alphabet);
      }
      all.push_back(one);
    }
  }
  return all;
}

TEST(Lzw, UnpacksWhatItPacked) {
  for (const auto& plain : samples()) {
    Octets packed;
    ASSERT_TRUE(lzw_pack(plain, packed));
    Octets unpacked;
    EXPECT_EQ(lzw_unpack(packed, unpacked, plain.size()), LzwError::none);
    EXPECT_EQ(unpacked, plain);
  }
}

TEST(Lzw, TheLimitsAreExactAndFailuresLeaveNothing) {
  for (const auto& plain : samples()) {
    Octets packed;
    ASSERT_TRUE(lzw_pack(plain, packed));
    for (std::size_t limit = 0; limit < packed.size() + 2; limit += 1 + packed.size() / 50) {
      Octets out{9};
      EXPECT_EQ(lzw_pack(plain, out, limit), limit >= packed.size()) << limit;
      EXPECT_EQ(out.size(), limit >= packed.size() ? 1 + packed.size() : 1);
    }
    for (std::size_t limit = 0; limit < plain.size(); limit += 1 + plain.size() / 50) {
      Octets out{9};
      EXPECT_EQ(lzw_unpack(packed, out, limit), LzwError::too_long);
      EXPECT_EQ(out.size(), 1 + limit);
      EXPECT_TRUE(std::equal(out.begin() + 1, out.end(), plain.begin()));
    }
  }
}

TEST(Lzw, CutAnywhereItSaysSo) {
  for (const auto& plain : samples()) {
    Octets packed;
    ASSERT_TRUE(lzw_pack(plain, packed));
    for (std::size_t size = 0; size < packed.size(); size += 1 + packed.size() / 50) {
      Octets out;
      EXPECT_EQ(lzw_unpack(Bytes{packed}.first(size), out, SIZE_MAX), LzwError::cut);
      EXPECT_LE(out.size(), plain.size());
    }
  }
}

TEST(Lzw, ABombStaysWithinItsLimit) {
  Octets packed;
  ASSERT_TRUE(lzw_pack(Octets(1 << 20, 0), packed));
  EXPECT_LT(packed.size(), 3000u);
  Octets out;
  EXPECT_EQ(lzw_unpack(packed, out, 10'000), LzwError::too_long);
  EXPECT_EQ(out.size(), 10'000u);
  EXPECT_LT(out.capacity(), 30'000u);
}

TEST(Lzw, PackingReusesTheRoomItHas) {
  const Octets plain = samples().back();
  Octets out;
  ASSERT_TRUE(lzw_pack(plain, out));
  const auto* before = out.data();
  out.clear();
  ASSERT_TRUE(lzw_pack(plain, out));
  EXPECT_EQ(out.data(), before);
}

}  // namespace
}  // namespace gossipod::wire
