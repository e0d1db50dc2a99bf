// Traces reach the output through a thread of their own, and a reader that is slow stops nobody.
#include "cli/trace_observer.h"

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <thread>

#include "cli/json_lines.h"
#include "unit/cli/said.h"

namespace gossipod::cli {
namespace {

using namespace test;

class TracePipe : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(pipe(ends_.data()), 0); }
  void TearDown() override {
    close(ends_[0]);
    close_writing();
  }
  void close_writing() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }
  std::string read_all() const {
    std::string text;
    std::array<char, 65536> bytes;
    for (ssize_t count; (count = read(ends_[0], bytes.data(), bytes.size())) > 0;) {
      text.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return text;
  }
  static auto lines_in(const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
  }

  std::array<int, 2> ends_{-1, -1};
  const JsonLines lines_{};
  const Traced ping_{Fact::Id::message_sent, "PING", "b", "sequence", 1, false};
};

TEST_F(TracePipe, AllIsWrittenBeforeTheEnd) {
  {
    Output output{ends_[1]};
    TraceObserver observer{Fact::Level::warning, lines_, output};
    EXPECT_EQ(observer.level(), Fact::Level::trace);
    for (int i = 0; i < 10; ++i) observer.on_fact(ping_.fact);
  }
  close_writing();
  EXPECT_EQ(lines_in(read_all()), 10);
}

TEST_F(TracePipe, WhatNobodyReadsInTimeIsCountedNotWaitedFor) {
  const std::size_t line = lines_.trace(ping_.fact).size();
  const std::size_t more_than_fits = TraceObserver::waiting_bytes_max / line * 2;
  std::string text;
  {
    Output output{ends_[1]};
    auto observer = std::make_unique<TraceObserver>(Fact::Level::warning, lines_, output);
    // Returns, though the pipe is full and nobody reads.
    for (std::size_t i = 0; i < more_than_fits; ++i) observer->on_fact(ping_.fact);
    std::thread reader{[&] { text = read_all(); }};
    observer.reset();
    close_writing();
    reader.join();
  }
  EXPECT_LT(static_cast<std::size_t>(lines_in(text)), more_than_fits);
  EXPECT_NE(text.find("messages are not shown"), std::string::npos);
}

}  // namespace
}  // namespace gossipod::cli
