// What the log says of each claim and each verdict, and what they count as: operators have nothing
// else to go by.
#include <gtest/gtest.h>

#include "unit/swim/machine_bench.h"

namespace gossipod::swim::test {
namespace {

class Log final : public Observer {
 public:
  [[nodiscard]] Fact::Level level() const noexcept override { return Fact::Level::debug; }
  void on_fact(const Fact& fact) noexcept override {
    lines += (lines.empty() ? "" : "; ") + to_string(fact);
  }
  std::string lines;
};

class FactsTest : public testing::Test {
 protected:
  // Knows b to e, so that two may agree with an accusation; has nothing left to tell.
  void SetUp() override {
    for (std::uint8_t i = 2; i <= 5; ++i) {
      bench.hear_alive(std::string(1, static_cast<char>('a' + i - 1)), i, 1);
    }
    for (int i = 0; i < 20; ++i) bench.provoke();
    news();
    counted();
  }
  // The log since the last call.
  std::string news() { return std::exchange(log.lines, {}); }
  // "claims_alive 1, joins 1", of what is counted of the protocol, since the last call.
  std::string counted() {
    std::string text;
    for (std::size_t i = 0; i < counter_count; ++i) {
      const Counter counter = static_cast<Counter>(i);
      const std::uint64_t more =
          bench.counters[counter] - std::exchange(before[i], bench.counters[counter]);
      const bool traffic = counter <= Counter::messages_sent;
      if (more == 0 || traffic) continue;
      text +=
          (text.empty() ? "" : ", ") + std::string{to_string(counter)} + " " + std::to_string(more);
    }
    return text;
  }
  void expect(const char* lines, const char* counters) {
    EXPECT_EQ(news(), lines);
    EXPECT_EQ(counted(), counters);
  }
  Log log;
  MachineBench bench{default_config(), nullptr, 1, &log};
  std::array<std::uint64_t, counter_count> before{};
};

TEST(Facts, WeAreTheFirstToJoin) {
  const MachineBench bench;
  EXPECT_EQ(bench.counters[Counter::claims_alive], 1u);
  EXPECT_EQ(bench.counters[Counter::joins], 1u);
}

TEST_F(FactsTest, ComingAndChanging) {
  bench.hear_alive("n", 9, 1);
  expect("info joined member=n by=\"\"", "claims_alive 1, joins 1");
  bench.hear_alive("n", 9, 1);
  expect("", "claims_stale 1");
  bench.hear_alive("n", 9, 2, "other");
  expect("", "claims_alive 1");
  bench.node.set_metadata(bench.now, 0, "ours");
  expect("info updated member=a by=\"\"", "claims_alive 1");
  bench.node.set_metadata(bench.now, 0, "ours");  // told anew, but no news
  expect("", "claims_alive 1");
}

TEST_F(FactsTest, SuspicionAgreementAndItsEnd) {
  bench.hear_suspect("b", 1, "c");
  expect("info suspected member=b by=c", "claims_suspect 1");
  bench.hear_suspect("b", 1, "c");
  expect("", "claims_stale 1");
  bench.hear_suspect("b", 1, "d");
  expect("info confirmed member=b by=d", "");
  bench.hear_alive("b", 2, 2);
  expect("info alive_again member=b by=\"\"", "claims_alive 1");
  bench.hear_suspect("b", 1, "c");
  expect("", "claims_stale 1");
  bench.hear_suspect("nobody", 1, "c");
  expect("", "claims_stale 1");
}

TEST_F(FactsTest, Going) {
  bench.hear_dead("b", 1, "c");
  expect("info died member=b by=c", "claims_dead 1, leaves 1");
  bench.hear_dead("b", 1, "d");
  expect("", "claims_stale 1");
  bench.hear_suspect("b", 1, "d");
  expect("", "claims_stale 1");
  bench.hear_dead("c", 1, "c");
  expect("info member_left member=c by=c", "claims_dead 1, leaves 1");
  bench.hear_alive("b", 2, 2);
  expect("info joined member=b by=\"\"", "claims_alive 1, joins 1");
  bench.node.remove(bench.now, 0, "b");
  expect("info member_left member=b by=b", "claims_dead 1, leaves 1");
  bench.node.leave(bench.now, 0);
  expect("info member_left member=a by=a", "claims_dead 1, leaves 1");
}

TEST_F(FactsTest, ASuspicionThatEndsSaysWhetherEnoughAgreed) {
  Config config = default_config();
  config.probing_interval = 1h;
  config.suspicious_timeout = 1s;
  config.last_calls = false;
  for (const bool agreed : {false, true}) {
    Log lines;
    MachineBench quiet{config, nullptr, 1, &lines};
    for (std::uint8_t i = 2; i <= 5; ++i) {
      quiet.hear_alive(std::string(1, static_cast<char>('a' + i - 1)), i, 1);
    }
    quiet.hear_suspect("b", 1, "c");
    quiet.hear_suspect("b", 1, "d");
    if (agreed) quiet.hear_suspect("b", 1, "e");
    lines.lines.clear();
    quiet.pass(10s);
    EXPECT_EQ(lines.lines, "info died member=b by=a");
    EXPECT_EQ(quiet.counters[Counter::suspicions_degraded], agreed ? 0u : 1u);
    EXPECT_EQ(quiet.counters[Counter::claims_dead], 1u);
  }
}

TEST_F(FactsTest, WhatWeAreAccusedOf) {
  bench.hear_suspect("a", 1, "b");
  expect("warning refuted incarnation=2 by=b", "refutations 1");
  bench.hear_dead("a", 3, "stranger");
  expect("warning refuted incarnation=4 by=stranger", "refutations 1");
  bench.hear_alive("a", 1, 6);
  expect("warning refuted incarnation=7 by=a", "claims_alive 1, refutations 1");
  bench.hear_alive("a", 1, 7);
  expect("", "claims_stale 1");
  bench.hear_alive("a", 1, 6);
  expect("", "claims_stale 1");
  bench.hear_suspect("a", 6, "b");
  expect("", "claims_stale 1");
}

TEST(Facts, GivingUpOnesOwn) {
  Log log;
  Config config = default_config();
  config.on_own_death = OwnDeath::leave;
  MachineBench bench{config, nullptr, 1, &log};
  bench.hear_dead("a", 1, "b");
  EXPECT_EQ(log.lines, "warning gave_up by=b; info member_left member=a by=a");
}

TEST_F(FactsTest, WhatIsRefused) {
  bench.hear_alive("b", 77, 9);
  expect("warning conflict member=b known=10.0.0.2:7946 claimed=10.0.0.77:7946", "conflicts 1");
  bench.hear_alive("", 7, 1);
  expect("warning claim_refused member=\"\" reason=invalid", "drop_invalid_claim 1");
  bench.hear_alive("n", 7, 0);
  expect("warning claim_refused member=n reason=\"incarnation 0\"", "drop_invalid_claim 1");
  bench.hear_alive("n", 7, 0xffff'ffff);
  expect("warning claim_refused member=n reason=incarnation", "drop_invalid_claim 1");
  bench.hear_suspect("b", 1, std::string(limits::name_bytes_max + 1, 'x'));
  expect("warning claim_refused member=\"\" reason=\"the accuser's name\"", "drop_invalid_claim 1");
  EXPECT_EQ(bench.belief("b"), "alive/1");
  bench.hear_dead("b", 1, std::string(limits::name_bytes_max + 1, 'x'));
  expect("warning claim_refused member=\"\" reason=\"the accuser's name\"", "drop_invalid_claim 1");
  bench.hear_suspect("b", 1, std::string(limits::name_bytes_max, 'x'));
  EXPECT_EQ(bench.belief("b"), "suspect/1");
}

TEST_F(FactsTest, ProbesAndWhatTheySayOfUs) {
  // Nobody answers, neither b nor those who are asked: three nacks are missing.
  bench.pass(2s);
  while (log.lines.empty()) bench.pass(10ms);
  const std::string failed = news();
  ASSERT_EQ(failed.rfind("info probe_failed member=", 0), 0u) << failed;
  const std::string who = failed.substr(failed.find('=') + 1, 1);
  EXPECT_EQ(failed, "info probe_failed member=" + who +
                        "; debug health_changed score=3; info suspected member=" + who + " by=a");
  EXPECT_EQ(bench.counters[Counter::probes_failed], 1u);
  EXPECT_EQ(bench.counters[Counter::probes_degraded], bench.counters[Counter::probes] - 1);
}

TEST_F(FactsTest, AProbeIsDegradedFromTheFirstDoubtOfOurselves) {
  bench.hear_suspect("a", 1, "b");  // a score of 1
  bench.pass(1s);
  EXPECT_EQ(bench.counters[Counter::probes], 1u);
  EXPECT_EQ(bench.counters[Counter::probes_degraded], 1u);
}

TEST_F(FactsTest, AnsweredProbesAreCountedAndSayNothing) {
  std::uint64_t pings = 0;
  for (int i = 0; i < 100; ++i) {
    bench.pass(100ms);
    for (const auto& packet : bench.sent()) {
      const auto* ping = packet->first<wire::Ping>();
      if (ping == nullptr) continue;
      ++pings;
      bench.hear(wire::Ack{.sequence = ping->sequence, .payload = {}});
    }
  }
  EXPECT_EQ(pings, 10u);
  expect("", "probes 10, acks_received 10");
}

}  // namespace
}  // namespace gossipod::swim::test
