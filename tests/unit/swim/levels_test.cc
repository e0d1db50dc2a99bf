// Parts and levels of the protocol, each switched by itself: what a machine does with them, and
// what no longer.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "unit/swim/machine_bench.h"

namespace gossipod::swim::test {
namespace {

Config with(void (*change)(Config&)) {
  Config config = default_config();
  change(config);
  return config;
}

// To whom something of the kind M was sent, by the last number of their addresses.
template <class M>
std::multiset<int> told(MachineBench& bench) {
  std::multiset<int> receivers;
  for (const auto& packet : bench.sent()) {
    if (packet->first<M>() != nullptr) receivers.insert(packet->to.ip[15]);
  }
  return receivers;
}

// Lets time pass until `name` is pinged, acking everybody else.
void until_pinged(MachineBench& bench, std::string_view name) {
  for (int i = 0; i < 400; ++i) {
    bench.pass(50ms);
    for (const auto& packet : bench.sent()) {
      const auto* ping = packet->first<wire::Ping>();
      if (ping == nullptr) continue;
      if (ping->node == name) return;
      bench.hear(wire::Ack{.sequence = ping->sequence, .payload = {}});
    }
  }
  ADD_FAILURE() << name << " was never pinged";
}

class Basic : public testing::Test {
 protected:
  void SetUp() override {
    for (std::uint8_t i = 2; i <= 4; ++i) {
      bench.hear_alive(std::string(1, static_cast<char>('a' + i - 1)), i, 1);
    }
  }
  MachineBench bench{with([](Config& config) {
    config.level = Level::basic;
    config.gossip_interval = 200ms;  // would be on, at any other level
    config.indirect_checks = 0;
    config.stream_fallback = false;
  })};
};

TEST_F(Basic, WhomWeLearnOfHearsOfUsOnce) {
  EXPECT_EQ(told<wire::Alive>(bench), (std::multiset{2, 3, 4}));
  bench.pass(10s);
  EXPECT_EQ(told<wire::Alive>(bench), std::multiset<int>{});
}

TEST_F(Basic, NothingRidesAlongAndNothingIsPassedOn) {
  bench.sent();
  bench.hear_dead("b", 1, "c");
  bench.hear_suspect("d", 1, "c");
  for (const auto& packet : bench.provoke()) EXPECT_EQ(packet->messages.size(), 1u);
  EXPECT_EQ(told<wire::Dead>(bench), std::multiset<int>{});
  EXPECT_EQ(bench.belief("b"), "dead/1");
}

TEST_F(Basic, AFailedProbeIsADeathThatEachIsToldOf) {
  bench.sent();
  until_pinged(bench, "c");
  bench.story();
  bench.pass(1s);
  EXPECT_EQ(bench.story(), "dead c");
  EXPECT_EQ(told<wire::Dead>(bench), (std::multiset{2, 3, 4}));  // c too, or it could not answer
  bench.provoke();
  EXPECT_EQ(told<wire::Dead>(bench), std::multiset<int>{});
}

TEST_F(Basic, OurOwnDeathIsRefutedToEach) {
  bench.sent();
  bench.hear_dead("a", 1, "b");
  EXPECT_EQ(bench.belief("a"), "alive/2");
  EXPECT_EQ(told<wire::Alive>(bench), (std::multiset{2, 3, 4}));
}

TEST_F(Basic, ALeaveIsOverWhenEachWasTold) {
  bench.sent();
  bench.story();
  bench.node.leave(bench.now, 77);
  EXPECT_EQ(told<wire::Dead>(bench), (std::multiset{2, 3, 4}));
  EXPECT_EQ(bench.story(), "leave a, done");
}

TEST_F(Basic, BroadcastsGoToEachOnce) {
  bench.sent();
  bench.node.broadcast(bench.now, 0, as_bytes("hello"));
  bench.node.broadcast(bench.now, 0, as_bytes("again"));
  EXPECT_EQ(told<wire::User>(bench), (std::multiset{2, 2, 3, 3, 4, 4}));
}

TEST_F(Basic, ANewerClaimReplacesTheOneThatIsBeingTold) {
  bench.sent();
  bench.node.set_metadata(bench.now, 0, "one");
  bench.node.set_metadata(bench.now, 0, "two");
  std::multiset<std::string> said;
  for (const auto& packet : bench.sent()) {
    said.insert(std::string{as_text(packet->first<wire::Alive>()->metadata)});
  }
  EXPECT_EQ(said, (std::multiset<std::string>{"two", "two", "two"}));
}

TEST_F(Basic, WhoIsRemovedByHandIsToldOfToEach) {
  bench.sent();
  bench.node.remove(bench.now, 0, "b");
  EXPECT_EQ(told<wire::Dead>(bench), (std::multiset{2, 3, 4}));
}

TEST(Levels, InfectionBelievesAFailedProbeAndGossipsIt) {
  MachineBench bench{with([](Config& config) {
    config.level = Level::infection;
    config.stream_fallback = false;
  })};
  bench.hear_alive("b", 2, 1);
  bench.hear_alive("c", 3, 1);
  until_pinged(bench, "b");
  bench.story();
  bench.pass(1s);
  EXPECT_EQ(bench.story(), "dead b");
  bool gossiped = false;
  for (const auto& packet : bench.provoke()) gossiped |= packet->first<wire::Dead>() != nullptr;
  EXPECT_TRUE(gossiped);
}

TEST(Levels, DeclaredDeadItMayLeave) {
  MachineBench bench{with([](Config& config) { config.on_own_death = OwnDeath::leave; })};
  bench.hear_alive("b", 2, 1);
  bench.story();
  bench.hear_suspect("a", 1, "b");  // a suspicion is no death
  EXPECT_EQ(bench.belief("a"), "alive/2");
  bench.hear_dead("a", 2, "b");
  EXPECT_EQ(bench.belief("a"), "left/2");
  EXPECT_EQ(bench.story(), "refuted a, leave a");
  bench.hear_dead("a", 9, "b");
  EXPECT_EQ(bench.belief("a"), "left/2");
}

TEST(Levels, RandomTargetsComeInNoRounds) {
  MachineBench bench{with([](Config& config) { config.probe_order = ProbeOrder::random; })};
  for (std::uint8_t i = 2; i <= 5; ++i) {
    bench.hear_alive(std::string(1, static_cast<char>('a' + i - 1)), i, 1);
  }
  std::map<std::string, int, std::less<>> pinged;
  bool twice_running = false;
  std::string last;
  for (int i = 0; i < 400; ++i) {
    bench.pass(1s);
    for (const auto& packet : bench.sent()) {
      const auto* ping = packet->first<wire::Ping>();
      if (ping == nullptr) continue;
      twice_running |= ping->node == last;
      last = ping->node;
      ++pinged[last];
      bench.hear(wire::Ack{.sequence = ping->sequence, .payload = {}});
    }
  }
  EXPECT_TRUE(twice_running);
  for (const auto& [name, times] : pinged) EXPECT_NEAR(times, 100, 40) << name;
  EXPECT_EQ(pinged.size(), 4u);
}

TEST(Levels, BeginsAtTheIncarnationItIsGiven) {
  Counters counters;
  const Config config = default_config();
  const Node node{config,
                  NodeContext{.local = endpoint_of(1),
                              .incarnation = Incarnation{1'700'000'000},
                              .pool = std::make_shared<IdentityPool>(1),
                              .counters = &counters},
                  TimePoint{1h}};
  EXPECT_EQ(node.member(node.self()).incarnation, Incarnation{1'700'000'000});
}

// As memberlist has it: alive claims are judged by where they come from and by what they name.
TEST(Levels, MembersLiveInAllowedNetworksOnly) {
  MachineBench bench{
      with([](Config& config) { config.allowed = {*Prefix::parse("10.0.0.0/29")}; })};
  bench.hear_alive("b", 2, 1);  // from 10.0.0.9
  EXPECT_EQ(bench.belief("b"), "none");
  const auto alive = [&](std::uint8_t last) {
    const Endpoint endpoint = endpoint_of(last);
    bench.hear(wire::Alive{.incarnation = Incarnation{1},
                           .node = "b",
                           .address = endpoint.address(),
                           .port = endpoint.port,
                           .metadata = {},
                           .versions = versions},
               endpoint_of(3));
  };
  alive(8);
  EXPECT_EQ(bench.belief("b"), "none");
  EXPECT_EQ(bench.counters[Counter::drop_source], 2u);
  alive(2);
  EXPECT_EQ(bench.belief("b"), "alive/1");
  bench.hear_dead("b", 1, "c");  // accusations come from anywhere
  EXPECT_EQ(bench.belief("b"), "dead/1");
}

// Stopped for a minute with a probe out: nobody is accused for that, unless told not to care.
std::string after_a_stall(bool excuse) {
  MachineBench bench{excuse ? default_config()
                            : with([](Config& config) { config.excuse_late_turns = false; })};
  bench.hear_alive("b", 2, 1);
  until_pinged(bench, "b");
  bench.story();
  bench.now += 60s;
  bench.node.on_deadline(bench.now);
  return bench.story();
}

TEST(Levels, LateTurnsAreExcusedOrNot) {
  EXPECT_EQ(after_a_stall(true), "");
  EXPECT_EQ(after_a_stall(false), "suspect b");
}

// Without gossip a delegate's broadcast goes to each once as well.
TEST(Levels, DelegatesBroadcastsGoToEachDirectly) {
  struct Speaker final : Delegate {
    Bytes next_broadcast(std::size_t room) noexcept override {
      if (said || room < 5) return {};
      said = true;
      return as_bytes("hello");
    }
    bool said = false;
  } speaker;
  MachineBench bench{with([](Config& config) { config.level = Level::basic; }), &speaker};
  bench.hear_alive("b", 2, 1);
  bench.hear_alive("c", 3, 1);
  EXPECT_EQ(told<wire::User>(bench), (std::multiset{2, 3}));
  bench.pass(10s);
  EXPECT_EQ(told<wire::User>(bench), std::multiset<int>{});
}

}  // namespace
}  // namespace gossipod::swim::test
