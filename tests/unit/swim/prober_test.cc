// Probes: direct, through others, by stream; the verdict; local health; and being asked by others.
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/swim/machine_bench.h"

namespace gossipod::swim::test {
namespace {

class ProberTest : public testing::Test {
 protected:
  // Knows b; helpers c, d, ... as many as wanted; nothing left to tell.
  void know(int helpers) {
    bench.hear_alive("b", 2, 1);
    for (int i = 0; i < helpers; ++i) {
      bench.hear_alive(std::string(1, static_cast<char>('c' + i)), static_cast<std::uint8_t>(3 + i),
                       1);
    }
    for (int i = 0; i < 20; ++i) bench.provoke();
    bench.story();
  }
  // Lets time pass, acking everybody's probe but b's, until b is pinged.
  SequenceNumber until_b_is_pinged() {
    for (int i = 0; i < 200; ++i) {
      bench.pass(50ms);
      for (const auto& packet : bench.sent()) {
        const auto* ping = packet->first<wire::Ping>();
        if (ping == nullptr) continue;
        if (ping->node == "b") return ping->sequence;
        ack(ping->sequence);
      }
    }
    ADD_FAILURE() << "b was never pinged";
    return {};
  }
  void ack(SequenceNumber sequence) { bench.hear(wire::Ack{.sequence = sequence, .payload = {}}); }
  std::uint64_t score() {
    Stats stats;
    bench.node.fill(stats);
    return stats.health_score;
  }
  MachineBench bench;
};

TEST_F(ProberTest, EverybodyIsProbedOnceARound) {
  know(3);
  std::string order;
  for (int i = 0; i < 8; ++i) {
    bench.pass(1s);
    for (const auto& packet : bench.sent()) {
      if (const auto* ping = packet->first<wire::Ping>()) {
        order += ping->node;
        EXPECT_EQ(ping->source_node, "a");
        EXPECT_EQ(ping->source_port, 7946);
        ack(ping->sequence);
      }
    }
  }
  ASSERT_EQ(order.size(), 8u);
  for (std::size_t round : {0u, 4u}) {
    std::string names = order.substr(round, 4);
    std::ranges::sort(names);
    EXPECT_EQ(names, "bcde");
  }
}

TEST_F(ProberTest, APingSaysWhereToAnswerOnlyIfTheAnswerWouldNotFindUs) {
  struct Case {
    bool sends_from_local;
    std::optional<Endpoint> advertise;
    std::uint16_t said;
  };
  Endpoint elsewhere = endpoint_of(1);
  elsewhere.port = 7000;
  for (const Case& each : {Case{true, {}, 0}, Case{false, {}, 7946}, Case{true, elsewhere, 7000},
                           Case{true, endpoint_of(1), 0}}) {
    Config config = default_config();
    config.advertise = each.advertise;
    MachineBench one{config, nullptr, 1, nullptr, each.sends_from_local};
    one.hear_alive("b", 2, 1);
    one.hear_alive("c", 3, 1);
    one.pass(2s);
    std::size_t asked = 0;
    for (const auto& packet : one.sent()) {
      const auto* ping = packet->first<wire::Ping>();
      const auto* request = packet->first<wire::IndirectPing>();
      if (ping == nullptr && request == nullptr) continue;
      ++asked;
      EXPECT_EQ(ping != nullptr ? ping->source_node : request->source_node, "a");
      EXPECT_EQ(ping != nullptr ? ping->source_port : request->source_port, each.said);
      const Bytes address = ping != nullptr ? ping->source_address : request->source_address;
      EXPECT_EQ(address.size(), each.said == 0 ? 0u : 4u);
    }
    EXPECT_GE(asked, 2u);
  }
}

TEST_F(ProberTest, NoAnswerAsksOthersThenAccuses) {
  know(3);
  const SequenceNumber sequence = until_b_is_pinged();
  bench.pass(500ms);
  const auto asked = bench.sent();
  ASSERT_EQ(asked.size(), 3u);
  for (const auto& packet : asked) {
    const auto* request = packet->first<wire::IndirectPing>();
    ASSERT_NE(request, nullptr);
    EXPECT_EQ(request->sequence, sequence);
    EXPECT_EQ(request->node, "b");
    EXPECT_TRUE(request->nack);
    EXPECT_EQ(request->port, 7946);
  }
  const auto streams = bench.streams();  // and by stream
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_EQ(streams[0].peer.endpoint, endpoint_of(2));
  EXPECT_EQ(bench.belief("b"), "alive/1");
  bench.pass(500ms);
  EXPECT_EQ(bench.belief("b"), "suspect/1");
  EXPECT_EQ(score(), 3u);  // three nacks were owed, none came
}

TEST_F(ProberTest, NacksSayThatItIsNotUs) {
  know(3);
  const SequenceNumber sequence = until_b_is_pinged();
  bench.pass(600ms);
  for (int i = 0; i < 3; ++i) bench.hear(wire::Nack{.sequence = sequence});
  bench.pass(400ms);
  EXPECT_EQ(bench.belief("b"), "suspect/1");
  EXPECT_EQ(score(), 0u);
}

TEST_F(ProberTest, ARelayedOrLateAckCounts) {
  know(3);
  const SequenceNumber sequence = until_b_is_pinged();
  bench.pass(900ms);
  bench.hear(wire::Nack{.sequence = sequence});  // a nack does not end it
  ack(sequence);
  bench.pass(1s);
  EXPECT_EQ(bench.belief("b"), "alive/1");
  ack(sequence);  // nobody waits for it any more
  EXPECT_EQ(bench.counters[Counter::drop_unexpected], 1u);
}

TEST_F(ProberTest, AStreamThatAnswersSavesIt) {
  know(1);
  const SequenceNumber sequence = until_b_is_pinged();
  bench.pass(500ms);
  const StreamId stream = bench.streams().at(0).stream;
  bench.node.on_stream_opened(bench.now, stream);
  const auto orders = bench.streams();
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].kind, StreamOrder::Kind::write);
  EXPECT_EQ(orders[0].bytes->at(0), 0u);  // a ping
  bench.node.on_stream_message(bench.now, stream, endpoint_of(2),
                               wire::Ack{.sequence = sequence, .payload = {}});
  bench.pass(500ms);
  EXPECT_EQ(bench.belief("b"), "alive/1");
  EXPECT_EQ(bench.counters[Counter::probe_fallbacks], 1u);
  EXPECT_EQ(score(), 0u);
}

