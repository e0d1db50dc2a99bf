#include "cli/line_buffer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gossipod::cli {
namespace {

std::vector<std::string> lines_of(LineBuffer& buffer) {
  std::vector<std::string> lines;
  while (auto line = buffer.next()) lines.push_back(*line);
  return lines;
}

using Lines = std::vector<std::string>;

TEST(LineBuffer, LinesDoNotDependOnHowTheyArrive) {
  const std::string input = "one\n\ntwo three\nfour\n";
  for (std::size_t step = 1; step <= input.size(); ++step) {
    LineBuffer buffer{100};
    Lines lines;
    for (std::size_t at = 0; at < input.size(); at += step) {
      buffer.add(std::string_view{input}.substr(at, step));
      for (std::string& line : lines_of(buffer)) lines.push_back(std::move(line));
    }
    EXPECT_EQ(lines, (Lines{"one", "", "two three", "four"})) << "in steps of " << step;
    EXPECT_EQ(buffer.rest(), std::nullopt);
  }
}

TEST(LineBuffer, TheRestIsWhatHasNoEnd) {
  LineBuffer buffer{100};
  buffer.add("one\ntwo");
  EXPECT_EQ(lines_of(buffer), Lines{"one"});
  EXPECT_EQ(buffer.rest(), "two");
  EXPECT_EQ(buffer.rest(), std::nullopt);
}

TEST(LineBuffer, ALineBeyondTheLimitIsDroppedToItsEnd) {
  LineBuffer buffer{4};
  buffer.add("1234\n12345");
  buffer.add("678");
  buffer.add("9\nnext\n");
  EXPECT_EQ(lines_of(buffer), (Lines{"1234", "next"}));
  EXPECT_EQ(buffer.dropped(), 1u);
}

TEST(LineBuffer, LongLinesThatArriveCompleteAreNoExceptions) {
  LineBuffer buffer{4};
  buffer.add("12345\nok\n123456\n");
  EXPECT_EQ(lines_of(buffer), Lines{"ok"});
  EXPECT_EQ(buffer.dropped(), 2u);
}

}  // namespace
}  // namespace gossipod::cli
