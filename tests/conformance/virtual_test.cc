// What only the network in virtual time can do: repeat itself, lose, cut, stall and kill.
#include <gossipod/virtual.h>

#include "base/rng.h"
#include "conformance/world.h"

namespace gossipod::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Node {
  Recorder sink;
  std::unique_ptr<Link> link;

  explicit Node(Loop& loop, const Endpoint& bind = loopback(), std::size_t buffer = 2 << 20) {
    auto attached = loop.attach({.bind = bind, .socket_buffer_bytes = buffer}, sink);
    EXPECT_TRUE(attached);
    link = std::move(*attached);
  }
  [[nodiscard]] Endpoint at() const { return link->local(); }
  void send(const Node& to, const std::vector<std::uint8_t>& bytes) const {
    const std::array batch{TxDatagram{{to.at(), {}}, bytes}};
    EXPECT_EQ(link->send(batch), 1u);
  }
};

// A chatter of many, in which everything that can be random is.
std::uint64_t chatter(std::uint64_t seed) {
  VirtualLoop loop{{.seed = seed,
                    .conditions = {.latency_max = milliseconds{20},
                                   .loss_per_thousand = 50,
                                   .duplicate_per_thousand = 50}}};
  std::vector<std::unique_ptr<Node>> nodes;
  Rng rng{7};
  for (int i = 0; i < 20; ++i) nodes.push_back(std::make_unique<Node>(loop));
  for (auto& node : nodes) {
    node->sink.deadline = TimePoint{rng.below(Duration{seconds{1}})};
    node->sink.turned = [&](TimePoint now) {
      if (now < node->sink.deadline) return;
      node->sink.deadline = now + milliseconds{100} + rng.below(Duration{milliseconds{10}});
      const auto to = rng.below(std::uint32_t{20});
      node->send(*nodes[to], pattern(50 + rng.below(std::uint32_t{900}), to));
    };
    loop.reschedule(node->sink);
  }
  nodes[0]->link->open(StreamId{1}, {nodes[1]->at(), {}});
  nodes[0]->link->write(StreamId{1}, shared(pattern(1'000'000)));
  loop.run_for(seconds{20});
  EXPECT_EQ(loop.now(), TimePoint{seconds{20}});
  EXPECT_GT(loop.tally().delivered, 3000u);
  EXPECT_GT(loop.tally().lost, 100u);
  return loop.trace_hash();
}

TEST(Virtual, TheSameSeedGivesTheSameRun) {
  const std::uint64_t first = chatter(1);
  EXPECT_EQ(first, chatter(1));
  EXPECT_NE(first, chatter(2));
}

TEST(Virtual, TheTraceSeesOneBit) {
  const auto run = [](std::uint8_t bit) {
    VirtualLoop loop;
    const Node a{loop};
    const Node b{loop};
    auto bytes = pattern(1001);
    bytes.back() ^= bit;
    a.send(b, bytes);
    loop.run_for(seconds{1});
    return loop.trace_hash();
  };
  EXPECT_EQ(run(0), run(0));
  EXPECT_NE(run(0), run(1));
}

TEST(Virtual, TimeStandsStillExceptInTurns) {
  VirtualLoop loop;
  const TimePoint before = loop.now();
  loop.turn(seconds{5});
  EXPECT_EQ(loop.now(), before + seconds{5});
  bool ran = false;
  loop.post([&] { ran = true; });
  loop.turn(seconds{5});  // something to do now: no time passes
  EXPECT_TRUE(ran);
  EXPECT_EQ(loop.now(), before + seconds{5});
  loop.turn(Duration::max());  // nothing will ever happen
  EXPECT_EQ(loop.now(), before + seconds{5});
}

TEST(Virtual, LatencyIsKept) {
  VirtualLoop loop{
      {.conditions = {.latency_min = milliseconds{10}, .latency_max = milliseconds{12}}}};
  const Node a{loop};
  Node b{loop};
  for (int i = 0; i < 100; ++i) a.send(b, pattern(10));
  loop.run_for(seconds{1});
  ASSERT_EQ(b.sink.packets.size(), 100u);
  for (const auto& packet : b.sink.packets) {
    EXPECT_GE(packet.now, TimePoint{milliseconds{10}});
    EXPECT_LE(packet.now, TimePoint{milliseconds{12}});
    EXPECT_EQ(packet.now, packet.arrival.at);
  }
}

