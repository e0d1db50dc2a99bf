// Last calls: who is suspected is asked again before it is too late, and what an answer does.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "unit/swim/machine_bench.h"
#include "wire/stream_reader.h"

namespace gossipod::swim::test {
namespace {

// One suspicion that lasts 4 s, or 24 s with nobody to confirm it; and no probes that get between.
class LastCallsTest : public testing::Test {
 protected:
  static Config patient() {
    Config config = default_config();
    config.probing_interval = 1h;
    config.suspicious_timeout = 4s;
    return config;
  }
  // Knows b to f, and that packets are lost: f was suspected, and is well.
  static void meet(MachineBench& bench) {
    for (std::uint8_t i = 2; i <= 6; ++i) {
      bench.hear_alive(std::string(1, static_cast<char>('a' + i - 1)), i, 1);
    }
    bench.hear_suspect("f", 1, "c");
    bench.hear_alive("f", 6, 2);
    bench.sent();
    bench.story();
  }
  // All that agree, so that it ends at its earliest.
  static void accuse(MachineBench& bench, std::string_view who) {
    for (const char* accuser : {"c", "d", "e"}) bench.hear_suspect(who, 1, accuser);
    bench.sent();
  }
  // Pings to b that tell it what it is accused of; and requests to others to ping it.
  struct Asked {
    std::vector<SequenceNumber> directly;
    std::size_t through_others = 0;
  };
  static Asked asked(MachineBench& bench) {
    Asked asked;
    for (const auto& packet : bench.sent()) {
      if (const auto* request = packet->first<wire::IndirectPing>()) {
        EXPECT_EQ(request->node, "b");
        ++asked.through_others;
      }
      const auto* ping = packet->first<wire::Ping>();
      const auto* suspect = packet->first<wire::Suspect>();
      if (ping == nullptr || suspect == nullptr) continue;
      EXPECT_EQ(ping->node, "b");
      EXPECT_EQ(suspect->node, "b");
      EXPECT_EQ(suspect->incarnation, Incarnation{1});
      EXPECT_EQ(packet->to, endpoint_of(2));
      asked.directly.push_back(ping->sequence);
    }
    return asked;
  }
};

TEST_F(LastCallsTest, TheSuspectIsAskedInTheLastSecondsDirectlyAndThroughOthers) {
  MachineBench bench{patient()};
  meet(bench);
  accuse(bench, "b");
  bench.pass(1990ms);
  EXPECT_EQ(asked(bench).directly.size(), 0u);
  bench.pass(1500ms);
  const Asked calls = asked(bench);
  EXPECT_EQ(calls.directly.size(), 3u);  // at 2, 2.5 and 3 s
  EXPECT_EQ(calls.through_others, 3u);   // the second time
  bench.pass(500ms);
  EXPECT_EQ(asked(bench).through_others, 3u);  // the fourth
  EXPECT_EQ(bench.belief("b"), "suspect/1");
  bench.pass(20ms);
  EXPECT_EQ(bench.belief("b"), "dead/1");  // no later than without all that
  EXPECT_EQ(bench.counters[Counter::last_calls], 4u);
}

TEST_F(LastCallsTest, OthersAreThoseWhoAreWellAndNotTheSuspectNorOurselves) {
  Config config = patient();
  config.indirect_checks = 10;
  MachineBench bench{config};
  meet(bench);
  accuse(bench, "b");
  bench.hear_dead("e", 1, "c");
  bench.sent();
  bench.pass(2600ms);
  std::multiset<int> others;
  for (const auto& packet : bench.sent()) {
    if (packet->first<wire::IndirectPing>() != nullptr) others.insert(packet->to.ip[15]);
  }
  EXPECT_EQ(others, (std::multiset{3, 4, 6}));
}

TEST_F(LastCallsTest, WhoAnswersIsSuspectedAnewAndAskedForEverything) {
  MachineBench bench{patient()};
  meet(bench);
  accuse(bench, "b");
  bench.pass(2600ms);
  const Asked calls = asked(bench);
  ASSERT_EQ(calls.directly.size(), 2u);
  bench.hear(wire::Ack{.sequence = calls.directly.back(), .payload = {}}, endpoint_of(2));
  EXPECT_EQ(bench.counters[Counter::suspects_answered], 1u);
  EXPECT_EQ(bench.streams().size(), 0u);
  bench.pass(510ms);
  const auto orders = bench.streams();
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders.front().peer.endpoint, endpoint_of(2));
  bench.node.on_stream_opened(bench.now, orders.front().stream);
  const auto question = bench.streams();
  ASSERT_EQ(question.size(), 1u);
  wire::StreamReader reader;
  ASSERT_EQ(reader.read(*question.front().bytes), wire::StreamReader::Status::message);
  const auto& said = std::get<wire::PushPull>(reader.message());
  EXPECT_FALSE(said.join());  // we are known there
  std::vector<std::string> about;
  wire::Records records{said};
  while (const auto record = records.next()) {
    about.push_back(std::string{record->name} + "/" + std::to_string(record->state));
  }
  EXPECT_EQ(about, (std::vector<std::string>{"a/0", "b/1"}));  // and of the others nothing
  bench.story();
  bench.node.on_stream_closed(bench.now, orders.front().stream, nullptr);
  EXPECT_EQ(bench.story(), "");  // no operation of the application's
  bench.pass(4s);
  EXPECT_EQ(bench.belief("b"), "suspect/1");
  for (const char* accuser : {"d", "e"}) bench.hear_suspect("b", 1, accuser);
  bench.pass(10ms);
  EXPECT_EQ(bench.belief("b"), "dead/1");  // others still agree, and it does not answer any more
}

// Of b, and not of others, who may have been lost.
std::ptrdiff_t calls_by_stream(MachineBench& bench) {
  return std::ranges::count_if(bench.streams(), [](const StreamOrder& order) {
    return order.peer.endpoint == endpoint_of(2);
  });
}

TEST_F(LastCallsTest, SometimesByAStreamToo) {
  Config config = patient();
  config.push_pull_interval = 1h;
  MachineBench bench{config};
  meet(bench);
  accuse(bench, "b");
  std::vector<std::size_t> streams;
  bench.pass(2100ms);
  for (int calls = 1; calls <= 4; ++calls) {
    for (const auto& order : bench.streams()) EXPECT_EQ(order.peer.endpoint, endpoint_of(2));
    streams.push_back(bench.counters[Counter::push_pulls]);
    bench.pass(500ms);
  }
  EXPECT_EQ(streams, (std::vector<std::size_t>{0, 1, 1, 2}));
}

TEST_F(LastCallsTest, ByAStreamOnlyWhereStreamsAreWanted) {
  for (const std::string_view missing : {"nothing", "push-pulls", "streams", "gossip"}) {
    SCOPED_TRACE(missing);
    Config config = patient();
    config.push_pull_interval = missing == "push-pulls" ? Duration{0} : 1h;
    config.stream_fallback = missing != "streams";
    if (missing == "gossip") config.level = Level::basic;
    MachineBench bench{config};
    meet(bench);
    bench.hear_suspect("b", 1, "c");
    bench.pass(23900ms);
    EXPECT_EQ(calls_by_stream(bench) > 0, missing == "nothing");
  }
}

// Whoever is suspected by thousands is not asked by thousands.
TEST_F(LastCallsTest, OfManyMembersFewCallByAStream) {
  Config config = patient();
  config.push_pull_interval = 1h;
  config.gossip_to_the_dead = 10h;  // none is forgotten
  MachineBench bench{config};
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "m" + std::to_string(i);
    bench.hear_alive(name, 3, 1);
    if (i >= 250) bench.hear_dead(name, 1, "c");  // who is gone calls nobody
  }
  meet(bench);
  constexpr int times = 500;
  std::ptrdiff_t streams = 0;
  for (std::uint32_t i = 1; i <= times; ++i) {
    bench.hear_alive("b", 2, i);
    bench.hear_suspect("b", i, "c");
    bench.pass(2600ms);
    streams += calls_by_stream(bench);
  }
  EXPECT_GE(streams, times * 8 / 256 * 3 / 4);
  EXPECT_LE(streams, times * 8 / 256 * 4 / 3);
}

