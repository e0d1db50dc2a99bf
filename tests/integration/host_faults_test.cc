// Twenty nodes on one host, and one whose application misbehaves: its handler blocks, throws, calls
// back; it is stopped by two threads at once, destroyed by its own handler, or in the middle of a
// join. No deadlock, and the protocol of the other nineteen goes on as if nothing were.
#include <gossipod/gossipod.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <latch>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "integration/mute.h"
#include "integration/world.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::built;
using test::eventually;
using test::patience;
using test::quick;
using test::Recorder;
using Kind = Event::Kind;

class Twenty : public testing::Test {
 protected:
  static constexpr std::size_t count = 20;
  static constexpr std::size_t victim = 0;  // the one with a handler

  static std::string name(std::size_t i) { return "n" + std::to_string(i); }

  // Everybody has all the time in the world to answer: who dies here has not answered at all. Whom
  // gossip leaves out, as it may, learns of a member by the next exchange.
  static ConfigBuilder patient(std::size_t i) {
    return quick(name(i))
        .with_suspicious_timeout(20s)
        .with_stream_timeout(patience)
        .with_push_pull_interval(500ms);
  }

  void start(const ConfigBuilder& of_the_victim) {
    Parts parts;
    parts.handler = handler;
    parts.observer = observer;
    for (std::size_t i = 0; i < count; ++i) {
      auto node = host->start(built(i == victim ? of_the_victim : patient(i)),
                              i == victim ? parts : Parts{});
      ASSERT_TRUE(node) << to_string(node.error());
      nodes[i].emplace(*std::move(node));
    }
    const std::string seed = address(*nodes[1]);
    for (std::size_t i = 0; i < count; ++i) {
      if (i == 1) continue;
      ASSERT_TRUE(nodes[i]->join({seed}, patience));
    }
    for (auto& node : nodes) {
      ASSERT_TRUE(
          node->wait_until([](const Members& all) { return all.size() == count; }, patience));
    }
  }
  void start() { start(patient(victim)); }

  // Each probes several times more, answers pings, and holds all others for alive.
  void others_are_unaffected() {
    std::array<std::uint64_t, count> before{};
    for (std::size_t i = 1; i < count; ++i) before[i] = nodes[i]->stats()[Counter::probes];
    for (std::size_t i = 1; i < count; ++i) {
      EXPECT_TRUE(eventually([&] { return nodes[i]->stats()[Counter::probes] >= before[i] + 3; }));
      EXPECT_TRUE(nodes[i]->ping(name(i == 1 ? 2 : 1)));
    }
    for (std::size_t i = 1; i < count; ++i) {
      const Members members = nodes[i]->members();
      for (std::size_t other = 1; other < count; ++other) {
        const MemberEntry* entry = members.find(name(other));
        ASSERT_NE(entry, nullptr);
        EXPECT_NE(entry->state(), MemberState::dead);
      }
    }
  }
  // The protocol of the victim as well, whatever its handler does.
  void all_are_unaffected() {
    const std::uint64_t before = nodes[victim]->stats()[Counter::probes];
    others_are_unaffected();
    EXPECT_TRUE(eventually([&] { return nodes[victim]->stats()[Counter::probes] >= before + 3; }));
    EXPECT_TRUE(nodes[1]->ping(name(victim)));
    EXPECT_TRUE(nodes[victim]->ping(name(1)));
    for (std::size_t i = 1; i < count; ++i) {
      EXPECT_TRUE(nodes[i]->members().find(name(victim))->counts());
    }
  }
  void tell_the_victim(const std::string& text) {
    ASSERT_TRUE(nodes[1]->send_reliable(name(victim), text, patience));
  }

  std::shared_ptr<Recorder> handler = std::make_shared<Recorder>();
  std::shared_ptr<Observer> observer;  // none: what is wrong goes to stderr
  std::optional<Host> host{test::hosted()};
  std::array<std::optional<Gossipod>, count> nodes;
};