TEST(Virtual, LossAndDuplicatesComeAsOftenAsAsked) {
  VirtualLoop loop{{.conditions = {.loss_per_thousand = 200, .duplicate_per_thousand = 100}}};
  const Node a{loop};
  Node b{loop};
  for (int i = 0; i < 10'000; ++i) {
    a.send(b, pattern(1));
    if (i % 50 == 0) loop.run_for(milliseconds{5});
  }
  loop.run_for(seconds{1});
  // 10,000 * 0.8 * 1.1, give or take four standard deviations.
  EXPECT_NEAR(static_cast<double>(b.sink.packets.size()), 8800, 190);
  const VirtualTally& tally = loop.tally();
  EXPECT_EQ(tally.sent, tally.delivered + tally.lost);
  EXPECT_EQ(tally.delivered, b.sink.packets.size());
  loop.set_conditions({});
  a.send(b, pattern(2));
  loop.run_for(seconds{1});
  EXPECT_EQ(loop.tally().delivered, tally.delivered);
  EXPECT_EQ(b.sink.packets.back().bytes.size(), 2u);
}

TEST(Virtual, ACutHasADirectionAndHeals) {
  VirtualLoop loop;
  Node a{loop};
  Node b{loop};
  const auto both = [&] {
    const auto before = std::pair{a.sink.packets.size(), b.sink.packets.size()};
    a.send(b, pattern(1));
    b.send(a, pattern(1));
    loop.run_for(seconds{1});
    return std::pair{a.sink.packets.size() - before.first, b.sink.packets.size() - before.second};
  };
  EXPECT_EQ(both(), (std::pair<std::size_t, std::size_t>{1, 1}));
  loop.cut(a.at(), b.at());
  EXPECT_EQ(both(), (std::pair<std::size_t, std::size_t>{1, 0}));
  loop.cut_both_ways(a.at(), b.at());
  EXPECT_EQ(both(), (std::pair<std::size_t, std::size_t>{0, 0}));
  loop.heal(a.at(), b.at());
  EXPECT_EQ(both(), (std::pair<std::size_t, std::size_t>{0, 1}));
  loop.set_group(a.at(), 1);
  EXPECT_EQ(both(), (std::pair<std::size_t, std::size_t>{0, 0}));
  loop.heal_all();
  EXPECT_EQ(both(), (std::pair<std::size_t, std::size_t>{1, 1}));
}

TEST(Virtual, StreamsPassWhereOnlyDatagramsAreCut) {
  VirtualLoop loop;
  Node a{loop};
  Node b{loop};
  loop.cut_datagrams(a.at(), b.at());
  a.send(b, pattern(1));
  b.send(a, pattern(1));
  a.link->open(StreamId{1}, {b.at(), {}});
  a.link->write(StreamId{1}, shared(pattern(1000)));
  loop.run_for(seconds{1});
  EXPECT_EQ(b.sink.packets.size(), 0u);
  EXPECT_EQ(a.sink.packets.size(), 1u);
  EXPECT_EQ(loop.tally().lost, 1u);
  ASSERT_EQ(b.sink.incoming.size(), 1u);
  EXPECT_EQ(b.sink[b.sink.incoming[0]].bytes, pattern(1000));
  loop.heal(a.at(), b.at());
  a.send(b, pattern(1));
  loop.cut_datagrams(a.at(), b.at());
  loop.heal_all();
  a.send(b, pattern(1));
  loop.run_for(seconds{1});
  EXPECT_EQ(b.sink.packets.size(), 2u);
}