TEST_F(LastCallsTest, AContradictionEndsIt) {
  MachineBench bench{patient()};
  meet(bench);
  accuse(bench, "b");
  bench.pass(2100ms);
  ASSERT_EQ(asked(bench).directly.size(), 1u);
  bench.hear_alive("b", 2, 2);
  bench.pass(60s);
  EXPECT_EQ(bench.belief("b"), "alive/2");
  EXPECT_EQ(bench.counters[Counter::last_calls], 1u);
}

TEST_F(LastCallsTest, AnAckCountsOnceAndSoonOnly) {
  MachineBench bench{patient()};
  meet(bench);
  accuse(bench, "b");
  bench.pass(2600ms);
  const Asked calls = asked(bench);
  ASSERT_EQ(calls.directly.size(), 2u);
  const wire::Ack first{.sequence = calls.directly.front(), .payload = {}};
  const wire::Ack second{.sequence = calls.directly.back(), .payload = {}};
  bench.hear(first, endpoint_of(2));
  bench.hear(first, endpoint_of(2));
  EXPECT_EQ(bench.counters[Counter::suspects_answered], 1u);
  EXPECT_EQ(bench.counters[Counter::drop_unexpected], 1u);
  bench.pass(3s);
  bench.hear(second, endpoint_of(2));
  EXPECT_EQ(bench.counters[Counter::suspects_answered], 1u);
}

