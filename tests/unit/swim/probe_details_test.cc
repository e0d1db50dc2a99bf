// Probes: who is asked for help, answers that come too late or for something else, and how long a
// pong took.
#include <gtest/gtest.h>

#include <set>

#include "unit/swim/machine_bench.h"

namespace gossipod::swim::test {
namespace {

// Knows b, c, d, ... and has nothing left to tell.
void know(MachineBench& bench, std::uint8_t count) {
  for (std::uint8_t i = 2; i < 2 + count; ++i) {
    bench.hear_alive(std::string(1, static_cast<char>('a' + i - 1)), i, 1);
  }
  for (int i = 0; i < 20; ++i) bench.provoke();
  bench.story();
}

// Until `name` is pinged; everybody else answers.
SequenceNumber until_pinged(MachineBench& bench, std::string_view name) {
  for (int i = 0; i < 1000; ++i) {
    bench.pass(10ms);
    for (const auto& packet : bench.sent()) {
      const auto* ping = packet->first<wire::Ping>();
      if (ping == nullptr) continue;
      if (ping->node == name) return ping->sequence;
      bench.hear(wire::Ack{.sequence = ping->sequence, .payload = {}});
    }
  }
  ADD_FAILURE() << name << " was never pinged";
  return {};
}

TEST(ProbeDetails, OnlyTheWellAreAskedForHelpAndAsManyAsConfigured) {
  for (const std::uint32_t wanted : {0u, 2u, 10u}) {
    Config config = default_config();
    config.indirect_checks = wanted;
    MachineBench bench{config};
    know(bench, 5);
    bench.hear_dead("c", 1, "c");
    bench.hear_suspect("d", 1, "e");
    until_pinged(bench, "b");
    bench.pass(600ms);
    std::multiset<int> asked;
    for (const auto& packet : bench.sent()) {
      if (packet->first<wire::IndirectPing>() != nullptr) asked.insert(packet->to.ip[15]);
    }
    EXPECT_EQ(asked, wanted == 0 ? std::multiset<int>{} : (std::multiset{5, 6}));
  }
}

// Ourselves may be last in one round and first in the next, and then an interval goes by.
TEST(ProbeDetails, TheOnlyPeerIsProbedEachSecondIntervalAtLeast) {
  MachineBench bench;
  know(bench, 1);
  for (int i = 0; i < 100; ++i) {
    const TimePoint before = bench.now;
    bench.hear(wire::Ack{.sequence = until_pinged(bench, "b"), .payload = {}});
    EXPECT_LE(bench.now - before, 2s + 10ms);
  }
}

TEST(ProbeDetails, ASuspectIsToldSoOnlyWhereThatIsOn) {
  for (const bool on : {true, false}) {
    Config config = default_config();
    config.buddy_system = on;
    MachineBench bench{config};
    know(bench, 2);
    bench.hear_suspect("b", 1, "c");
    for (int i = 0; i < 20; ++i) bench.provoke();
    std::size_t said = 0;
    bool pinged = false;
    while (!pinged) {
      bench.pass(10ms);
      for (const auto& packet : bench.sent()) {
        const auto* ping = packet->first<wire::Ping>();
        if (ping == nullptr) continue;
        pinged |= ping->node == "b";
        said += packet->first<wire::Suspect>() != nullptr ? 1 : 0;
        bench.hear(wire::Ack{.sequence = ping->sequence, .payload = {}});
      }
    }
    EXPECT_EQ(said, on ? 1u : 0u);
  }
}

TEST(ProbeDetails, AStreamThatAnswersAfterTheVerdictSavesNobodyElse) {
  MachineBench bench;
  know(bench, 2);
  const SequenceNumber sequence = until_pinged(bench, "b");
  bench.pass(500ms);
  const StreamId stream = bench.streams().at(0).stream;
  bench.node.on_stream_opened(bench.now, stream);
  bench.pass(500ms);
  EXPECT_EQ(bench.belief("b"), "suspect/1");
  bench.node.on_stream_message(bench.now, stream, endpoint_of(2),
                               wire::Ack{.sequence = sequence, .payload = {}});
  bench.pass(3s);
  EXPECT_GE(bench.counters[Counter::probes_failed], 2u);
  EXPECT_EQ(bench.counters[Counter::probe_fallbacks], 0u);
}

TEST(ProbeDetails, AfterAnAbsenceProbingBeginsAnewAtARandomTime) {
  std::set<TimePoint> begins;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    MachineBench bench{default_config(), nullptr, seed};
    know(bench, 2);
    bench.now += 60s;  // nobody called us
    bench.node.on_deadline(bench.now);
    EXPECT_EQ(bench.counters[Counter::probes], 0u);
    const TimePoint back = bench.now;
    while (bench.counters[Counter::probes] == 0) bench.pass(1ms);
    EXPECT_LE(bench.now - back, 1001ms);
    begins.insert(bench.now);
  }
  EXPECT_GE(begins.size(), 5u);
}

TEST(ProbeDetails, APingOfTheApplicationsHasItsTime) {
  MachineBench bench;
  know(bench, 2);
  until_pinged(bench, "c");  // and not answered: that probe goes on meanwhile
  bench.pass(250ms);
  bench.node.ping(bench.now, 5, "b");
  const TimePoint asked = bench.now;
  bench.events.clear();
  while (bench.events.empty()) bench.pass(10ms);
  EXPECT_EQ(bench.events.at(0).error->code, Errc::timed_out);
  EXPECT_EQ(bench.now - asked, bench.config.ack_timeout);
}

TEST(ProbeDetails, APongSaysHowLongItTookUntilItArrived) {
  MachineBench bench;
  know(bench, 2);
  const auto answered = [&](Duration arrived, Duration heard) {
    bench.sent();
    bench.node.ping(bench.now, 5, "b");
    const auto packets = bench.sent();
    const wire::Ack answer{.sequence = packets.at(0)->first<wire::Ping>()->sequence, .payload = {}};
    const TimePoint asked = bench.now;
    bench.pass(heard);
    bench.events.clear();
    bench.node.on_message(bench.now, {endpoint_of(2), asked + arrived}, answer);
    bench.collect();
    EXPECT_EQ(bench.events.at(0).operation, 5u);
    return bench.events.at(0).round_trip;
  };
  EXPECT_EQ(answered(20ms, 30ms), Duration{20ms});
  EXPECT_EQ(answered(-1ms, 30ms), Duration{0});  // the kernel's clock is not ours
}

}  // namespace
}  // namespace gossipod::swim::test
