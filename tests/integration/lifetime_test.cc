// Nodes come and go: threads, ports, snapshots, and calls at the wrong time.
#include <gossipod/gossipod.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "integration/world.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using test::built;
using test::patience;
using test::quick;
using test::started;

TEST(Lifetime, AloneItIsAClusterOfOne) {
  Gossipod node = started(built(quick("a").with_metadata("meta")));
  EXPECT_TRUE(node.is_running());
  const Members members = node.members();
  ASSERT_EQ(members.size(), 1u);
  EXPECT_EQ(members.begin()->name(), "a");
  EXPECT_EQ(members.begin()->metadata(), "meta");
  EXPECT_EQ(node.local_member().name, "a");
  EXPECT_EQ(node.local_member().endpoint, node.local_endpoint());
  EXPECT_NE(node.local_endpoint().port, 0);
  const auto event = node.next_event(patience);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, Event::Kind::join);
  EXPECT_EQ(event->member.name, "a");
  EXPECT_FALSE(node.next_event());
  EXPECT_EQ(node.stats().members_alive, 1u);
  EXPECT_EQ(node.stats().body, test::body_name());
}

TEST(Lifetime, StopsAndStartsAgainOnTheSamePort) {
  // Where no other test of this machine takes a port while ours is free.
  constexpr std::string_view ours = "127.0.41.7";
  std::uint16_t port = 0;
  for (int i = 0; i < 5; ++i) {
    Gossipod node = started(built(quick("a").with_addr(ours).with_port(port)));
    if (port != 0) {
      EXPECT_EQ(node.local_endpoint().port, port);
    }
    port = node.local_endpoint().port;
    auto second = Gossipod::start(built(quick("b").with_addr(ours).with_port(port)));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::address_in_use);
  }
}

TEST(Lifetime, AStoppedNodeSaysSo) {
  Gossipod node = started(built(quick("a")));
  const Members before = node.members();
  node.stop();
  node.stop();
  EXPECT_FALSE(node.is_running());
  EXPECT_FALSE(node.next_event());
  EXPECT_FALSE(node.next_event(patience));  // and does not wait
  const auto stopped = [](const auto& result) {
    return !result && result.error().code == Errc::stopped;
  };
  EXPECT_TRUE(stopped(node.join({"127.0.0.1:1"}, 1s)));
  EXPECT_TRUE(stopped(node.leave(1s)));
  EXPECT_TRUE(stopped(node.send("a", "x")));
  EXPECT_TRUE(stopped(node.send_reliable("a", "x", 1s)));
  EXPECT_TRUE(stopped(node.broadcast("x")));
  EXPECT_TRUE(stopped(node.set_metadata("x", 1s)));
  EXPECT_TRUE(stopped(node.ping("a")));
  const std::vector<std::uint8_t> key(16, 1);
  EXPECT_TRUE(stopped(node.add_key(key)));
  EXPECT_TRUE(node.keys().empty());
  EXPECT_EQ(node.local_member().name, "a");  // as of the last turn
  EXPECT_EQ(node.members().size(), before.size());
}

TEST(Lifetime, SnapshotsOutliveTheirNode) {
  Members members;
  {
    Gossipod node = started(built(quick("a")));
    members = node.members();
  }
  EXPECT_EQ(members.begin()->name(), "a");
  std::thread{[last = std::exchange(members, {})] { EXPECT_EQ(last.size(), 1u); }}.join();
}

TEST(Lifetime, BadConfigurationsStartNothing) {
  Config config = built(quick("a"));
  config.name.clear();
  const auto nameless = Gossipod::start(config);
  ASSERT_FALSE(nameless);
  EXPECT_EQ(nameless.error().code, Errc::invalid_config);
  EXPECT_EQ(nameless.error().field, "name");
  // Not an address of this machine (RFC 5737).
  const auto elsewhere = Gossipod::start(built(quick("a").with_addr("192.0.2.1")));
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().code, Errc::system);
}

TEST(Lifetime, BoundToAllAddressesItTellsOneOfThem) {
  for (const char* all : {"0.0.0.0", "::"}) {
    Gossipod a = started(built(quick("a").with_addr(all)));
    EXPECT_FALSE(a.local_endpoint().is_unspecified());
    EXPECT_NE(a.local_endpoint().port, 0);
    Gossipod b = started(built(quick("b").with_addr(all)));
    const auto joined = b.join({test::address(a)}, patience);
    EXPECT_TRUE(joined) << to_string(joined.error());
  }
}

