// Opinions: where a suspicion lasts and few agree, others are asked what they know, before it ends.
#include <gtest/gtest.h>

#include "unit/swim/machine_bench.h"

namespace gossipod::swim::test {
namespace {

// b is suspected for 24 s, by us alone, and answers nothing. The others answer our probes.
class OpinionsTest : public testing::Test {
 protected:
  static Config config(Duration push_pull_interval) {
    Config config = default_config();
    config.probing_interval = 1s;
    config.suspicious_timeout = 4s;
    config.push_pull_interval = push_pull_interval;
    return config;
  }
  // Knows b to f, and that packets are lost: f was suspected, and is well.
  static void meet(MachineBench& bench) {
    for (std::uint8_t i = 2; i <= 6; ++i) {
      bench.hear_alive(std::string(1, static_cast<char>('a' + i - 1)), i, 1);
    }
    bench.hear_suspect("f", 1, "c");
    bench.hear_alive("f", 6, 2);
  }
  // Lets the suspicion take its course. How often others are asked what they know; it is always the
  // one who answered last.
  static std::uint64_t asked_for_opinions(MachineBench& bench) {
    Endpoint answered{};
    for (int i = 0; i < 239; ++i) {
      bench.pass(100ms);
      for (const auto& packet : bench.sent()) {
        const auto* ping = packet->first<wire::Ping>();
        if (ping == nullptr || packet->to == endpoint_of(2)) continue;
        answered = packet->to;
        bench.hear(wire::Ack{.sequence = ping->sequence, .payload = {}}, answered);
      }
      for (const auto& order : bench.streams()) {
        if (order.peer.endpoint == endpoint_of(2)) continue;
        EXPECT_EQ(order.peer.endpoint, answered);
      }
    }
    return bench.counters[Counter::opinions_asked];
  }
};

TEST_F(OpinionsTest, AreAskedForWhereASuspicionLastsAndFewAgree) {
  MachineBench bench{config(48s)};
  meet(bench);
  bench.hear_suspect("b", 1, "a");
  EXPECT_EQ(asked_for_opinions(bench), 3u);  // after 7, 15 and 23 s
}

TEST_F(OpinionsTest, AreNotAskedForWhereAllAgree) {
  MachineBench bench{config(48s)};
  meet(bench);
  for (const char* accuser : {"c", "d", "e"}) bench.hear_suspect("b", 1, accuser);
  EXPECT_EQ(asked_for_opinions(bench), 0u);
}

TEST_F(OpinionsTest, AreAskedForSixteenTimesAsOftenAsByPushPullsAtMost) {
  MachineBench bench{config(160s)};
  meet(bench);
  bench.hear_suspect("b", 1, "a");
  EXPECT_EQ(asked_for_opinions(bench), 2u);  // 10 s after each other at least
}

TEST_F(OpinionsTest, AreNotAskedForWithoutPushPulls) {
  MachineBench bench{config(0s)};
  meet(bench);
  bench.hear_suspect("b", 1, "a");
  EXPECT_EQ(asked_for_opinions(bench), 0u);
}

}  // namespace
}  // namespace gossipod::swim::test