TEST_F(Twenty, AHandlerThatBlocksStopsNothingButEvents) {
  constexpr std::size_t bytes_max = 100'000;
  std::latch release{1};
  std::atomic<bool> blocked{false};
  handler->then = [&](const Event& event) {
    if (event.data != "block") return;
    blocked = true;
    release.wait();
  };
  start(patient(victim).with_event_queue_bytes(bytes_max));
  tell_the_victim("block");
  ASSERT_TRUE(eventually([&] { return blocked.load(); }));
  all_are_unaffected();

  // What comes meanwhile waits, within bounds: a message more than fits is dropped and counted, and
  // of a member's news the newest is told.
  const std::string text(1000, 'x');
  ASSERT_TRUE(eventually([&] {
    static_cast<void>(nodes[1]->send(name(victim), text));
    return nodes[victim]->stats()[Counter::user_messages_dropped] > 0;
  }));
  for (int i = 0; i <= 20; ++i) {
    ASSERT_TRUE(nodes[2]->set_metadata(std::to_string(i), patience));
  }
  EXPECT_TRUE(nodes[victim]->wait_until(
      [](const Members& all) { return all.find(name(2))->metadata() == "20"; }, patience));
  EXPECT_EQ(handler->count(Kind::update), 0u);
  all_are_unaffected();
  release.count_down();
  EXPECT_TRUE(eventually([&] {
    const auto events = handler->events();
    return std::ranges::any_of(events, [](const Event& event) {
      return event.kind == Kind::update && event.member.metadata == "20";
    });
  }));
  std::size_t bytes = 0;
  for (const Event& event : handler->events()) bytes += event.data.size();
  EXPECT_GT(bytes, 0u);
  EXPECT_LE(bytes, bytes_max);
}

#if defined(__cpp_exceptions)
TEST_F(Twenty, AHandlerThatThrowsIsCaughtCountedAndLogged) {
  struct Log final : Observer {
    void on_fact(const Fact& fact) noexcept override {
      failed += fact.id == Fact::Id::handler_failed && fact.level == Fact::Level::error;
    }
    std::atomic<std::size_t> failed{0};
  };
  const auto log = std::make_shared<Log>();
  observer = log;
  handler->then = [](const Event&) { throw std::runtime_error{"a mistake of the application's"}; };
  start();
  tell_the_victim("hello");
  EXPECT_TRUE(handler->await(Kind::message));
  EXPECT_TRUE(eventually([&] { return log->failed > count; }));
  EXPECT_GT(nodes[victim]->stats()[Counter::handler_exceptions], count);
  EXPECT_GT(log->failed, count);
  EXPECT_EQ(nodes[1]->stats()[Counter::handler_exceptions], 0u);
  all_are_unaffected();
}
#endif

TEST_F(Twenty, AHandlerMayCallTheNodeInEveryWay) {
  std::atomic<bool> done{false};
  handler->then = [&](const Event& event) {
    if (event.data != "call") return;
    Gossipod& node = *nodes[victim];
    EXPECT_EQ(node.members().size(), count);
    EXPECT_EQ(node.local_member().name, name(victim));
    EXPECT_TRUE(node.send(name(3), "one"));
    EXPECT_TRUE(node.send_reliable(name(3), "two", patience));
    EXPECT_TRUE(node.broadcast("three"));
    EXPECT_TRUE(node.ping(name(3)));
    EXPECT_TRUE(node.set_metadata("new", patience));
    EXPECT_TRUE(node.join({address(*nodes[4])}, patience));
    EXPECT_TRUE(node.wait_until([](const Members& all) { return all.size() == count; }, patience));
    EXPECT_FALSE(node.next_event());
    EXPECT_TRUE(node.leave(patience));
    done = true;
  };
  start();
  tell_the_victim("call");
  EXPECT_TRUE(eventually([&] { return done.load(); }));
  EXPECT_TRUE(nodes[5]->wait_until(
      [](const Members& all) { return all.find(name(victim))->state() == MemberState::left; },
      patience));
  others_are_unaffected();
}

