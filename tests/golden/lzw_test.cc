// LZW: packing gives Go's bytes, unpacking Go's output and errors.
#include "wire/lzw.h"

#include <gtest/gtest.h>

#include <string>

#include "golden/vectors.h"

namespace gossipod::golden {
namespace {

using wire::lzw_pack;
using wire::lzw_unpack;
using wire::LzwError;

TEST(Lzw, PacksLikeGo) {
  const Json file = load("lzw.json");
  for (const auto& one : file["encode"]) {
    SCOPED_TRACE(one["name"].get<std::string>());
    const Octets plain = bytes(one["plain"]);
    ASSERT_EQ(sha256(plain), one["plain_sha256"].get<std::string>());
    Octets packed{1, 2, 3};  // it appends
    ASSERT_TRUE(lzw_pack(plain, packed));
    packed.erase(packed.begin(), packed.begin() + 3);
    EXPECT_EQ(packed.size(), one["packed_length"].get<std::size_t>());
    EXPECT_EQ(sha256(packed), one["packed_sha256"].get<std::string>());
    if (has_octets(one, "packed_")) {
      EXPECT_EQ(to_hex(packed), one["packed_hex"].get<std::string>());
    }

    // The limit is exact, and an attempt that fails leaves no trace.
    Octets limited{1, 2, 3};
    EXPECT_FALSE(lzw_pack(plain, limited, packed.size() - 1));
    EXPECT_FALSE(lzw_pack(plain, limited, 0));
    EXPECT_EQ(limited, (Octets{1, 2, 3}));
    EXPECT_TRUE(lzw_pack(plain, limited, packed.size()));

    Octets unpacked{7};
    EXPECT_EQ(lzw_unpack(packed, unpacked, plain.size()), LzwError::none);
    unpacked.erase(unpacked.begin());
    EXPECT_EQ(unpacked, plain);
  }
  EXPECT_EQ(file["encode"].size(), 83u);
}

TEST(Lzw, UnpacksLikeGo) {
  const Json file = load("lzw.json");
  for (const auto& one : file["decode"]) {
    SCOPED_TRACE(one["name"].get<std::string>());
    const Octets packed = octets(one, "packed_");
    const std::size_t produced = one["produced_length"].get<std::size_t>();
    const std::string error = one["error"].get<std::string>();
    const LzwError expected = error.empty()               ? LzwError::none
                              : error == "unexpected EOF" ? LzwError::cut
                                                          : LzwError::invalid_code;
    Octets unpacked;
    EXPECT_EQ(lzw_unpack(packed, unpacked, SIZE_MAX), expected);
    EXPECT_EQ(unpacked.size(), produced);
    if (one.contains("plain")) {
      EXPECT_EQ(unpacked, bytes(one["plain"]));
    }
    if (one.contains("plain_sha256")) {
      EXPECT_EQ(sha256(unpacked), one["plain_sha256"].get<std::string>());
    }

    // The limit is exact, too.
    unpacked.clear();
    EXPECT_EQ(lzw_unpack(packed, unpacked, produced), expected);
    if (produced == 0) continue;
    unpacked.clear();
    EXPECT_EQ(lzw_unpack(packed, unpacked, produced - 1), LzwError::too_long);
    EXPECT_EQ(unpacked.size(), produced - 1);
  }
  EXPECT_EQ(file["decode"].size(), 37u);
}

}  // namespace
}  // namespace gossipod::golden
