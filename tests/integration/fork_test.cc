// The child of a process that forks has a copy of its parent's nodes, and no thread that turns
// them. Whatever it calls says so, at once; destroying the copy disturbs nobody.
#include <gossipod/async.h>
#include <gossipod/gossipod.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "integration/child.h"
#include "integration/world.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::built;
using test::Checks;
using test::hosted;
using test::in_child;
using test::patience;
using test::quick;
using test::started;
using Kind = Event::Kind;

void check_refused(Checks& checks, Gossipod& copy) {
  checks.that(!copy.is_running());
  checks.that(copy.members().empty());
  checks.that(copy.local_member().name.empty());
  checks.that(copy.local_endpoint().port == 0);
  checks.that(copy.stats().body == test::body_name());
  checks.refused(copy.join({"127.0.0.1:1"}, patience));
  checks.refused(copy.leave(patience));
  checks.refused(copy.remove("b"));
  checks.refused(copy.send("b", "x"));
  checks.refused(copy.send_to(*Endpoint::from_ip("127.0.0.1", 1), "x"));
  checks.refused(copy.send_reliable("b", "x", patience));
  checks.refused(copy.broadcast("x"));
  checks.refused(copy.set_metadata("x", patience));
  checks.refused(copy.ping("b"));
  checks.refused(copy.add_key(std::vector<std::uint8_t>(16, 1)));
  checks.refused(copy.wait_until([](const Members&) { return false; }, patience));
  checks.that(!copy.next_event());
  checks.that(!copy.next_event(patience));
  checks.that(copy.event_descriptor() == -1);
  checks.that(copy.keys().empty());
  int told = 0;
  const std::vector<std::string> seeds{"127.0.0.1:1"};
  Async::join(copy, seeds, {}, [&](const Result<JoinReport>& result) {
    checks.refused(result);
    ++told;
  });
  Async::broadcast(copy, "x", {}, [&](const Result<void>& result) {
    checks.refused(result);
    ++told;
  });
  checks.that(told == 2);
}

void talk(Gossipod& from, Gossipod& to, const std::string& name, const std::string& text) {
  const auto sent = from.send_reliable(name, text, patience);
  ASSERT_TRUE(sent) << to_string(sent.error());
  while (auto event = to.next_event(patience)) {
    EXPECT_NE(event->kind, Kind::leave);
    if (event->kind == Kind::message && event->data == text) return;
  }
  FAIL() << name << " did not hear it";
}

TEST(Fork, TheCopyDoesNothingAndSaysSo) {
  std::optional<Gossipod> a{started(built(quick("a")))};
  Gossipod b = started(built(quick("b")));
  ASSERT_TRUE(b.join({address(*a)}, patience));
  EXPECT_TRUE(in_child([&](Checks& checks) {
    check_refused(checks, *a);
    a->stop();
    a.reset();
    Gossipod moved = std::move(b);
    check_refused(checks, moved);
  }));
  EXPECT_TRUE(a->is_running());
  talk(*a, b, "b", "still here");
  talk(b, *a, "a", "so am I");
  EXPECT_TRUE(b.ping("a"));
  Gossipod c = started(built(quick("c")));
  EXPECT_TRUE(c.join({address(*a)}, patience));
}

TEST(Fork, TheCopyOfAHostToo) {
  std::optional<Host> host{hosted()};
  const auto recorder = std::make_shared<test::Recorder>();
  Parts parts;
  parts.handler = recorder;
  auto a = host->start(built(quick("a")));
  auto b = host->start(built(quick("b")), parts);
  ASSERT_TRUE(a && b);
  ASSERT_TRUE(b->join({address(*a)}, patience));
  EXPECT_TRUE(recorder->await(Kind::join, "a"));  // the handlers' thread exists
  EXPECT_TRUE(in_child([&](Checks& checks) {
    checks.refused(host->start(built(quick("c"))));
    check_refused(checks, *a);
    host.reset();
    check_refused(checks, *b);
  }));
  ASSERT_TRUE(a->send_reliable("b", "still here", patience));
  EXPECT_TRUE(recorder->await(Kind::message));
  EXPECT_TRUE(b->ping("a"));
}

TEST(Fork, NoLockIsWaitedForThatSomebodyHadAtThatMoment) {
  std::optional<Gossipod> a{started(built(quick("a")))};
  std::atomic<bool> over{false};
  std::vector<std::thread> busy;
  for (int i = 0; i < 2; ++i) {
    busy.emplace_back([&] {
      while (!over) {
        EXPECT_EQ(a->members().size(), 1u);
        static_cast<void>(a->broadcast("x"));
        static_cast<void>(a->next_event());
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(in_child([&](Checks& checks) {
      check_refused(checks, *a);
      a.reset();
    }));
  }
  over = true;
  for (std::thread& thread : busy) thread.join();
}

TEST(Fork, TheChildMayStartNodesOfItsOwn) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "ThreadSanitizer lets no child of a process with threads start one";
#endif
  Gossipod a = started(built(quick("a")));
  const std::string seed = address(a);
  EXPECT_TRUE(in_child([&](Checks& checks) {
    auto own = Gossipod::start(*quick("own").build());
    checks.that(own.has_value());
    if (!own) return;
    const auto joined = own->join({seed}, patience);
    checks.that(joined.has_value());
    checks.that(own->members().size() == 2);
    checks.that(own->leave(patience).has_value());
  }));
  EXPECT_TRUE(test::sees(a, Kind::leave, "own"));
  EXPECT_TRUE(a.is_running());
}

}  // namespace
}  // namespace gossipod
