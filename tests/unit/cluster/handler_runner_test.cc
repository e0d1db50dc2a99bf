#include "cluster/handler_runner.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "cluster/dispatcher.h"
#include "unit/cluster/people.h"

namespace gossipod {
namespace {

using cluster::Dispatcher;
using cluster::EventQueue;
using cluster::HandlerRunner;

struct Recorder final : EventHandler {
  void on_join(const Member& member) override {
    names.push_back(member.name);
    if (then) then();
    ++calls;
  }
  std::vector<std::string> names;
  std::function<void()> then;
  std::atomic<int> calls{0};
};

struct Bench {
  explicit Bench(cluster::Executor executor) {
    runner =
        std::make_shared<HandlerRunner>(handler, queue, std::move(executor),
                                        [this](std::string what) { failures.push_back(what); });
  }
  ~Bench() {
    runner->stop();
    queue->close();
  }
  void join(const std::string& name) {
    EXPECT_TRUE(queue->push(people.event(Event::Kind::join, name)));
    runner->wake();
  }
  test::People people;
  std::shared_ptr<Recorder> handler = std::make_shared<Recorder>();
  std::shared_ptr<EventQueue> queue = std::make_shared<EventQueue>(1000);
  std::vector<std::string> failures;
  std::shared_ptr<HandlerRunner> runner;
};

void await(const std::atomic<int>& value, int wanted) {
  while (value < wanted) std::this_thread::yield();
}

TEST(HandlerRunner, OneTaskAtATimeInOrderAndBounded) {
  std::deque<std::function<void()>> tasks;
  Bench bench{[&](std::function<void()> task) { tasks.push_back(std::move(task)); }};
  for (int i = 0; i < 100; ++i) bench.join(std::to_string(i));
  ASSERT_EQ(tasks.size(), 1u);
  std::size_t turns = 0;
  while (!tasks.empty()) {
    const auto task = std::move(tasks.front());
    tasks.pop_front();
    task();
    EXPECT_LE(tasks.size(), 1u);
    ++turns;
  }
  EXPECT_EQ(turns, 2u);  // others have their turn in between
  ASSERT_EQ(bench.handler->names.size(), 100u);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(bench.handler->names[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST(HandlerRunner, AnExecutorMayRunAtOnce) {
  Bench bench{[](const std::function<void()>& task) { task(); }};
  bench.join("a");
  bench.join("b");
  EXPECT_EQ(bench.handler->names, (std::vector<std::string>{"a", "b"}));
}

TEST(HandlerRunner, AThrowIsToldAndLifeGoesOn) {
  Bench bench{[](const std::function<void()>& task) { task(); }};
  bench.handler->then = [] { throw std::runtime_error{"no"}; };
  bench.join("a");
  bench.handler->then = [] { throw 1; };
  bench.join("b");
  bench.handler->then = nullptr;
  bench.join("c");
  EXPECT_EQ(bench.handler->names.size(), 3u);
  EXPECT_EQ(bench.failures,
            (std::vector<std::string>{"no", "something that is no std::exception"}));
}

TEST(HandlerRunner, StopWaitsForTheCallThatRuns) {
  const Dispatcher dispatcher;
  Bench bench{dispatcher.executor()};
  std::atomic<int> entered{0};
  std::atomic<int> leave{0};
  bench.handler->then = [&] {
    entered = 1;
    await(leave, 1);
  };
  const auto handler = bench.handler;
  bench.join("a");
  bench.join("b");
  await(entered, 1);
  std::thread stopper{[&] {
    bench.runner->stop();
    // Whatever began is over.
    EXPECT_EQ(static_cast<std::size_t>(handler->calls), handler->names.size());
  }};
  leave = 1;
  stopper.join();
  EXPECT_LE(handler->names.size(), 2u);
  const std::size_t before = handler->names.size();
  bench.join("c");
  EXPECT_EQ(handler->names.size(), before);
}

TEST(HandlerRunner, StopFromWithin) {
  const Dispatcher dispatcher;
  Bench bench{dispatcher.executor()};
  const auto handler = bench.handler;
  bench.handler->then = [&] { bench.runner->stop(); };
  bench.join("a");
  bench.join("b");
  await(handler->calls, 1);
  bench.runner->stop();
  EXPECT_EQ(handler->names, std::vector<std::string>{"a"});
}

TEST(Dispatcher, RunsInOrderAndMayBeDestroyedByItsOwnTask) {
  auto dispatcher = std::make_unique<Dispatcher>();
  const auto executor = dispatcher->executor();
  std::atomic<int> ran{0};
  executor([&] { EXPECT_EQ(ran++, 0); });
  executor([&] {
    EXPECT_EQ(ran, 1);
    dispatcher = nullptr;
    ++ran;
  });
  await(ran, 2);
  executor([&] { ++ran; });  // goes nowhere
  EXPECT_EQ(ran, 2);
}

}  // namespace
}  // namespace gossipod