TEST(Virtual, StreamsWaitForACutToHeal) {
  VirtualLoop loop;
  Node a{loop};
  Node b{loop};
  loop.cut_both_ways(a.at(), b.at());
  a.link->open(StreamId{1}, {b.at(), {}});
  a.link->write(StreamId{1}, shared(pattern(100'000)));
  loop.run_for(seconds{20});
  EXPECT_EQ(a.sink[StreamId{1}].calls, 0u);  // it does not even fail by itself
  loop.heal_all();
  loop.run_for(seconds{10});
  EXPECT_TRUE(a.sink[StreamId{1}].opened);
  ASSERT_EQ(b.sink.incoming.size(), 1u);
  EXPECT_EQ(b.sink[b.sink.incoming[0]].bytes, pattern(100'000));
  // Cut in the middle, in one direction only: the order survives.
  loop.cut(a.at(), b.at());
  a.link->write(StreamId{1}, shared(pattern(1000, 2)));
  loop.run_for(seconds{3});
  loop.heal_all();
  a.link->write(StreamId{1}, shared(pattern(1000, 3)));
  loop.run_for(seconds{10});
  auto all = pattern(100'000);
  for (const std::uint32_t seed : {2u, 3u}) {
    const auto more = pattern(1000, seed);
    all.insert(all.end(), more.begin(), more.end());
  }
  EXPECT_EQ(b.sink[b.sink.incoming[0]].bytes, all);
}

TEST(Virtual, AClosedStreamLingersForABoundedTime) {
  VirtualLoop loop;
  Node a{loop};
  Node b{loop};
  a.link->open(StreamId{1}, {b.at(), {}});
  loop.run_for(seconds{1});
  ASSERT_EQ(b.sink.incoming.size(), 1u);
  a.link->close(StreamId{1});
  loop.run_for(seconds{5});
  EXPECT_TRUE(b.sink[b.sink.incoming[0]].peer_finished);
  EXPECT_FALSE(b.sink[b.sink.incoming[0]].closed);
  loop.run_for(seconds{10});
  EXPECT_TRUE(b.sink[b.sink.incoming[0]].closed);
  EXPECT_TRUE(b.sink[b.sink.incoming[0]].why);
}

TEST(Virtual, AStalledMemberHearsEverythingAtOnceWhenItWakes) {
  VirtualLoop loop{{.turn_quota = 10}};
  Node a{loop};
  Node b{loop};
  int rang = 0;
  b.sink.deadline = TimePoint{seconds{2}};
  b.sink.turned = [&](TimePoint now) {
    if (now < b.sink.deadline) return;
    ++rang;
    b.sink.deadline = never;
  };
  loop.reschedule(b.sink);
  loop.stall(b.at(), seconds{5});
  for (int i = 0; i < 25; ++i) a.send(b, pattern(10));
  a.link->open(StreamId{1}, {b.at(), {}});
  loop.run_for(seconds{4});
  EXPECT_EQ(b.sink.calls(), 0u);
  EXPECT_EQ(rang, 0);
  EXPECT_TRUE(a.sink[StreamId{1}].opened);  // its kernel answers
  loop.run_for(seconds{2});
  EXPECT_EQ(rang, 1);
  ASSERT_EQ(b.sink.packets.size(), 25u);
  EXPECT_EQ(b.sink.incoming.size(), 1u);
  EXPECT_EQ(b.sink.undrained, 2u);
  for (const auto& packet : b.sink.packets) {
    EXPECT_EQ(packet.now, TimePoint{seconds{5}});
    EXPECT_LT(packet.arrival.at, TimePoint{seconds{1}});
  }
}

TEST(Virtual, AFullInboxOverflows) {
  VirtualLoop loop;
  const Node a{loop};
  Node b{loop, loopback(), 1000};
  loop.stall(b.at(), seconds{1});
  for (int i = 0; i < 15; ++i) a.send(b, pattern(100));
  loop.run_for(seconds{2});
  EXPECT_EQ(b.sink.packets.size(), 10u);
  EXPECT_EQ(loop.tally().overflowed, 5u);
}

TEST(Virtual, AKilledMemberIsGoneAndItsPlaceIsFree) {
  VirtualLoop loop;
  Node a{loop};
  Node b{loop};
  const Endpoint place = b.at();
  a.link->open(StreamId{1}, {place, {}});
  loop.run_for(seconds{1});
  ASSERT_TRUE(a.sink[StreamId{1}].opened);
  loop.kill(place);
  const std::size_t calls = b.sink.calls();
  a.send(b, pattern(1));
  loop.run_for(seconds{1});
  EXPECT_TRUE(a.sink[StreamId{1}].closed);
  EXPECT_TRUE(a.sink[StreamId{1}].why);
  EXPECT_EQ(loop.tally().unclaimed, 1u);
  const std::array batch{TxDatagram{{a.at(), {}}, Bytes{}}};
  EXPECT_EQ(b.link->send(batch), 0u);
  Node again{loop, place};
  a.send(again, pattern(3));
  loop.run_for(seconds{1});
  EXPECT_EQ(again.sink.packets.size(), 1u);
  EXPECT_EQ(b.sink.calls(), calls);
}

TEST(Virtual, ATaskMayTurnTheLoop) {
  VirtualLoop loop;
  const Node a{loop};
  Node b{loop};
  std::vector<int> order;
  loop.post([&] {
    order.push_back(1);
    a.send(b, pattern(1));
    while (b.sink.packets.empty()) loop.turn(seconds{1});
    order.push_back(3);
  });
  loop.post([&] { order.push_back(2); });
  loop.run_for(seconds{1});
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST(Virtual, NodesMayLiveOnAnyAddress) {
  VirtualLoop loop;
  const Node a{loop, *Endpoint::from_ip("10.1.2.3", 7946)};
  Node b{loop, *Endpoint::from_ip("2001:db8::7", 7946)};
  a.send(b, pattern(5));
  loop.run_for(seconds{1});
  ASSERT_EQ(b.sink.packets.size(), 1u);
  EXPECT_EQ(to_string(b.sink.packets[0].arrival.from), "10.1.2.3:7946");
}

}  // namespace
}  // namespace gossipod::test
