#include <gossipod/limits.h>
#include <gossipod/observer.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/reporter.h"
#include "base/text.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

TimePoint at(Duration time) { return TimePoint{time}; }

class Listener final : public Observer {
 public:
  explicit Listener(Fact::Level level) : level_{level} {}
  [[nodiscard]] Fact::Level level() const noexcept override { return level_; }
  void on_fact(const Fact& fact) noexcept override { lines.push_back(to_string(fact)); }
  std::vector<std::string> lines;

 private:
  Fact::Level level_;
};

std::string line(std::initializer_list<Fact::Field> fields) {
  return to_string(Fact{
      .level = Fact::Level::warning, .id = Fact::Id::packet_dropped, .at = {}, .fields = fields});
}

TEST(FactText, IsOneLineOfFields) {
  EXPECT_EQ(line({}), "warning packet_dropped");
  EXPECT_EQ(line({{"reason", "crc"}, {"from", "10.0.0.9:5555"}}),
            "warning packet_dropped reason=crc from=10.0.0.9:5555");
  EXPECT_EQ(line({{"score", std::uint64_t{7}}, {"age", std::int64_t{-3}}}),
            "warning packet_dropped score=7 age=-3");
  EXPECT_EQ(line({{"most", UINT64_MAX}, {"least", INT64_MIN}}),
            "warning packet_dropped most=18446744073709551615 least=-9223372036854775808");
}

TEST(FactText, HidesNothingInAStrangersWords) {
  struct Row {
    std::string_view value;
    std::string_view text;
  };
  const Row rows[] = {
      {"", "\"\""},
      {"two words", "\"two words\""},
      {"a=b", "\"a=b\""},
      {"say \"no\"", "\"say \\\"no\\\"\""},
      {"back\\slash", "back\\\\slash"},
      {"x\nwarning forged", "\"x\\nwarning forged\""},
      {"\x1b[2J\a", "\\x1b[2J\\x07"},
      {"\0\x7f\xff"sv, "\\x00\\x7f\\xff"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(line({{"member", row.value}}),
              "warning packet_dropped member=" + std::string{row.text});
  }
}

TEST(FactText, IsBounded) {
  const std::string text(limits::shown_bytes_max + 1, 'x');
  EXPECT_EQ(line({{"member", text}}),
            "warning packet_dropped member=" + std::string(limits::shown_bytes_max, 'x') + "...");
}

TEST(DurationText, TakesTheLargestUnitWithoutAFraction) {
  EXPECT_EQ(to_text(0s), "0s");
  EXPECT_EQ(to_text(1s), "1s");
  EXPECT_EQ(to_text(90s), "90s");
  EXPECT_EQ(to_text(1500ms), "1500ms");
  EXPECT_EQ(to_text(-1500us), "-1500us");
  EXPECT_EQ(to_text(Duration{1001}), "1001ns");
}

TEST(StderrObserver, WritesWhatItsLevelAllows) {
  StderrObserver observer;
  EXPECT_EQ(observer.level(), Fact::Level::warning);
  testing::internal::CaptureStderr();
  observer.on_fact({.level = Fact::Level::info, .id = Fact::Id::joined, .at = {}, .fields = {}});
  observer.on_fact(
      {.level = Fact::Level::error, .id = Fact::Id::handler_failed, .at = {}, .fields = {}});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "gossipod: error handler_failed\n");
}

TEST(Reporter, TellsFromItsLevelOn) {
  Listener listener{Fact::Level::info};
  Reporter reporter{&listener, nullptr};
  EXPECT_FALSE(reporter.wants(Fact::Level::debug));
  EXPECT_TRUE(reporter.wants(Fact::Level::info));
  reporter.tell(at(0s), Fact::Level::debug, Fact::Id::health_changed, {});
  reporter.tell(at(0s), Fact::Level::info, Fact::Id::joined, {{"member", "b"}});
  EXPECT_EQ(listener.lines, std::vector<std::string>{"info joined member=b"});
}

TEST(Reporter, NeedsNobody) {
  Reporter reporter{nullptr, nullptr};
  EXPECT_FALSE(reporter.wants(Fact::Level::error));
  reporter.count(Counter::probes);
  reporter.tell(at(0s), Fact::Level::error, Fact::Id::handler_failed, {});
  reporter.tell_limited(at(0s), Fact::Level::error, Fact::Id::handler_failed, {});
}

TEST(Reporter, HoldsBackWhatAStrangerRepeats) {
  Listener listener{Fact::Level::warning};
  Counters counters;
  Reporter reporter{&listener, &counters};
  const auto drop = [&](Duration now) {
    reporter.tell_limited(at(now), Fact::Level::warning, Fact::Id::packet_dropped, {});
  };
  for (int i = 0; i < 8; ++i) drop(10s);
  EXPECT_EQ(listener.lines.size(), 5u);
  EXPECT_EQ(counters[Counter::facts_suppressed], 3u);

  drop(10'999ms);  // the same second
  EXPECT_EQ(listener.lines.size(), 5u);
  reporter.tell_limited(at(10'999ms), Fact::Level::warning, Fact::Id::claim_refused, {});
  EXPECT_EQ(listener.lines.size(), 6u);  // every id has an allowance of its own
  reporter.tell(at(10'999ms), Fact::Level::warning, Fact::Id::packet_dropped, {});
  EXPECT_EQ(listener.lines.size(), 7u);  // what no stranger can cause is not held back

  for (int i = 0; i < 6; ++i) drop(11s);
  EXPECT_EQ(listener.lines.size(), 12u);
  EXPECT_EQ(counters[Counter::facts_suppressed], 5u);
}

TEST(Reporter, WhatNobodyWantsIsNotHeldBackEither) {
  Listener listener{Fact::Level::error};
  Counters counters;
  Reporter reporter{&listener, &counters};
  for (int i = 0; i < 8; ++i) {
    reporter.tell_limited(at(0s), Fact::Level::warning, Fact::Id::packet_dropped, {});
  }
  EXPECT_EQ(counters[Counter::facts_suppressed], 0u);
}

TEST(Reporter, RemembersWhyADatagramWasDropped) {
  Counters counters;
  Reporter reporter{nullptr, &counters};
  reporter.count(Counter::packets_received);
  EXPECT_EQ(reporter.take_drop(), std::nullopt);
  reporter.count(Counter::drop_crc, 2);
  EXPECT_EQ(counters[Counter::drop_crc], 2u);
  EXPECT_EQ(reporter.take_drop(), Counter::drop_crc);
  EXPECT_EQ(reporter.take_drop(), std::nullopt);
}

}  // namespace
}  // namespace gossipod
