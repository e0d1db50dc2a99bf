// What memberlist's own tests ask of what is believed, and told on, and where ours does better
// than memberlist. The rows P and Q of docs/parity.md name these tests.
#include <gtest/gtest.h>

#include <set>

#include "swim/dissemination.h"
#include "unit/swim/machine_bench.h"

namespace gossipod::swim::test {
namespace {

void drain(MachineBench& bench) {
  for (int i = 0; i < 20; ++i) bench.provoke();
  bench.story();
  bench.streams();
}
MemberView view_of(const MachineBench& bench, std::string_view name) {
  return bench.node.member(*bench.node.find(name));
}
Stats stats_of(const MachineBench& bench) {
  Stats stats;
  bench.node.fill(stats);
  return stats;
}

// --- One member's row

TEST(QuirkClaims, TimesOfChangeAreThoseOfTheState) {
  MachineBench bench;
  bench.hear_alive("b", 2, 1);
  drain(bench);
  const TimePoint joined = view_of(bench, "b").changed;
  bench.now += 1ms;
  bench.hear_alive("b", 2, 2);  // a newer incarnation and nothing else
  EXPECT_EQ(view_of(bench, "b").changed, joined);
  EXPECT_EQ(bench.story(), "");
  EXPECT_EQ(stats_of(bench).queue_length, 1u);
  bench.now += 1ms;
  bench.hear_suspect("b", 2, "c");
  EXPECT_EQ(view_of(bench, "b").changed, bench.now);
  EXPECT_EQ(stats_of(bench).queue_length, 1u);  // in place of the older
  bench.now += 1ms;
  bench.hear_alive("b", 2, 2);
  EXPECT_LT(view_of(bench, "b").changed, bench.now);
  bench.hear_dead("b", 2, "c");
  EXPECT_EQ(view_of(bench, "b").changed, bench.now);
  EXPECT_EQ(stats_of(bench).queue_length, 1u);
  bench.now += 1ms;
  bench.hear_alive("b", 2, 3);
  EXPECT_EQ(view_of(bench, "b").changed, bench.now);
  EXPECT_EQ(bench.story(), "suspect b, dead b, join b");
}

TEST(QuirkClaims, WhoSpeaksNothingIsNoMember) {
  MachineBench bench;
  const Endpoint endpoint = endpoint_of(2);
  bench.hear(wire::Alive{.incarnation = Incarnation{1},
                         .node = "b",
                         .address = endpoint.address(),
                         .port = endpoint.port,
                         .metadata = {},
                         .versions = std::array<std::uint8_t, 6>{}});
  EXPECT_EQ(bench.belief("b"), "none");
}

TEST(QuirkClaims, ARefutationReplacesTheOneBefore) {
  MachineBench bench;
  drain(bench);
  bench.hear_suspect("a", 1, "b");
  bench.hear_suspect("a", 2, "b");
  EXPECT_EQ(stats_of(bench).queue_length, 1u);
  const auto packets = bench.provoke();
  ASSERT_EQ(packets.size(), 1u);
  ASSERT_NE(packets[0]->first<wire::Alive>(), nullptr);
  EXPECT_EQ(packets[0]->first<wire::Alive>()->incarnation, Incarnation{3});
}

TEST(QuirkClaims, TheGoneAreForgottenEvenIfNobodyIsProbed) {
  Config config = default_config();
  config.probing_interval = 24h;
  MachineBench bench{config};
  bench.hear_alive("b", 2, 1);
  bench.hear_alive("c", 3, 1);
  bench.hear_dead("b", 1, "b");
  bench.pass(61s);
  EXPECT_EQ(bench.belief("b"), "none");
  EXPECT_EQ(bench.belief("c"), "alive/1");
}

TEST(QuirkClaims, TheDeadAreToldForAWhileSoThatTheyMayRefute) {
  Config config = default_config();
  config.gossip_interval = 100ms;
  config.gossip_nodes = 10;
  config.gossip_to_the_dead = 5s;
  config.probing_interval = 24h;
  const auto reached = [](MachineBench& bench) {
    bench.sent();
    bench.hear_alive("news", 9, view_of(bench, "news").incarnation.value() + 1);
    bench.pass(200ms);
    std::set<Endpoint> to;
    for (const auto& packet : bench.sent()) to.insert(packet->to);
    return to;
  };
  MachineBench bench{config};
  bench.hear_alive("news", 9, 1);
  bench.hear_alive("dead", 2, 1);
  bench.hear_alive("left", 3, 1);
  bench.hear_dead("dead", 1, "news");
  bench.hear_dead("left", 1, "left");
  bench.pass(3s);
  EXPECT_EQ(reached(bench), (std::set{endpoint_of(2), endpoint_of(9)}));
  bench.pass(3s);
  EXPECT_EQ(reached(bench), (std::set{endpoint_of(9)}));
}

TEST(QuirkClaims, APortThatIsNotSaidIsTheBoundOne) {
  Config config = default_config();
  config.advertise = *Endpoint::from_ip("10.9.9.9", 0);
  MachineBench bench{config};
  EXPECT_EQ(view_of(bench, "a").identity->endpoint(), *Endpoint::from_ip("10.9.9.9", 7946));
}

// --- The queue

TEST(QuirkQueue, WhatFitsGoesFirstUntilAllHasBeenToldSoOften) {
  IdentityPool pool{1};
  Rng rng{1};
  MemberTable table{pool, rng};
  Dissemination queue{table};
  for (const char* payload : {"1 is 10 b", "2 is 10 b", "3 is 10 b", "4 is 10 b"}) {
    ASSERT_TRUE(queue.tell_user(as_bytes(payload), 1000));
  }
  // Room for three, and each is told twice.
  std::vector<std::size_t> taken;
  for (int i = 0; i < 4; ++i) {
    std::array<std::uint8_t, 2 + 3 * (2 + 10)> out{};
    wire::PacketBuilder packet{out};
    queue.take(packet, 2);
    taken.push_back(packet.parts());
  }
  EXPECT_EQ(taken, (std::vector<std::size_t>{3, 3, 2, 0}));
}

TEST(QuirkQueue, TheGaugesShowWhatIsThere) {
  MachineBench bench;
  drain(bench);
  bench.hear_alive("b", 2, 1);
  bench.hear_alive("c", 3, 1);
  bench.hear_alive("d", 4, 1);
  bench.hear_suspect("b", 1, "d");
  bench.hear_dead("c", 1, "d");
  bench.hear_dead("d", 1, "d");
  const Stats stats = stats_of(bench);
  EXPECT_EQ(stats.queue_length, 3u);
  EXPECT_EQ(stats.members_alive, 1u);
  EXPECT_EQ(stats.members_suspect, 1u);
  EXPECT_EQ(stats.members_dead, 1u);
  EXPECT_EQ(stats.members_left, 1u);
}

}  // namespace
}  // namespace gossipod::swim::test
