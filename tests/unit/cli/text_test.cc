#include "cli/text.h"

#include <gtest/gtest.h>

#include <chrono>

namespace gossipod::cli {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

TEST(Text, Utf8IsTold) {
  for (const auto good : {""sv, "plain"sv, "\xC3\xA4"sv, "\xE2\x82\xAC"sv, "\xF0\x9F\x98\x80"sv,
                          "\xED\x9F\xBF"sv, "\xF4\x8F\xBF\xBF"sv, "\0"sv}) {
    EXPECT_TRUE(is_utf8(good)) << to_hex(good);
  }
  for (const auto bad : {"\x80"sv, "\xC3"sv, "\xC0\x80"sv, "\xC1\xBF"sv, "\xE0\x9F\xBF"sv,
                         "\xE2\x82"sv, "\xED\xA0\x80"sv, "\xF0\x8F\xBF\xBF"sv, "\xF4\x90\x80\x80"sv,
                         "\xF5\x80\x80\x80"sv, "\xFF"sv, "ab\xE2\x82(cd"sv}) {
    EXPECT_FALSE(is_utf8(bad)) << to_hex(bad);
  }
}

TEST(Text, StrangersCannotMoveTheCursor) {
  EXPECT_EQ(escaped("caf\xC3\xA9 \xE2\x82\xAC"), "caf\xC3\xA9 \xE2\x82\xAC");
  EXPECT_EQ(escaped("a\x1b[2Jb\n\r\x7f"), "a\\x1b[2Jb\\x0a\\x0d\\x7f");
  EXPECT_EQ(escaped("\xC2\x9B"), "\\xc2\\x9b");  // CSI in one character
  EXPECT_EQ(escaped("\xFFz\xC3"), "\\xffz\\xc3");
}

TEST(Text, Base64) {
  EXPECT_EQ(to_base64(as_bytes("")), "");
  EXPECT_EQ(to_base64(as_bytes("f")), "Zg==");
  EXPECT_EQ(to_base64(as_bytes("fo")), "Zm8=");
  EXPECT_EQ(to_base64(as_bytes("foo")), "Zm9v");
  EXPECT_EQ(to_base64(as_bytes("foobar")), "Zm9vYmFy");
  EXPECT_EQ(to_base64(as_bytes("\xFB\xEF\xFF")), "++//");
}

TEST(Text, Digest) {
  EXPECT_EQ(digest(""), "cbf29ce484222325");
  EXPECT_EQ(digest("a"), "af63dc4c8601ec8c");
  EXPECT_EQ(digest("foobar"), "85944171f73967e8");
}

TEST(Text, Durations) {
  const auto parsed = [](std::string_view text) { return *parse_duration(text, "--x"); };
  EXPECT_EQ(parsed("200ms"), 200ms);
  EXPECT_EQ(parsed("1s"), 1s);
  EXPECT_EQ(parsed("1.5s"), 1500ms);
  EXPECT_EQ(parsed("2m"), 2min);
  EXPECT_EQ(parsed("1h"), 1h);
  EXPECT_EQ(parsed("250us"), 250us);
  EXPECT_EQ(parsed("0s"), 0s);
  for (const auto bad :
       {"", "5", "ms", "1 s", "-1s", "1sec", "1s2", "inf", "1e3s", "99999999999h"}) {
    const auto result = parse_duration(bad, "--x");
    ASSERT_FALSE(result) << bad;
    EXPECT_EQ(result.error().field, "--x");
  }
}

TEST(Text, WordsAndTheRest) {
  using Pair = std::pair<std::string_view, std::string_view>;
  EXPECT_EQ(split_word(""), Pair("", ""));
  EXPECT_EQ(split_word("  members\r"), Pair("members", ""));
  EXPECT_EQ(split_word("send  b  two  words "), Pair("send", "b  two  words"));
}

}  // namespace
}  // namespace gossipod::cli
