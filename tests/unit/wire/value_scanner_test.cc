#include "wire/value_scanner.h"

#include <gtest/gtest.h>

#include <array>

#include "octets.h"

namespace gossipod::wire {
namespace {

using Status = ValueScanner::Status;

TEST(ValueScanner, FindsTheEndOfEveryKind) {
  for (const auto* notation : {"00",
                               "7f",
                               "e0",
                               "ff",
                               "c0",
                               "c2",
                               "c3",
                               "cc 01",
                               "cd 0102",
                               "ce 01020304",
                               "cf 0102030405060708",
                               "d0 01",
                               "d1 0102",
                               "d2 01020304",
                               "d3 0102030405060708",
                               "ca 01020304",
                               "cb 0102030405060708",
                               "a0",
                               "a3 'abc'",
                               "d9 03 'abc'",
                               "da 0003 'abc'",
                               "db 00000003 'abc'",
                               "c4 03 'abc'",
                               "c5 0003 'abc'",
                               "c6 00000003 'abc'",
                               "c7 03 05 'abc'",
                               "c8 0003 05 'abc'",
                               "c9 00000003 05 'abc'",
                               "d4 01 'a'",
                               "d5 01 'ab'",
                               "d6 01 'abcd'",
                               "d7 01 'abcdefgh'",
                               "d8 01 'abcdefghijklmnop'",
                               "80",
                               "90",
                               "dc 0000",
                               "dd 00000000",
                               "de 0000",
                               "df 00000000",
                               "82 a1 'a' 01 a1 'b' 92 c0 c3",
                               "92 91 90 80",
                               "dc 0001 c0",
                               "dd 00000001 c0",
                               "de 0001 01 02",
                               "df 00000001 01 02"}) {
    const Octets value = octets(notation);
    const Octets more = value + octets("c1 c1");
    ValueScanner whole{64};
    EXPECT_EQ(whole.scan(more), Status::whole) << notation;
    EXPECT_EQ(whole.size(), value.size()) << notation;

    // Byte by byte it comes to the same.
    ValueScanner pieces{64};
    for (std::size_t size = 0; size < value.size(); ++size) {
      ASSERT_EQ(pieces.scan(Bytes{value}.first(size)), Status::more) << notation << " " << size;
    }
    EXPECT_EQ(pieces.scan(value), Status::whole) << notation;
    EXPECT_EQ(pieces.size(), value.size()) << notation;
    EXPECT_EQ(pieces.items(), whole.items()) << notation;
  }
}

TEST(ValueScanner, RefusesWhatIsNoValue) {
  for (const auto* notation : {"c1", "91 c1", "81 a1 'a' c1"}) {
    ValueScanner scanner{64};
    EXPECT_EQ(scanner.scan(octets(notation)), Status::malformed) << notation;
  }
}

TEST(ValueScanner, HugeLengthsCostNothing) {
  for (const auto* notation : {"dd ffffffff 01", "df ffffffff 01", "db ffffffff 'a'",
                               "c9 ffffffff 01 'a'", "c6 ffffffff 'a'"}) {
    ValueScanner scanner{64};
    EXPECT_EQ(scanner.scan(octets(notation)), Status::more) << notation;
    EXPECT_LE(scanner.items(), 2u) << notation;
  }
}

TEST(ValueScanner, Bounds) {
  ValueScanner flat{0};
  EXPECT_EQ(flat.scan(octets("01")), Status::whole);
  EXPECT_EQ(ValueScanner{0}.scan(octets("90")), Status::malformed);
  EXPECT_EQ(ValueScanner{2}.scan(octets("91 90")), Status::whole);
  EXPECT_EQ(ValueScanner{2}.scan(octets("91 91 90")), Status::malformed);
  EXPECT_EQ((ValueScanner{2, 3}.scan(octets("92 01 02"))), Status::whole);
  EXPECT_EQ((ValueScanner{2, 2}.scan(octets("92 01 02"))), Status::malformed);
}

}  // namespace
}  // namespace gossipod::wire
