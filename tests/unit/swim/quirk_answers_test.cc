// What memberlist's own tests ask of those who are probed and of those who are asked to help. The
// rows P and Q of docs/parity.md name these tests.
#include <gtest/gtest.h>

#include "unit/swim/machine_bench.h"
#include "wire/packet_builder.h"

namespace gossipod::swim::test {
namespace {

void drain(MachineBench& bench) {
  for (int i = 0; i < 20; ++i) bench.provoke();
}

TEST(QuirkAnswers, EachPingOfACompoundIsAnswered) {
  MachineBench bench;
  drain(bench);
  std::array<std::uint8_t, 200> out{};
  wire::PacketBuilder packet{out};
  const wire::Ping ping{.sequence = SequenceNumber{42}, .node = ""};  // and nobody is named
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(packet.add(ping));
  const std::size_t size = packet.finish();
  Reporter reporter{nullptr, nullptr};
  std::vector<std::uint8_t> scratch;
  wire::Walk walk{Bytes{out}.first(size), scratch, reporter};
  while (const auto message = walk.next()) bench.hear(*message, endpoint_of(5));
  const auto answers = bench.sent();
  ASSERT_EQ(answers.size(), 3u);
  for (const auto& answer : answers) {
    EXPECT_EQ(answer->to, endpoint_of(5));
    ASSERT_NE(answer->first<wire::Ack>(), nullptr);
    EXPECT_EQ(answer->first<wire::Ack>()->sequence, SequenceNumber{42});
  }
}

TEST(QuirkAnswers, AnAckCarriesTheNews) {
  MachineBench bench;
  drain(bench);
  bench.hear_alive("b", 2, 1);
  const auto packets = bench.provoke();
  ASSERT_EQ(packets.size(), 1u);
  ASSERT_EQ(packets[0]->messages.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<wire::Ack>(packets[0]->messages[0]));
  EXPECT_TRUE(std::holds_alternative<wire::Alive>(packets[0]->messages[1]));
}

TEST(QuirkAnswers, WhoIsAskedAboutItselfPingsItself) {
  MachineBench bench;
  drain(bench);
  const Endpoint us = endpoint_of(1);
  bench.hear(wire::IndirectPing{.sequence = SequenceNumber{100},
                                .target = us.address(),
                                .port = us.port,
                                .node = "a",
                                .nack = true},
             endpoint_of(5));
  std::string said;
  for (int hop = 0; hop < 3; ++hop) {
    for (const auto& packet : bench.sent()) {
      if (const auto* a = packet->first<wire::Ack>();
          a != nullptr && packet->to == endpoint_of(5)) {
        said += "ack " + std::to_string(a->sequence.value());
      }
      if (packet->to != us) continue;
      for (const wire::Message& message : packet->messages) bench.hear(message, us);
    }
  }
  EXPECT_EQ(said, "ack 100");
}

TEST(QuirkAnswers, WhatIsOwedToOthersIsBounded) {
  MachineBench bench;
  drain(bench);
  const Endpoint target = endpoint_of(77);
  for (std::size_t i = 0; i < limits::relays_max + 5; ++i) {
    bench.hear(wire::IndirectPing{.sequence = SequenceNumber{static_cast<std::uint32_t>(i)},
                                  .target = target.address(),
                                  .port = target.port,
                                  .node = "t"},
               endpoint_of(static_cast<std::uint8_t>(100 + i % 100)));  // each has a share
  }
  EXPECT_EQ(bench.counters[Counter::pings_relayed], limits::relays_max);
  EXPECT_EQ(bench.counters[Counter::drop_relays], 5u);
  EXPECT_EQ(bench.sent().size(), limits::relays_max);
  bench.pass(600ms);  // then there is room again
  bench.hear(wire::IndirectPing{
      .sequence = {}, .target = target.address(), .port = target.port, .node = "t"});
  EXPECT_EQ(bench.counters[Counter::pings_relayed], limits::relays_max + 1);
}

}  // namespace
}  // namespace gossipod::swim::test
