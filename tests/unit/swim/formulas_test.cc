// The formulas against values recorded from a real peer.
#include "swim/formulas.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "swim/local_health.h"

namespace gossipod::swim {
namespace {

// The list itself, not a part of something that would be gone when the loop begins.
nlohmann::json recorded(const char* list) {
  std::ifstream file{std::string{GOSSIPOD_TEST_DATA} + "/behaviour.json"};
  nlohmann::json rows = nlohmann::json::parse(file).at(list);
  EXPECT_FALSE(rows.empty()) << list;
  return rows;
}

TEST(Formulas, TicksOfAllNodesMeetOnAGrid) {
  using namespace std::chrono_literals;
  const TimePoint now{12'345'678'901ns};
  const auto after = [&](Duration wait, Duration interval) {
    return tick_after(now, wait, interval).time_since_epoch();
  };
  EXPECT_EQ(after(1s, 1s), 13'300ms);
  EXPECT_EQ(after(0s, 1s), 12'350ms);  // never now, nor before
  EXPECT_EQ(after(4ms, 1s), 12'350ms);
  EXPECT_EQ(after(999ms, 1s), 13'300ms);
  EXPECT_EQ(after(100ms, 200ms), 12'440ms);
  EXPECT_EQ(after(1ns, 1ns), 12'345'678'902ns);
  // A turn that comes a little late does not make the next one later.
  const TimePoint late{13'312ms};
  EXPECT_EQ(tick_after(late, 1s, 1s).time_since_epoch(), 14'300ms);
}

TEST(Formulas, RetransmitLimitIsTheRecordedOne) {
  for (const auto& row : recorded("retransmit_limit")) {
    EXPECT_EQ(retransmit_limit(row.at("mult"), row.at("nodes")), row.at("limit")) << row;
  }
}

TEST(Formulas, PushPullScaleIsTheRecordedOne) {
  for (const auto& row : recorded("push_pull_scale")) {
    const Duration interval{row.at("interval_ns").get<std::int64_t>()};
    EXPECT_EQ((interval * push_pull_scale(row.at("nodes"))).count(), row.at("scaled_ns")) << row;
  }
}

TEST(Formulas, SuspicionTimeoutIsTheRecordedOne) {
  for (const auto& row : recorded("suspicion_timeout")) {
    const std::uint32_t multiplier = row.at("suspicion_mult");
    const std::size_t members = row.at("nodes");
    const Duration low = suspicion_low(multiplier, members,
                                       Duration{row.at("probe_interval_ns").get<std::int64_t>()});
    const Duration high = low * row.at("max_mult").get<int>();
    EXPECT_EQ(low.count(), row.at("min_ns")) << row;
    EXPECT_EQ(high.count(), row.at("max_ns")) << row;
    const std::uint32_t wanted = confirmations_wanted(multiplier, members);
    // A multiplier of 1 makes it -1 there, which means none as well.
    EXPECT_EQ(wanted, std::max(0, row.at("k").get<int>())) << row;
    // A suspicion begins at its longest, to the nanosecond; only what confirmations leave of it is
    // cut to milliseconds.
    const auto& totals = row.at("total_ns_after_confirmations");
    EXPECT_EQ((wanted == 0 ? low : high).count(), totals.at(0)) << row;
    for (std::uint32_t confirmations = 1; confirmations < totals.size(); ++confirmations) {
      EXPECT_EQ(suspicion_timeout(confirmations, wanted, low, high).count(),
                totals.at(confirmations))
          << row;
    }
  }
}

TEST(Formulas, RemainingSuspicionIsTheRecordedOne) {
  for (const auto& row : recorded("suspicion_remaining")) {
    const Duration total = suspicion_timeout(row.at("confirmations"), row.at("k"),
                                             Duration{row.at("min_ns").get<std::int64_t>()},
                                             Duration{row.at("max_ns").get<std::int64_t>()});
    EXPECT_EQ(total.count() - row.at("elapsed_ns").get<std::int64_t>(), row.at("remaining_ns"))
        << row;
  }
}

TEST(LocalHealth, MovesAsRecorded) {
  for (const auto& row : recorded("awareness")) {
    LocalHealth health{row.at("max").get<std::uint32_t>()};
    for (const auto& step : row.at("steps")) {
      const int delta = step.at("delta");
      for (int i = delta; i < 0; ++i) health.on_probe_answered();
      if (delta > 0) health.on_trouble(static_cast<std::uint32_t>(delta));
      EXPECT_EQ(health.score(), step.at("score")) << row;
      EXPECT_EQ(health.stretch(std::chrono::seconds{1}).count(), step.at("scaled_1s_ns")) << row;
    }
  }
}

}  // namespace
}  // namespace gossipod::swim
