// Broadcasts: marked, delivered once, passed on once, and plain user messages to everybody else.
#include <gtest/gtest.h>

#include "unit/swim/machine_bench.h"

namespace gossipod::swim::test {
namespace {

class BroadcastTest : public testing::Test {
 protected:
  void hear_broadcast(std::string_view data, std::int64_t id, std::uint8_t from) {
    bench.hear(wire::Nack{.broadcast = id}, endpoint_of(from));
    bench.hear(wire::User{.payload = as_bytes(data)}, endpoint_of(from));
  }
  void hear_and_forget(std::string_view data, std::int64_t id) {
    const Arrival arrival{endpoint_of(3), bench.now};
    bench.node.on_message(bench.now, arrival, wire::Nack{.broadcast = id});
    bench.node.on_message(bench.now, arrival, wire::User{.payload = as_bytes(data)});
    while (bench.node.poll_event()) continue;
  }
  // The user messages of the next packet of gossip; those that are marked begin with their id.
  std::vector<std::string> told() {
    std::vector<std::string> all;
    for (const auto& packet : bench.provoke()) {
      std::int64_t mark = 0;
      for (const wire::Message& message : packet->messages) {
        if (const auto* user = std::get_if<wire::User>(&message)) {
          all.push_back((mark == 0 ? "" : std::to_string(mark) + " ") +
                        std::string{as_text(user->payload)});
        }
        const auto* nack = std::get_if<wire::Nack>(&message);
        mark = nack == nullptr ? 0 : nack->broadcast;
      }
    }
    return all;
  }
  MachineBench bench;
};

TEST_F(BroadcastTest, IsDeliveredAndPassedOnOnce) {
  hear_broadcast("hello", 42, 3);
  hear_broadcast("hello", 42, 3);
  hear_broadcast("hello", 42, 4);  // by another way
  EXPECT_EQ(bench.story(), "join a, message");
  EXPECT_EQ(bench.counters[Counter::broadcasts_repeated], 2u);
  EXPECT_EQ(bench.counters[Counter::broadcasts_relayed], 1u);
  EXPECT_EQ(bench.counters[Counter::drop_unexpected], 0u);  // no nack
  EXPECT_EQ(told(), std::vector<std::string>{"42 hello"});
}

TEST_F(BroadcastTest, SameWordsAnotherBroadcast) {
  hear_broadcast("hello", 42, 3);
  hear_broadcast("hello", 43, 3);
  EXPECT_EQ(bench.story(), "join a, message, message");
}

TEST_F(BroadcastTest, WhatIsNotMarkedIsForUsAlone) {
  bench.hear(wire::User{.payload = as_bytes("hello")}, endpoint_of(3));
  EXPECT_EQ(bench.story(), "join a, message");
  EXPECT_TRUE(told().empty());
  // The mark of somebody else's packet counts for nothing.
  bench.hear(wire::Nack{.broadcast = 42}, endpoint_of(4));
  bench.hear(wire::User{.payload = as_bytes("hello")}, endpoint_of(3));
  EXPECT_TRUE(told().empty());
}

TEST_F(BroadcastTest, OursIsMarkedAndDoesNotComeBack) {
  bench.node.broadcast(bench.now, 1, as_bytes("ours"));
  const auto once = told();
  ASSERT_EQ(once.size(), 1u);
  const std::int64_t id = std::stoll(once.front());
  EXPECT_NE(id, 0);
  bench.story();
  hear_broadcast("ours", id, 3);
  EXPECT_EQ(bench.story(), "");
}

TEST_F(BroadcastTest, TheLongestFitsAndTheNextDoesNot) {
  const std::size_t most = limits::packet_bytes - limits::crc_bytes - 39;
  bench.node.broadcast(bench.now, 1, as_bytes(std::string(most, 'x')));
  bench.node.broadcast(bench.now, 2, as_bytes(std::string(most + 1, 'x')));
  bench.collect();
  ASSERT_EQ(bench.events.size(), 3u);
  EXPECT_FALSE(bench.events[1].error);
  EXPECT_EQ(bench.events[2].error->code, Errc::too_large);
  bench.config.gossip_interval = 200ms;
  bool seen = false;
  for (int i = 0; i < 4; ++i) seen |= !told().empty();
  // An ack leaves no room for it; gossip does: see MachineBench::provoke.
  EXPECT_FALSE(seen);
}

TEST(BroadcastRelay, MayBeSwitchedOff) {
  Config config = default_config();
  config.relay_broadcasts = false;
  MachineBench bench{config};
  bench.hear(wire::Nack{.broadcast = 42}, endpoint_of(3));
  bench.hear(wire::User{.payload = as_bytes("hello")}, endpoint_of(3));
  EXPECT_EQ(bench.story(), "join a, message");
  EXPECT_EQ(bench.counters[Counter::broadcasts_relayed], 0u);
}

// Nothing but gossip brings it, so it is told more often than a claim: 4 times ceil(log10(1 + 1)).
TEST_F(BroadcastTest, IsToldHalfAsOftenAgainAsAClaim) {
  hear_broadcast("hello", 42, 3);
  int times = 0;
  while (!told().empty()) ++times;
  EXPECT_EQ(times, 6);
}

// A flood of other people's broadcasts takes what the limits say, and no more.
TEST_F(BroadcastTest, AFloodIsBounded) {
  const std::string large(20'000, 'x');
  for (std::int64_t id = 1; id <= 5'000; ++id) hear_and_forget(large, id);
  EXPECT_EQ(bench.counters[Counter::broadcasts_relayed],
            limits::user_queue_bytes_max / large.size());
  EXPECT_GT(bench.counters[Counter::drop_overload], 0u);
}

TEST_F(BroadcastTest, AFloodOfNothingIsBounded) {
  for (std::int64_t id = 1; id <= 20'000; ++id) hear_and_forget("", id);
  EXPECT_EQ(bench.counters[Counter::broadcasts_relayed], limits::broadcasts_kept);
  EXPECT_EQ(bench.counters[Counter::drop_overload], 20'000 - limits::broadcasts_kept);
  // Of those that were taken none comes back, as long as copies may be about.
  bench.now += 29s;
  for (std::int64_t id = 1; id <= 20'000; ++id) hear_and_forget("", id);
  EXPECT_EQ(bench.counters[Counter::broadcasts_relayed], limits::broadcasts_kept);
  // And others have their turn.
  bench.now += 1s;
  hear_and_forget("", 30'000);
  EXPECT_EQ(bench.counters[Counter::broadcasts_relayed], limits::broadcasts_kept + 1);
  bench.node.broadcast(bench.now, 1, as_bytes("ours"));
  const auto done = bench.node.poll_event();
  ASSERT_TRUE(done);
  EXPECT_FALSE(done->error);
}

}  // namespace
}  // namespace gossipod::swim::test
