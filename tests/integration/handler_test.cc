// Handlers: who is called where, what they may do, and what happens when they misbehave.
#include <gossipod/gossipod.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

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
using test::started;
using Kind = Event::Kind;

Parts with(std::shared_ptr<EventHandler> handler) {
  Parts parts;
  parts.handler = std::move(handler);
  return parts;
}

TEST(Handler, GetsEverythingAndNextEventNothing) {
  const auto recorder = std::make_shared<Recorder>();
  Gossipod a = started(built(quick("a")), with(recorder));
  Gossipod b = started(built(quick("b")));
  EXPECT_EQ(a.event_descriptor(), -1);
  ASSERT_TRUE(b.join({address(a)}, patience));
  EXPECT_TRUE(recorder->await(Kind::join, "b"));
  EXPECT_EQ(recorder->events()[0].member.name, "a");  // we ourselves are the first
  ASSERT_TRUE(b.send("a", "hello"));
  EXPECT_TRUE(recorder->await(Kind::message));
  EXPECT_FALSE(a.next_event());
  EXPECT_FALSE(a.next_event(1ms));
}

TEST(Handler, MayBeSlowAndCallBack) {
  const auto recorder = std::make_shared<Recorder>();
  std::optional<Gossipod> a;
  std::atomic<bool> ready{false};
  std::atomic<bool> answered{false};
  recorder->then = [&](const Event& event) {
    if (event.kind != Kind::message) return;
    EXPECT_TRUE(eventually([&] { return ready.load(); }));
    EXPECT_TRUE(a->members().size() == 2);
    EXPECT_TRUE(a->send_reliable("b", "answer", patience));
    answered = true;
  };
  a.emplace(started(built(quick("a")), with(recorder)));
  ready = true;
  Gossipod b = started(built(quick("b")));
  ASSERT_TRUE(b.join({address(*a)}, patience));
  ASSERT_TRUE(b.send_reliable("a", "question", patience));
  std::string answer;
  while (auto event = b.next_event(patience)) {
    if (event->kind != Kind::message) continue;
    answer = event->data;
    break;
  }
  EXPECT_EQ(answer, "answer");
  EXPECT_TRUE(eventually([&] { return answered.load(); }));
}

TEST(Handler, MayStopItsNode) {
  const auto recorder = std::make_shared<Recorder>();
  std::optional<Gossipod> a;
  std::atomic<bool> ready{false};
  std::atomic<int> calls{0};  // from the one that stops on
  recorder->then = [&](const Event& event) {
    if (calls == 0 && event.member.name != "b") return;
    ++calls;
    EXPECT_TRUE(eventually([&] { return ready.load(); }));
    a->stop();
    EXPECT_FALSE(a->is_running());
  };
  a.emplace(started(built(quick("a")), with(recorder)));
  ready = true;
  Gossipod b = started(built(quick("b")));
  static_cast<void>(b.join({address(*a)}, patience));  // it may be gone before it answers
  EXPECT_TRUE(recorder->await(Kind::join, "b"));
  a->stop();
  EXPECT_EQ(calls, 1);
}

TEST(Handler, MayDestroyItsNode) {
  const auto recorder = std::make_shared<Recorder>();
  std::optional<Gossipod> a;
  std::atomic<bool> ready{false};
  std::atomic<bool> gone{false};
  recorder->then = [&](const Event& event) {
    if (event.member.name != "b") return;
    EXPECT_TRUE(eventually([&] { return ready.load(); }));
    a.reset();
    gone = true;
  };
  a.emplace(started(built(quick("a")), with(recorder)));
  ready = true;
  Gossipod b = started(built(quick("b")));
  static_cast<void>(b.join({address(*a)}, patience));
  EXPECT_TRUE(eventually([&] { return gone.load(); }));
}

TEST(Handler, OfOneNodeMayStopAnotherOfItsHost) {
  Host host = test::hosted();
  const auto recorder = std::make_shared<Recorder>();
  const auto other = std::make_shared<Recorder>();
  std::optional<Gossipod> b;
  std::atomic<bool> done{false};
  recorder->then = [&](const Event& event) {
    if (event.kind != Kind::message) return;
    b.reset();
    done = true;
  };
  auto a = host.start(built(quick("a")), with(recorder));
  ASSERT_TRUE(a);
  auto made = host.start(built(quick("b")), with(other));
  ASSERT_TRUE(made);
  b.emplace(*std::move(made));
  ASSERT_TRUE(b->join({address(*a)}, patience));
  ASSERT_TRUE(b->send("a", "now"));
  EXPECT_TRUE(eventually([&] { return done.load(); }));
  EXPECT_TRUE(recorder->await(Kind::dead, "b"));
}

TEST(Handler, MayThrow) {
  class Watch final : public Observer {
   public:
    void on_fact(const Fact& fact) noexcept override {
      failed += fact.id == Fact::Id::handler_failed;
    }
    std::atomic<int> failed{0};
  };
  const auto watch = std::make_shared<Watch>();
  const auto recorder = std::make_shared<Recorder>();
  recorder->then = [](const Event&) { throw std::runtime_error{"a mistake of the application's"}; };
  Parts parts = with(recorder);
  parts.observer = watch;
  Gossipod a = started(built(quick("a")), parts);
  EXPECT_TRUE(eventually([&] { return watch->failed >= 1; }));
  Gossipod b = started(built(quick("b")));
  ASSERT_TRUE(b.join({address(a)}, patience));
  EXPECT_TRUE(recorder->await(Kind::join, "b"));
  EXPECT_TRUE(eventually([&] { return watch->failed >= 2; }));
  EXPECT_GE(a.stats()[Counter::handler_exceptions], 2u);
}

TEST(Handler, RunsWhereTheExecutorSays) {
  // A thread of the application's that runs what it is given.
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::function<void()>> tasks;
  bool over = false;
  std::thread thread{[&] {
    std::unique_lock lock{mutex};
    while (true) {
      changed.wait(lock, [&] { return over || !tasks.empty(); });
      if (tasks.empty()) return;
      const auto batch = std::exchange(tasks, {});
      lock.unlock();
      for (const auto& task : batch) task();
      lock.lock();
    }
  }};
  const auto recorder = std::make_shared<Recorder>();
  std::atomic<bool> elsewhere{false};
  recorder->then = [&, expected = thread.get_id()](const Event&) {
    if (std::this_thread::get_id() != expected) elsewhere = true;
  };
  Parts parts = with(recorder);
  parts.executor = [&](std::function<void()> task) {
    const std::lock_guard lock{mutex};
    tasks.push_back(std::move(task));
    changed.notify_one();
  };
  {
    Gossipod a = started(built(quick("a")), parts);
    Gossipod b = started(built(quick("b")));
    ASSERT_TRUE(b.join({address(a)}, patience));
    EXPECT_TRUE(recorder->await(Kind::join, "b"));
  }
  {
    const std::lock_guard lock{mutex};
    over = true;
    changed.notify_one();
  }
  thread.join();
  EXPECT_FALSE(elsewhere);
}

}  // namespace
}  // namespace gossipod
