#include "wire/reader.h"

#include <gossipod/limits.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "octets.h"

namespace gossipod::wire {
namespace {

// Reads, and insists that every shorter input is incomplete and not wrong.
template <class T>
std::optional<T> read(const Octets& in, const std::function<T(Reader&)>& function) {
  for (std::size_t size = 0; size < in.size(); ++size) {
    Reader cut{Bytes{in}.first(size)};
    function(cut);
    EXPECT_FALSE(cut.ok()) << size;
    EXPECT_TRUE(cut.incomplete()) << size;
  }
  Reader reader{in};
  const T value = function(reader);
  if (!reader.ok()) {
    EXPECT_FALSE(reader.incomplete());
    return std::nullopt;
  }
  EXPECT_EQ(reader.consumed(), in.size());
  return value;
}

template <class T>
bool refuses(std::string_view notation, const std::function<T(Reader&)>& function) {
  const Octets in = octets(notation);
  Reader reader{in};
  function(reader);
  return !reader.ok() && !reader.incomplete();
}

TEST(Reader, UnsignedIntegersOfAllWidths) {
  const std::function<std::uint64_t(Reader&)> any = [](Reader& in) {
    return in.unsigned_integer(UINT64_MAX);
  };
  for (const auto& [notation, expected] : std::vector<std::pair<std::string_view, std::uint64_t>>{
           {"c0", 0},
           {"00", 0},
           {"7f", 127},
           {"cc 2a", 42},
           {"cd 002a", 42},
           {"cd ffff", 65535},
           {"ce 0000002a", 42},
           {"cf 000000000000002a", 42},
           {"cf ffffffffffffffff", UINT64_MAX},
           {"d0 2a", 42},
           {"d1 002a", 42},
           {"d2 0000002a", 42},
           {"d3 7fffffffffffffff", INT64_MAX}}) {
    EXPECT_EQ(read(octets(notation), any), expected) << notation;
  }
  for (const auto* notation :
       {"ff", "d0 ff", "d1 8000", "d2 80000000", "d3 ffffffffffffffff", "ca 00000000",
        "cb 0000000000000000", "c2", "c1", "a1 31", "90", "80", "c4 01 00", "d4 00 00"}) {
    EXPECT_TRUE(refuses(notation, any)) << notation;
  }
}

TEST(Reader, UnsignedIntegersAreHeldToTheirMaximum) {
  const auto up_to = [](std::uint64_t max) -> std::function<std::uint64_t(Reader&)> {
    return [max](Reader& in) { return in.unsigned_integer(max); };
  };
  EXPECT_EQ(read(octets("ce 0000ffff"), up_to(65535)), 65535u);
  EXPECT_TRUE(refuses("ce 00010000", up_to(65535)));
  EXPECT_EQ(read(octets("cd 00ff"), up_to(255)), 255u);
  EXPECT_TRUE(refuses("cd 0100", up_to(255)));
  EXPECT_TRUE(refuses("03", up_to(2)));
  EXPECT_TRUE(refuses("cf 0000000100000000", up_to(UINT32_MAX)));
}

TEST(Reader, SignedIntegersWrapAsInTheReference) {
  const std::function<std::int64_t(Reader&)> any = [](Reader& in) { return in.signed_integer(); };
  for (const auto& [notation, expected] :
       std::vector<std::pair<std::string_view, std::int64_t>>{{"c0", 0},
                                                              {"7f", 127},
                                                              {"ff", -1},
                                                              {"e0", -32},
                                                              {"cc c8", 200},
                                                              {"cd 8000", 32768},
                                                              {"ce ffffffff", 4294967295},
                                                              {"cf 8000000000000000", INT64_MIN},
                                                              {"d0 80", -128},
                                                              {"d1 ff7f", -129},
                                                              {"d2 80000000", INT32_MIN},
                                                              {"d3 8000000000000000", INT64_MIN}}) {
    EXPECT_EQ(read(octets(notation), any), expected) << notation;
  }
  for (const auto* notation : {"ca 00000000", "a0", "90", "c3", "c1"}) {
    EXPECT_TRUE(refuses(notation, any)) << notation;
  }
}

TEST(Reader, Booleans) {
  const std::function<bool(Reader&)> any = [](Reader& in) { return in.boolean(); };
  for (const auto* notation : {"c3", "01"}) EXPECT_EQ(read(octets(notation), any), true);
  for (const auto* notation : {"c2", "00", "c0"}) EXPECT_EQ(read(octets(notation), any), false);
  for (const auto* notation : {"02", "ff", "cc 01", "a0", "ca 00000000"}) {
    EXPECT_TRUE(refuses(notation, any)) << notation;
  }
}

TEST(Reader, TextAndBytesInEveryForm) {
  const std::function<std::string_view(Reader&)> text = [](Reader& in) { return in.text(); };
  for (const auto* notation : {"a2 'hi'", "d9 02 'hi'", "da 0002 'hi'", "db 00000002 'hi'",
                               "c4 02 'hi'", "c5 0002 'hi'", "c6 00000002 'hi'"}) {
    const Octets in = octets(notation);
    EXPECT_EQ(read(in, text), "hi") << notation;
  }
  const Octets nil = octets("c0");
  EXPECT_EQ(read(nil, text), "");
  for (const auto* notation : {"05", "ff", "c3", "90", "80", "cb 0000000000000000", "d4 01 'b'"}) {
    EXPECT_TRUE(refuses(notation, text)) << notation;
  }
}

TEST(Reader, TellsNilFromEmpty) {
  const Octets in = octets("c0 a0 c4 00");
  Reader reader{in};
  EXPECT_EQ(reader.blob().data(), nullptr);
  EXPECT_NE(reader.blob().data(), nullptr);
  EXPECT_NE(reader.blob().data(), nullptr);
  EXPECT_TRUE(reader.ok());
}

TEST(Reader, KeysAreTextAndNotEmpty) {
  const std::function<std::string_view(Reader&)> key = [](Reader& in) { return in.key(); };
  const Octets in = octets("d9 01 'k'");
  EXPECT_EQ(read(in, key), "k");
  for (const auto* notation : {"c0", "a0", "2a", "90", "c3"}) {
    EXPECT_TRUE(refuses(notation, key)) << notation;
  }
}

TEST(Reader, MapsAndContainers) {
  const std::function<std::uint32_t(Reader&)> map = [](Reader& in) { return in.map(); };
  EXPECT_EQ(read(octets("85"), map), 5u);
  EXPECT_EQ(read(octets("de 0102"), map), 258u);
  EXPECT_EQ(read(octets("df 01000000"), map), 1u << 24);
  EXPECT_EQ(read(octets("c0"), map), 0u);
  for (const auto* notation :
       {"92", "dc 0001", "dd 00000001", "05", "a0", "c1", "c3", "d4 01 01"}) {
    EXPECT_TRUE(refuses(notation, map)) << notation;
  }
  const std::function<std::uint32_t(Reader&)> array = [](Reader& in) {
    const auto found = in.container();
    EXPECT_TRUE(found.array || !in.ok());
    return found.entries;
  };
  EXPECT_EQ(read(octets("92"), array), 2u);
  EXPECT_EQ(read(octets("dc 0102"), array), 258u);
  EXPECT_EQ(read(octets("dd ffffffff"), array), UINT32_MAX);
}

TEST(Reader, LiteralsAreAllOrNothing) {
  const Octets in = octets("01 02 03");
  Reader reader{in};
  EXPECT_FALSE(reader.literal(std::array<std::uint8_t, 2>{1, 3}));
  EXPECT_FALSE(reader.literal(std::array<std::uint8_t, 4>{1, 2, 3, 4}));
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.consumed(), 0u);
  EXPECT_TRUE(reader.literal(std::array<std::uint8_t, 2>{1, 2}));
  EXPECT_EQ(reader.byte(), 3);
}

TEST(Reader, TheFirstFailureCounts) {
  const Octets in = octets("c1 a1");
  Reader malformed{in};
  malformed.text();
  malformed.text();  // nothing is left now
  EXPECT_FALSE(malformed.ok());
  EXPECT_FALSE(malformed.incomplete());

  Reader cut{Bytes{in}.subspan(1)};
  cut.text();
  cut.boolean();
  cut.skip();
  EXPECT_TRUE(cut.incomplete());
  EXPECT_EQ(cut.map(), 0u);
  EXPECT_EQ(cut.unsigned_integer(9), 0u);
  EXPECT_EQ(cut.signed_integer(), 0);
  EXPECT_EQ(cut.byte(), 0);
  EXPECT_TRUE(cut.blob().empty());
}

TEST(Reader, SkipsNestedValuesUpToTheLimit) {
  const std::function<bool(Reader&)> skip = [](Reader& in) { return in.skip(), true; };
  const auto nested = [](std::size_t depth) { return Octets(depth, 0x91) + octets("01"); };
  EXPECT_TRUE(read(nested(limits::msgpack_depth_max), skip).has_value());
  const Octets deeper = nested(limits::msgpack_depth_max + 1);
  Reader reader{deeper};
  reader.skip();
  EXPECT_FALSE(reader.ok());
  EXPECT_FALSE(reader.incomplete());
}

TEST(Reader, SkipsSoManyValuesOfOneMessage) {
  // Each time an array and its 1023 elements.
  const Octets array = octets("dc 03ff") + Octets(1023, 0x2a);
  const std::size_t times = limits::msgpack_items_max / 1024;
  const Octets two_messages = repeated(octets("80") + repeated(array, times), 2);
  Reader reader{two_messages};
  for (int message = 0; message < 2; ++message) {
    reader.container();  // a message begins: it has a budget of its own
    for (std::size_t i = 0; i < times; ++i) reader.skip();
  }
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.consumed(), two_messages.size());

  const Octets too_many = octets("80") + repeated(array, times) + octets("2a");
  Reader greedy{too_many};
  greedy.container();
  for (std::size_t i = 0; i < times; ++i) greedy.skip();
  EXPECT_TRUE(greedy.ok());
  greedy.skip();
  EXPECT_FALSE(greedy.ok());
}

}  // namespace
}  // namespace gossipod::wire