TEST_F(ProberTest, AnUnhealthyNodeWaitsLonger) {
  know(0);
  bench.hear_suspect("a", 1, "x");  // had to refute: score 1
  EXPECT_EQ(score(), 1u);
  for (int i = 0; i < 20; ++i) bench.provoke();
  until_b_is_pinged();
  bench.pass(1900ms);
  EXPECT_EQ(bench.belief("b"), "alive/1");
  bench.pass(100ms);
  EXPECT_EQ(bench.belief("b"), "suspect/1");
  EXPECT_EQ(score(), 2u);  // nobody to ask: one worse
}

TEST_F(ProberTest, ASuspectIsToldSoWithThePing) {
  know(4);
  bench.hear_suspect("b", 1, "c");
  for (int i = 0; i < 20; ++i) bench.provoke();
  for (int i = 0; i < 200; ++i) {
    bench.pass(50ms);
    for (const auto& packet : bench.sent()) {
      const auto* ping = packet->first<wire::Ping>();
      if (ping == nullptr) continue;
      if (ping->node != "b") {
        ack(ping->sequence);
        continue;
      }
      ASSERT_EQ(packet->messages.size(), 2u);
      const auto* suspect = packet->first<wire::Suspect>();
      ASSERT_NE(suspect, nullptr);
      EXPECT_EQ(suspect->from, "a");
      EXPECT_TRUE(packet->crc);
      return;
    }
  }
  FAIL() << "b was never pinged";
}