TEST_F(LastCallsTest, SoonIsFourTimesTheAckTimeout) {
  MachineBench bench{patient()};
  meet(bench);
  bench.hear_suspect("b", 1, "c");  // for 24 s, with nobody to agree
  bench.pass(2s);
  const SequenceNumber first = asked(bench).directly.at(0);
  bench.pass(500ms);
  const SequenceNumber second = asked(bench).directly.at(0);
  bench.pass(1500ms);
  bench.hear(wire::Ack{.sequence = first, .payload = {}}, endpoint_of(2));
  EXPECT_EQ(bench.counters[Counter::suspects_answered], 1u);
  bench.pass(501ms);
  bench.hear(wire::Ack{.sequence = second, .payload = {}}, endpoint_of(2));
  EXPECT_EQ(bench.counters[Counter::suspects_answered], 1u);
}

TEST_F(LastCallsTest, NobodyIsAskedWhereItIsOffOrNobodyIsSuspected) {
  for (const bool suspected : {false, true}) {
    Config off = patient();
    off.last_calls = !suspected;
    MachineBench bench{off};
    meet(bench);
    if (suspected) accuse(bench, "b");
    bench.pass(3900ms);
    EXPECT_EQ(asked(bench).directly.size(), 0u);
    EXPECT_EQ(bench.counters[Counter::last_calls], 0u);
    if (!suspected) continue;
    bench.pass(200ms);
    EXPECT_EQ(bench.belief("b"), "dead/1");
  }
}

TEST_F(LastCallsTest, OfManySuspectsOnlyAFewAreAskedAtATime) {
  MachineBench bench{patient()};
  constexpr int many = 200;
  for (int i = 0; i < many; ++i) {
    bench.hear_alive("m" + std::to_string(i), static_cast<std::uint8_t>(i + 2), 1);
  }
  meet(bench);
  for (int i = 0; i < many; ++i) bench.hear_suspect("m" + std::to_string(i), 1, "v");
  bench.pass(3990ms);
  EXPECT_GE(bench.counters[Counter::last_calls], 4u * 16u);
  EXPECT_LE(bench.counters[Counter::last_calls], 5u * 16u);
}

TEST_F(LastCallsTest, HoweverManyAreAskedEachAnswerCountsUntilItIsTooLate) {
  MachineBench bench{patient()};
  for (int i = 0; i < 200; ++i) {
    bench.hear_alive("m" + std::to_string(i), static_cast<std::uint8_t>(i + 2), 1);
  }
  meet(bench);
  for (int i = 0; i < 200; ++i) bench.hear_suspect("m" + std::to_string(i), 1, "v");
  bench.sent();
  std::vector<SequenceNumber> first;
  while (first.empty()) {
    bench.pass(10ms);
    for (const auto& packet : bench.sent()) {
      if (const auto* ping = packet->first<wire::Ping>()) first.push_back(ping->sequence);
    }
  }
  bench.pass(1900ms);
  EXPECT_EQ(bench.counters[Counter::last_calls], 4u * 16u);
  for (const SequenceNumber sequence : first) {
    bench.hear(wire::Ack{.sequence = sequence, .payload = {}}, endpoint_of(9));
  }
  EXPECT_EQ(bench.counters[Counter::suspects_answered], 16u);
}

TEST_F(LastCallsTest, WhoIsGoneMeanwhileIsNotMissed) {
  MachineBench bench{patient()};
  meet(bench);
  accuse(bench, "b");
  bench.pass(2100ms);
  const Asked calls = asked(bench);
  ASSERT_EQ(calls.directly.size(), 1u);
  bench.hear_dead("b", 1, "c");
  bench.hear(wire::Ack{.sequence = calls.directly.front(), .payload = {}}, endpoint_of(2));
  EXPECT_EQ(bench.belief("b"), "dead/1");
  EXPECT_EQ(bench.counters[Counter::suspects_answered], 0u);
}

}  // namespace
}  // namespace gossipod::swim::test