TEST(Lifetime, JoiningNobody) {
  Gossipod node = started(built(quick("a")));
  const auto none = node.join(std::vector<std::string>{}, 1s);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::invalid_address);
  const auto nonsense = node.join({"", "not an address"}, 1s);
  ASSERT_FALSE(nonsense);
  EXPECT_EQ(nonsense.error().code, Errc::invalid_address);

  // A port on which nobody listens: it was free a moment ago.
  std::string gone;
  {
    const Gossipod other = started(built(quick("b")));
    gone = test::address(other);
  }
  const auto refused = node.join({gone}, patience);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::no_seed_answered);
  EXPECT_NE(refused.error().detail, "");
  EXPECT_TRUE(node.is_running());
}

TEST(Lifetime, CallsFromManyThreadsAndAStopInTheMiddle) {
  Gossipod node = started(built(quick("a")));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (node.is_running()) {
        static_cast<void>(node.broadcast("hello"));
        EXPECT_EQ(node.members().size(), 1u);
        EXPECT_EQ(node.local_member().name, "a");
        static_cast<void>(node.stats());
        static_cast<void>(node.next_event(1ms));
      }
      EXPECT_EQ(node.leave(1s).error().code, Errc::stopped);
    });
  }
  EXPECT_TRUE(node.set_metadata("new", patience));
  EXPECT_EQ(node.local_member().metadata, "new");
  std::thread one{[&] { node.stop(); }};
  std::thread two{[&] { node.stop(); }};
  one.join();
  two.join();
  for (std::thread& thread : threads) thread.join();
}

TEST(Lifetime, KeysComeFromManyThreads) {
  Gossipod node = started(built(quick("a")));
  std::vector<std::thread> threads;
  for (std::uint8_t i = 0; i < 4; ++i) {
    threads.emplace_back([&node, i] {
      EXPECT_TRUE(node.add_key(std::vector<std::uint8_t>(16, i)));
      EXPECT_TRUE(node.add_key(std::vector<std::uint8_t>(16, 9)));  // known already, but to one
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(node.keys().size(), 5u);
}

// The system likes to give a new thread the id of one that has just ended.
TEST(Lifetime, AnyLaterThreadMayCallAStoppedNode) {
  Gossipod node = started(built(quick("a")));
  std::thread{[&] { node.stop(); }}.join();
  for (int i = 0; i < 20; ++i) {
    std::thread{[&] {
      node.stop();
      EXPECT_EQ(node.leave(1s).error().code, Errc::stopped);
    }}.join();
  }
}

TEST(Lifetime, AHostTakesItsNodesAlong) {
  Host host = test::hosted();
  auto a = host.start(built(quick("a")));
  auto b = host.start(built(quick("b")));
  ASSERT_TRUE(a && b);
  EXPECT_TRUE(a->join({test::address(*b)}, patience));
  EXPECT_TRUE(test::eventually([&] { return b->members().size() == 2; }));
  { const Host gone = std::move(host); }
  EXPECT_FALSE(a->is_running());
  EXPECT_EQ(a->leave(1s).error().code, Errc::stopped);
  EXPECT_EQ(b->members().size(), 2u);
  b->stop();
}

TEST(Lifetime, AHostDoesNotTakeALoop) {
  struct NoLoop final : Loop {
    Result<std::unique_ptr<Link>> attach(const LinkOptions&, Sink&) override {
      return Error{Errc::unsupported, {}, {}};
    }
    [[nodiscard]] std::unique_ptr<Turns> drive(Sink&) override { return nullptr; }
    [[nodiscard]] TimePoint now() const override { return {}; }
    void turn(Duration) override {}
    void post(std::function<void()>) override {}
    void reschedule(Sink&) override {}
    Result<void> watch(int, Interest, std::function<void(Interest)>) override { return {}; }
    void unwatch(int) override {}
    [[nodiscard]] Entropy& entropy() override { std::abort(); }
    [[nodiscard]] bool turned_by_caller() const override { return true; }
    [[nodiscard]] std::string_view body() const override { return "none"; }
  };
  Host host = test::hosted();
  Parts parts;
  parts.loop = std::make_shared<NoLoop>();
  const auto node = host.start(built(quick("a")), parts);
  ASSERT_FALSE(node);
  EXPECT_EQ(node.error().code, Errc::invalid_config);
  EXPECT_EQ(node.error().field, "loop");
}

TEST(Lifetime, NodesMoveAndAreReplaced) {
  Gossipod node = started(built(quick("a")));
  Gossipod moved = std::move(node);
  EXPECT_EQ(moved.local_member().name, "a");
  moved = started(built(quick("b")));
  EXPECT_EQ(moved.local_member().name, "b");
}

}  // namespace
}  // namespace gossipod