TEST_F(ProberTest, ANodeThatWasStoppedAccusesNobody) {
  know(3);
  until_b_is_pinged();
  bench.now += 20s;  // nobody called us
  bench.node.on_deadline(bench.now);
  EXPECT_EQ(bench.belief("b"), "alive/1");
  EXPECT_EQ(bench.counters[Counter::late_turns], 1u);
  EXPECT_EQ(score(), 1u);
}

TEST_F(ProberTest, AnswersPingsToWhereTheSenderSaysItIs) {
  const std::array<std::uint8_t, 4> address{10, 0, 0, 5};
  bench.sent();
  bench.hear(wire::Ping{.sequence = SequenceNumber{42},
                        .node = "a",
                        .source_address = address,
                        .source_port = 99,
                        .source_node = "e"});
  auto packets = bench.sent();
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_EQ(packets[0]->to, *Endpoint::from_ip("10.0.0.5", 99));
  ASSERT_NE(packets[0]->first<wire::Ack>(), nullptr);
  EXPECT_EQ(packets[0]->first<wire::Ack>()->sequence, SequenceNumber{42});

  bench.hear(wire::Ping{.sequence = SequenceNumber{43},
                        .node = "somebody else",
                        .source_address = {},
                        .source_node = {}});
  EXPECT_TRUE(bench.sent().empty());
  EXPECT_EQ(bench.counters[Counter::drop_wrong_node], 1u);
}

TEST_F(ProberTest, RelaysPingsAndSaysEarlyThatThereIsNoAnswer) {
  know(1);
  const std::array<std::uint8_t, 4> target{10, 0, 0, 77};
  const auto ask = [&](std::uint32_t sequence) {
    bench.hear(wire::IndirectPing{.sequence = SequenceNumber{sequence},
                                  .target = target,
                                  .port = 1234,
                                  .node = "t",
                                  .nack = true,
                                  .source_address = {},
                                  .source_port = 0,
                                  .source_node = {}});
    const auto packets = bench.sent();
    EXPECT_EQ(packets.size(), 1u);
    EXPECT_EQ(packets[0]->to, *Endpoint::from_ip("10.0.0.77", 1234));
    EXPECT_EQ(packets[0]->first<wire::Ping>()->node, "t");
    return packets[0]->first<wire::Ping>()->sequence;
  };
  const auto answers = [&] {
    std::string text;
    for (const auto& packet : bench.sent()) {
      if (packet->to != endpoint_of(9)) continue;
      if (const auto* a = packet->first<wire::Ack>()) {
        text += "ack " + std::to_string(a->sequence.value()) + " ";
      }
      if (const auto* n = packet->first<wire::Nack>()) {
        text += "nack " + std::to_string(n->sequence.value()) + " ";
      }
    }
    return text;
  };
  const SequenceNumber first = ask(300);
  ack(first);
  EXPECT_EQ(answers(), "ack 300 ");
  const SequenceNumber second = ask(301);
  bench.pass(299ms);
  EXPECT_EQ(answers(), "");
  bench.pass(2ms);
  EXPECT_EQ(answers(), "nack 301 ");
  ack(second);  // late, but the prober may still wait
  EXPECT_EQ(answers(), "ack 301 ");
  const SequenceNumber third = ask(302);
  bench.pass(501ms);
  answers();
  ack(third);
  EXPECT_EQ(answers(), "");  // too late
}

TEST_F(ProberTest, AnswersForThePingsTheApplicationWants) {
  know(1);
  bench.node.ping(bench.now, 5, "b");
  const auto packets = bench.sent();
  ASSERT_FALSE(packets.empty());
  ack(packets[0]->first<wire::Ping>()->sequence);
  EXPECT_EQ(bench.story(), "pong b");
  bench.node.ping(bench.now, 6, "b");
  bench.pass(501ms);
  bench.collect();
  ASSERT_FALSE(bench.events.empty());
  EXPECT_EQ(bench.events.back().error->code, Errc::timed_out);
  bench.node.ping(bench.now, 7, "nobody");
  bench.collect();
  EXPECT_EQ(bench.events.back().error->code, Errc::unknown_member);
}

}  // namespace
}  // namespace gossipod::swim::test
