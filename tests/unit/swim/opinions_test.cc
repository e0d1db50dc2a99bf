// Opinions: where a suspicion lasts and few agree, others are asked what they know, before it ends.
#include <gtest/gtest.h>

#include "unit/swim/machine_bench.h"
#include "unit/swim/said.h"

namespace gossipod::swim::test {
namespace {

// b is suspected for 24 s, by us alone, and answers nothing any more.
class OpinionsTest : public testing::Test {
 protected:
  static Config config(Duration push_pull_interval = 48s) {
    Config config = default_config();
    config.probing_interval = 1s;
    config.suspicious_timeout = 4s;
    config.health_max_multiplier = 1;  // what is late stays late
    config.push_pull_interval = push_pull_interval;
    return config;
  }
  static void meet(MachineBench& bench, std::uint8_t members = 6) {
    for (std::uint8_t i = 2; i <= members; ++i) {
      bench.hear_alive(std::string(1, static_cast<char>('a' + i - 1)), i, 1);
    }
  }
  // Somebody was suspected, and is well.
  static void lose_something(MachineBench& bench) {
    bench.hear_suspect("c", 1, "d");
    bench.hear_alive("c", 3, 2);
  }
  // Whether a member answers pings at once, or late and so by way of others too.
  using Prompt = bool (*)(const Endpoint& member);
  static bool all(const Endpoint& /*member*/) { return true; }
  static bool only_d(const Endpoint& member) { return member == endpoint_of(4); }
  static bool none(const Endpoint& /*member*/) { return false; }
  // Lets time pass. After how many whole seconds somebody is asked what it knows, and who.
  struct Asked {
    std::vector<int> when;
    std::vector<Endpoint> whom;
    Endpoint answered_last;  // before the first of them
  };
  static Asked watch(MachineBench& bench, Duration span = 23900ms, Prompt prompt = all) {
    Asked asked;
    struct Late {
      int at;
      Endpoint from;
      SequenceNumber sequence;
    };
    std::vector<Late> late;
    for (int i = 1; i <= span / 100ms; ++i) {
      bench.pass(100ms);
      for (const auto& packet : bench.sent()) {
        const auto* ping = packet->first<wire::Ping>();
        const bool accused = packet->to == endpoint_of(2) && bench.belief("b") != "alive/1";
        if (ping == nullptr || accused) continue;
        if (prompt(packet->to)) {
          if (asked.when.empty()) asked.answered_last = packet->to;
          bench.hear(wire::Ack{.sequence = ping->sequence, .payload = {}}, packet->to);
        } else {
          late.push_back({i + 6, packet->to, ping->sequence});
        }
      }
      for (const Late& one : late) {
        if (one.at == i) bench.hear(wire::Ack{.sequence = one.sequence, .payload = {}}, one.from);
      }
      const auto orders = bench.streams();
      if (bench.counters[Counter::opinions_asked] == asked.when.size()) continue;
      asked.when.push_back(i / 10);
      for (const auto& order : orders) {
        if (order.peer.endpoint != endpoint_of(2)) asked.whom.push_back(order.peer.endpoint);
      }
    }
    return asked;
  }
};

TEST_F(OpinionsTest, AreAskedForWhereASuspicionLastsAndFewAgree) {
  MachineBench bench{config()};
  meet(bench);
  lose_something(bench);
  bench.hear_suspect("b", 1, "a");
  const Asked asked = watch(bench);
  EXPECT_EQ(asked.when, (std::vector{3, 11, 19}));
  EXPECT_EQ(asked.whom.front(), asked.answered_last);
}

TEST_F(OpinionsTest, AreAskedForWhereNobodyCouldAgree) {
  MachineBench bench{config()};
  meet(bench, 3);
  lose_something(bench);
  bench.hear_suspect("b", 1, "a");
  EXPECT_EQ(watch(bench).when, std::vector{3});
  EXPECT_EQ(bench.belief("b"), "dead/1");
}

TEST_F(OpinionsTest, AreNotAskedForWhereAllAgree) {
  MachineBench bench{config()};
  meet(bench);
  lose_something(bench);
  for (const char* accuser : {"c", "d", "e"}) bench.hear_suspect("b", 1, accuser);
  EXPECT_EQ(watch(bench).when, std::vector<int>{});
  EXPECT_EQ(bench.belief("b"), "dead/1");
}

TEST_F(OpinionsTest, AreAskedForSixteenTimesAsOftenAsByPushPullsAtMost) {
  for (const Duration interval : {127s, 129s}) {  // the calls are 8 s from each other
    MachineBench bench{config(interval)};
    meet(bench);
    lose_something(bench);
    bench.hear_suspect("b", 1, "a");
    EXPECT_EQ(watch(bench).when.size(), interval == 127s ? 3u : 2u);
  }
}

TEST_F(OpinionsTest, AreNotAskedForWithoutPushPullsOrLoss) {
  for (const std::string_view missing : {"nothing", "push-pulls", "gossip", "loss"}) {
    SCOPED_TRACE(missing);
    Config config = OpinionsTest::config(missing == "push-pulls" ? Duration{0} : 48s);
    if (missing == "gossip") config.level = Level::basic;
    MachineBench bench{config};
    meet(bench);
    if (missing != "loss") lose_something(bench);
    bench.hear_suspect("b", 1, "a");
    EXPECT_EQ(watch(bench).when.empty(), missing != "nothing");
  }
}

TEST_F(OpinionsTest, OfOneWhoAnsweredDirectly) {
  MachineBench bench{config()};
  meet(bench);
  watch(bench, 12s, only_d);  // each was probed twice; answered by way of others, but for d
  bench.hear_suspect("b", 1, "a");
  const Asked asked = watch(bench, 4s, only_d);
  EXPECT_EQ(asked.whom, std::vector{endpoint_of(4)});
}

// The next time it may be out of reach as well.
TEST_F(OpinionsTest, OfTheSameOneOnce) {
  Config without = config();
  without.stream_fallback = false;
  MachineBench bench{without};
  meet(bench);
  watch(bench, 12s, only_d);
  bench.hear_suspect("b", 1, "a");
  const Asked asked = watch(bench, 23900ms, none);
  ASSERT_EQ(asked.whom.size(), 3u);
  EXPECT_EQ(asked.whom[0], endpoint_of(4));
  EXPECT_FALSE(asked.whom[1] == endpoint_of(4) && asked.whom[2] == endpoint_of(4));
}

TEST_F(OpinionsTest, OfSomebodyElseIfItWasTheSuspectWhoAnsweredLast) {
  Config without = config();
  without.stream_fallback = false;
  MachineBench bench{without};
  meet(bench);
  lose_something(bench);
  for (bool answered = false; !answered;) {
    bench.pass(100ms);
    for (const auto& packet : bench.sent()) {
      const auto* ping = packet->first<wire::Ping>();
      if (ping == nullptr) continue;
      bench.hear(wire::Ack{.sequence = ping->sequence, .payload = {}}, packet->to);
      answered = packet->to == endpoint_of(2);
    }
  }
  bench.hear_suspect("b", 1, "a");
  const Asked asked = watch(bench, 4s, none);
  EXPECT_EQ(asked.when, std::vector{3});
  EXPECT_EQ(asked.whom.size(), 1u);  // and so not b
}

// What we say of b would come back as the other's, and count.
TEST_F(OpinionsTest, AreAskedForWithoutOurs) {
  MachineBench bench{config()};
  meet(bench);
  lose_something(bench);
  bench.hear_suspect("b", 1, "a");
  bench.pass(3400ms);
  bench.streams();
  bench.pass(200ms);
  for (const auto& order : bench.streams()) {
    if (order.peer.endpoint == endpoint_of(2)) continue;
    bench.node.on_stream_opened(bench.now, order.stream);
    const auto question = bench.streams();
    ASSERT_EQ(question.size(), 1u);
    const std::string told = names_in(question.front().bytes);
    EXPECT_EQ(told.find('b'), std::string::npos);
    EXPECT_EQ(told.size(), 2u);  // us, and the one that is asked
    return;
  }
  FAIL() << "nobody was asked";
}

}  // namespace
}  // namespace gossipod::swim::test
