#include "wire/packet_builder.h"

#include <gtest/gtest.h>

#include "octets.h"

namespace gossipod::wire {
namespace {

const Nack nack{SequenceNumber{7}};  // nine bytes
const Octets nack_bytes = octets("0b 81 a5 'SeqNo' 07");

TEST(PacketBuilder, NothingIsNothing) {
  Octets out(100);
  PacketBuilder builder{out};
  EXPECT_EQ(builder.parts(), 0u);
  EXPECT_EQ(builder.finish(), 0u);
}

TEST(PacketBuilder, OneMessageStaysBare) {
  Octets out(9);
  PacketBuilder builder{out};
  EXPECT_EQ(builder.room(), 9u);
  EXPECT_TRUE(builder.add(nack));
  EXPECT_EQ(builder.room(), 0u);
  EXPECT_EQ(builder.parts(), 1u);
  EXPECT_EQ(builder.finish(), 9u);
  EXPECT_EQ(out, nack_bytes);
}

TEST(PacketBuilder, TwoBecomeACompound) {
  Octets out(24);
  PacketBuilder builder{out};
  EXPECT_TRUE(builder.add(nack));
  EXPECT_EQ(builder.room(), 9u);
  EXPECT_TRUE(builder.add_encoded(nack_bytes));
  EXPECT_EQ(builder.finish(), 24u);
  EXPECT_EQ(out, octets("07 02 0009 0009") + nack_bytes + nack_bytes);
}

TEST(PacketBuilder, WhatDoesNotFitChangesNothing) {
  Octets out(23);
  PacketBuilder builder{out};
  EXPECT_TRUE(builder.add(nack));
  EXPECT_EQ(builder.room(), 8u);
  EXPECT_FALSE(builder.add(nack));
  EXPECT_FALSE(builder.add_encoded(nack_bytes));
  EXPECT_FALSE(builder.add_encoded({}));
  EXPECT_TRUE(builder.add(User{as_bytes("1234567")}));
  EXPECT_EQ(builder.finish(), 23u);
  EXPECT_EQ(out, octets("07 02 0009 0008") + nack_bytes + octets("08 '1234567'"));
}

TEST(PacketBuilder, RoomIsExactForEverySize) {
  for (std::size_t size = 0; size < 200; ++size) {
    Octets out(size);
    PacketBuilder builder{out};
    std::size_t bytes = 0;
    while (builder.room() >= nack_bytes.size()) {
      ASSERT_TRUE(builder.add(nack));
      bytes += nack_bytes.size();
    }
    // The last gap is filled to the byte.
    if (const std::size_t room = builder.room(); room > 0) {
      const Octets rest(room, static_cast<std::uint8_t>(Type::user));
      ASSERT_TRUE(builder.add_encoded(rest));
      ASSERT_EQ(builder.room(), 0u);
      EXPECT_EQ(builder.finish(), size);
      continue;
    }
    const std::size_t parts = builder.parts();
    EXPECT_EQ(builder.finish(), parts > 1 ? 2 + 2 * parts + bytes : bytes);
  }
}

TEST(PacketBuilder, StopsWhereOldPeersDo) {
  Octets out(65'536);
  PacketBuilder builder{out};
  while (builder.add(nack)) {
  }
  EXPECT_EQ(builder.parts(), limits::compound_parts_max);
  EXPECT_EQ(builder.room(), 0u);
  EXPECT_EQ(builder.finish(), 2 + limits::compound_parts_max * (2 + nack_bytes.size()));
  EXPECT_EQ(out[1], limits::compound_parts_max);
}

TEST(PacketBuilder, APartIsAtMost65535Bytes) {
  const Octets longest(65'535, 8);
  const Octets longer(65'536, 8);
  {
    Octets out(200'000);
    PacketBuilder builder{out};
    EXPECT_TRUE(builder.add_encoded(longest));
    EXPECT_EQ(builder.room(), 65'535u);
    EXPECT_FALSE(builder.add_encoded(longer));
    EXPECT_TRUE(builder.add_encoded(longest));
    EXPECT_EQ(builder.finish(), 6u + 2 * 65'535);
  }
  {
    Octets out(200'000);
    PacketBuilder builder{out};
    EXPECT_TRUE(builder.add_encoded(longer));  // alone it may be longer
    EXPECT_EQ(builder.room(), 0u);
    EXPECT_FALSE(builder.add(nack));
    EXPECT_EQ(builder.finish(), longer.size());
  }
}

TEST(PacketBuilder, IsSpentOnceFinished) {
  Octets out(100);
  PacketBuilder builder{out};
  EXPECT_TRUE(builder.add(nack));
  EXPECT_EQ(builder.finish(), nack_bytes.size());
  EXPECT_EQ(builder.room(), 0u);
  EXPECT_FALSE(builder.add(nack));
  EXPECT_EQ(builder.finish(), 0u);
}

}  // namespace
}  // namespace gossipod::wire
