// On an io_context of the application's, turned by the application, without a thread.
#include <gossipod/asio.h>
#include <gossipod/gossipod.h>
#include <gtest/gtest.h>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "integration/child.h"
#include "integration/world.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::built;
using test::patience;
using test::quick;
using test::Recorder;
using Kind = Event::Kind;

TEST(CallersContext, NeedsNoThread) {
  asio::io_context context{1};
  const auto recorder = std::make_shared<Recorder>();
  const auto here = std::this_thread::get_id();
  bool elsewhere = false;
  recorder->then = [&](const Event&) { elsewhere |= std::this_thread::get_id() != here; };
  {
    Parts parts;
    parts.loop = std::make_shared<AsioLoop>(context);
    parts.handler = recorder;
    Gossipod a = test::started(built(quick("a")), parts);
    parts.handler = nullptr;
    Gossipod b = test::started(built(quick("b")), parts);
    EXPECT_EQ(b.stats().body, "asio");

    // Who waits turns the loop.
    const auto joined = b.join({address(a)}, patience);
    ASSERT_TRUE(joined) << to_string(joined.error());
    ASSERT_TRUE(a.send_reliable("b", "hello", patience));
    std::string heard;
    while (auto event = b.next_event(patience)) {
      if (event->kind != Kind::message) continue;
      heard = event->data;
      break;
    }
    EXPECT_EQ(heard, "hello");

    // The application turns it by itself.
    asio::steady_timer limit{context, patience};
    bool late = false;
    limit.async_wait([&](std::error_code error) { late = !error; });
    ASSERT_TRUE(b.leave(patience));
    while (!late && recorder->count(Kind::leave, "b") == 0) context.run_one();
    EXPECT_FALSE(late);
    EXPECT_EQ(a.members().size(), 1u);
    EXPECT_GE(recorder->count(Kind::join, "b"), 1u);
  }
  EXPECT_FALSE(elsewhere);
}

TEST(CallersContext, HandlersMayWaitAndStop) {
  asio::io_context context{1};
  const auto recorder = std::make_shared<Recorder>();
  std::optional<Gossipod> a;
  bool asked = false;
  recorder->then = [&](const Event& event) {
    if (event.kind != Kind::message) return;
    const auto pinged = a->ping("b");
    EXPECT_TRUE(pinged) << to_string(pinged.error());
    a.reset();
    asked = true;
  };
  Parts parts;
  parts.loop = std::make_shared<AsioLoop>(context);
  Gossipod b = test::started(built(quick("b")), parts);
  parts.handler = recorder;
  a.emplace(test::started(built(quick("a")), parts));
  ASSERT_TRUE(b.join({address(*a)}, patience));
  ASSERT_TRUE(b.send("a", "now"));
  asio::steady_timer limit{context, patience};
  bool late = false;
  limit.async_wait([&](std::error_code error) { late = !error; });
  while (!late && !asked) context.run_one();
  EXPECT_FALSE(late);
}

// The child may go on with its copy of the context, as Asio describes. Our sockets are the
// parent's.
TEST(CallersContext, InAChildTakesNothingThatIsTheParents) {
  asio::io_context context{1};
  Parts parts;
  parts.loop = std::make_shared<AsioLoop>(context);
  Gossipod a = test::started(built(quick("a")), parts);
  Gossipod b = test::started(built(quick("b")));
  std::thread joiner{[&] { EXPECT_TRUE(b.join({address(a)}, patience)); }};
  EXPECT_TRUE(a.wait_until([](const Members& all) { return all.size() == 2; }, patience));
  while (b.members().size() < 2) context.run_one();
  joiner.join();
  context.notify_fork(asio::io_context::fork_prepare);
  EXPECT_TRUE(test::in_child([&](test::Checks& checks) {
    context.notify_fork(asio::io_context::fork_child);
    const auto before = a.stats()[Counter::packets_received];
    context.run_for(500ms);  // b pings five times a second
    checks.that(a.stats()[Counter::packets_received] == before);
    checks.refused(a.leave(patience));
  }));
  context.notify_fork(asio::io_context::fork_parent);
  EXPECT_TRUE(a.ping("b"));
  ASSERT_TRUE(a.send_reliable("b", "still here", patience));
}

TEST(CallersContext, WhichWasStopped) {
  asio::io_context context{1};
  context.run();  // nothing to do: it is stopped now
  Parts parts;
  parts.loop = std::make_shared<AsioLoop>(context);
  Gossipod node = test::started(built(quick("a")), parts);
  EXPECT_TRUE(node.set_metadata("new", patience));
  EXPECT_EQ(node.local_member().metadata, "new");
  EXPECT_TRUE(context.stopped());  // as it was
}

}  // namespace
}  // namespace gossipod
