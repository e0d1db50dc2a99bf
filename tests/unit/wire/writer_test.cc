#include "wire/writer.h"

#include <gtest/gtest.h>

#include <functional>

#include "octets.h"

namespace gossipod::wire {
namespace {

Octets written(const std::function<void(Writer&)>& write) {
  Octets out(100'000);
  Writer writer{out};
  write(writer);
  EXPECT_TRUE(writer.ok());
  out.resize(writer.size());

  // It fits into exactly that much room, and into no less.
  Octets room(out.size());
  Writer exact{room};
  write(exact);
  EXPECT_TRUE(exact.ok());
  EXPECT_EQ(room, out);
  Writer less{MutableBytes{room}.first(room.size() - 1)};
  write(less);
  EXPECT_FALSE(less.ok());
  return out;
}

TEST(Writer, UnsignedIntegersAreShortest) {
  const std::vector<std::pair<std::uint64_t, std::string_view>> table{
      {0, "00"},
      {127, "7f"},
      {128, "cc 80"},
      {255, "cc ff"},
      {256, "cd 0100"},
      {65535, "cd ffff"},
      {65536, "ce 00010000"},
      {0xffff'ffff, "ce ffffffff"},
      {0x1'0000'0000, "cf 0000000100000000"},
  };
  for (const auto& [value, expected] : table) {
    EXPECT_EQ(written([v = value](Writer& out) { out.unsigned_integer(v); }), octets(expected));
  }
}

TEST(Writer, SignedIntegersStaySigned) {
  const std::vector<std::pair<std::int64_t, std::string_view>> table{
      {0, "00"},
      {127, "7f"},
      {128, "d1 0080"},
      {32767, "d1 7fff"},
      {32768, "d2 00008000"},
      {INT32_MAX, "d2 7fffffff"},
      {std::int64_t{INT32_MAX} + 1, "d3 0000000080000000"},
      {-1, "ff"},
      {-32, "e0"},
      {-33, "d0 df"},
      {-128, "d0 80"},
      {-129, "d1 ff7f"},
      {INT16_MIN, "d1 8000"},
      {INT16_MIN - 1, "d2 ffff7fff"},
      {INT32_MIN, "d2 80000000"},
      {INT64_MIN, "d3 8000000000000000"},
  };
  for (const auto& [value, expected] : table) {
    EXPECT_EQ(written([v = value](Writer& out) { out.signed_integer(v); }), octets(expected));
  }
}

TEST(Writer, StringsAreOldRaws) {
  for (const auto& [size, head] :
       std::vector<std::pair<std::size_t, std::string_view>>{{0, "a0"},
                                                             {1, "a1"},
                                                             {31, "bf"},
                                                             {32, "da 0020"},
                                                             {255, "da 00ff"},
                                                             {65535, "da ffff"},
                                                             {65536, "db 00010000"}}) {
    const std::string text(size, 'x');
    const Octets expected = octets(head) + Octets(size, 'x');
    EXPECT_EQ(written([&](Writer& out) { out.text(text); }), expected);
    if (size > 0) {
      EXPECT_EQ(written([&](Writer& out) { out.blob(as_bytes(text)); }), expected);
    }
  }
}

TEST(Writer, TellsNilFromEmpty) {
  const std::uint8_t present = 0;
  EXPECT_EQ(written([](Writer& out) { out.blob({}); }), octets("c0"));
  EXPECT_EQ(written([&](Writer& out) { out.blob({&present, 0}); }), octets("a0"));
  EXPECT_EQ(written([](Writer& out) { out.text({}); }), octets("a0"));
}

TEST(Writer, WhatFollowsAFailureIsNotWritten) {
  Octets room(2);
  Writer out{room};
  out.byte(1).raw(octets("02 03")).byte(4);
  EXPECT_FALSE(out.ok());
  EXPECT_EQ(room, octets("01 00"));
}

}  // namespace
}  // namespace gossipod::wire