TEST_F(Twenty, TwoThreadsMayStopANodeAtOnceWhileItsHandlerDoes) {
  std::latch together{3};
  handler->then = [&](const Event& event) {
    if (event.data != "stop") return;
    together.arrive_and_wait();
    nodes[victim]->stop();
  };
  start();
  tell_the_victim("stop");
  std::array<std::thread, 2> stoppers;
  for (std::thread& stopper : stoppers) {
    stopper = std::thread{[&] {
      together.arrive_and_wait();
      nodes[victim]->stop();
      EXPECT_FALSE(nodes[victim]->is_running());
    }};
  }
  for (std::thread& stopper : stoppers) stopper.join();
  EXPECT_EQ(nodes[victim]->leave(1s).error().code, Errc::stopped);
  others_are_unaffected();
}

TEST_F(Twenty, ANodeDestroyedByItsOwnHandler) {
  std::atomic<bool> gone{false};
  handler->then = [&](const Event& event) {
    if (event.data != "go") return;
    nodes[victim].reset();
    gone = true;
  };
  start();
  tell_the_victim("go");
  EXPECT_TRUE(eventually([&] { return gone.load(); }));
  others_are_unaffected();
}

// Calls that wait end, as if the node had been stopped; whichever thread comes last cleans up.
TEST_F(Twenty, ANodeDestroyedInTheMiddleOfAJoinAndOtherCalls) {
  handler->then = [&](const Event& event) {
    if (event.data == "go") nodes[victim].reset();
  };
  start();
  const test::Mute mute;
  std::vector<std::thread> waiting;
  std::atomic<int> looked{0};
  waiting.emplace_back([&] {
    const auto joined = nodes[victim]->join({mute.address()}, 1h);
    ASSERT_FALSE(joined);
    EXPECT_EQ(joined.error().code, Errc::stopped);
  });
  waiting.emplace_back([&] {
    const auto members = nodes[victim]->wait_until(
        [&](const Members&) {
          ++looked;
          return false;
        },
        1h);
    ASSERT_FALSE(members);
    EXPECT_EQ(members.error().code, Errc::stopped);
  });
  ASSERT_TRUE(eventually([&] { return mute.connected() && looked > 0; }));
  tell_the_victim("go");
  for (std::thread& thread : waiting) thread.join();
  others_are_unaffected();
}

TEST_F(Twenty, AHostDestroyedWhileAllAreBusy) {
  std::atomic<bool> blocked{false};
  std::latch release{1};
  handler->then = [&](const Event& event) {
    if (event.data != "block") return;
    blocked = true;
    release.wait();
  };
  start();
  tell_the_victim("block");
  const test::Mute mute;
  std::vector<std::thread> waiting;
  for (std::size_t i = 1; i < count; ++i) {
    waiting.emplace_back([&, i] {
      const auto joined = nodes[i]->join({mute.address()}, 1h);
      ASSERT_FALSE(joined);
      EXPECT_EQ(joined.error().code, Errc::stopped);
    });
  }
  ASSERT_TRUE(eventually([&] { return blocked.load() && mute.connected(); }));
  std::thread destroyer{[&] { host.reset(); }};
  for (std::thread& thread : waiting) thread.join();
  EXPECT_TRUE(eventually([&] { return !nodes[victim]->is_running(); }));
  release.count_down();  // the host waits for handlers, and for nothing else
  destroyer.join();
  for (auto& node : nodes) {
    EXPECT_FALSE(node->is_running());
    EXPECT_EQ(node->members().size(), count);
  }
}

TEST_F(Twenty, AHostDestroyedByAHandler) {
  std::atomic<bool> gone{false};
  handler->then = [&](const Event& event) {
    if (event.data != "go") return;
    host.reset();
    gone = true;
  };
  start();
  tell_the_victim("go");
  EXPECT_TRUE(eventually([&] { return gone.load(); }));
  for (auto& node : nodes) EXPECT_FALSE(node->is_running());
}

}  // namespace
}  // namespace gossipod
