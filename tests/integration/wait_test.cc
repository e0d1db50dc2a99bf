// Waiting for members, on real sockets and threads.
#include <gossipod/gossipod.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>

#include "integration/world.h"

namespace gossipod {
namespace {

using test::address;
using test::built;
using test::patience;
using test::quick;
using test::started;

TEST(WaitUntil, IsWokenByTheSnapshotThatFits) {
  Gossipod a = started(built(quick("a")));
  Gossipod b = started(built(quick("b")));
  std::thread joiner{[&] { EXPECT_TRUE(b.join({address(a)}, patience)); }};
  const auto both =
      a.wait_until([](const Members& members) { return members.size() == 2; }, patience);
  ASSERT_TRUE(both);
  EXPECT_NE(both->find("b"), nullptr);
  joiner.join();
  // What holds already is no reason to wait.
  EXPECT_TRUE(a.wait_until([](const Members&) { return true; }, Duration{0}));
  const auto never = a.wait_until([](const Members&) { return false; }, Duration{0});
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().code, Errc::timed_out);
}

TEST(WaitUntil, EndsWhenTheNodeDoes) {
  Gossipod a = started(built(quick("a")));
  std::atomic<bool> looked = false;
  std::thread waiter{[&] {
    const auto members = a.wait_until(
        [&](const Members&) {
          looked = true;
          return false;
        },
        patience);
    ASSERT_FALSE(members);
    EXPECT_EQ(members.error().code, Errc::stopped);
  }};
  EXPECT_TRUE(test::eventually([&] { return looked.load(); }));
  a.stop();
  waiter.join();
}

TEST(WaitUntil, HandlersMayWaitAndTheNodeStillStops) {
  const auto recorder = std::make_shared<test::Recorder>();
  std::optional<Gossipod> node;
  std::atomic<bool> waiting = false;
  recorder->then = [&](const Event&) {
    while (!waiting) std::this_thread::yield();
    static_cast<void>(node->wait_until([](const Members&) { return false; }, patience));
  };
  Parts parts;
  parts.handler = recorder;
  node.emplace(started(built(quick("a")), parts));
  waiting = true;
  EXPECT_TRUE(recorder->await(Event::Kind::join, "a"));
  node->stop();
}

}  // namespace
}  // namespace gossipod
