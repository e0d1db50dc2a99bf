// The loop itself: tasks, deadlines, several links, and things that go away in the middle.
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "conformance/world.h"

namespace gossipod::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Loops = Conformance;

INSTANTIATE_TEST_SUITE_P(Bodies, Loops, testing::ValuesIn(bodies()),
                         [](const auto& body) { return std::string{body.param.name}; });

// Virtual time has one thread.
class LoopsAmongThreads : public Conformance {};

INSTANTIATE_TEST_SUITE_P(Bodies, LoopsAmongThreads, testing::ValuesIn(bodies_on_sockets()),
                         [](const auto& body) { return std::string{body.param.name}; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LoopsAmongThreads);

TEST_P(Loops, TasksRunInOrderAndNeverInsideThePost) {
  std::vector<int> ran;
  for (int i = 0; i < 10; ++i) {
    loop->post([&ran, i] { ran.push_back(i); });
  }
  loop->post([&] {
    loop->post([&] { ran.push_back(11); });
    ran.push_back(10);
  });
  EXPECT_TRUE(ran.empty());
  ASSERT_TRUE(until([&] { return ran.size() == 12; }));
  for (int i = 0; i < 12; ++i) EXPECT_EQ(ran[static_cast<std::size_t>(i)], i);
}

TEST_P(LoopsAmongThreads, TasksComeToo) {
  std::vector<int> ran;
  std::thread other{[&] {
    for (int i = 0; i < 1000; ++i) {
      loop->post([&ran, i] { ran.push_back(i); });
    }
  }};
  EXPECT_TRUE(until([&] { return ran.size() == 1000; }));
  other.join();
  EXPECT_TRUE(std::ranges::is_sorted(ran));
}

TEST_P(LoopsAmongThreads, ATaskWakesOneThatWaits) {
  std::atomic<bool> ran = false;
  std::atomic<bool> stop = false;
  std::thread turner{[&] {
    while (!stop) loop->turn(seconds{60});
  }};
  loop->post([&] { ran = true; });
  while (!ran) std::this_thread::yield();
  loop->post([&] { stop = true; });
  turner.join();
  EXPECT_TRUE(ran);
}

TEST_P(Loops, TasksThatNeverRanDieWithTheLoop) {
  auto token = std::make_shared<int>(1);
  bool ran = false;
  loop->post([&ran, token] { ran = true; });
  loop.reset();
  EXPECT_FALSE(ran);
  EXPECT_EQ(token.use_count(), 1);
}

TEST_P(Loops, ATaskThatOwnsALinkMayDieWithTheLoop) {
  auto a = node();
  std::shared_ptr<Node> owned{std::move(a)};
  const std::weak_ptr<Node> watch = owned;
  loop->post([keep = std::move(owned)] { ASSERT_TRUE(keep); });
  loop.reset();
  EXPECT_TRUE(watch.expired());
}

TEST_P(Loops, DeadlinesAreKeptAndNeverEarly) {
  const auto a = node();
  const TimePoint due = loop->now() + milliseconds{30};
  a->sink.deadline = due;
  loop->reschedule(a->sink);
  TimePoint rang = never;
  a->sink.turned = [&](TimePoint now) {
    if (now < a->sink.deadline) return;
    rang = now;
    a->sink.deadline = never;
  };
  ASSERT_TRUE(until([&] { return rang != never; }));
  EXPECT_GE(rang, due);
  EXPECT_LT(rang, due + seconds{10});
  if (GetParam().name == "virtual") {
    EXPECT_EQ(rang, due);
  }
}

TEST_P(Loops, ADeadlineMayMoveBothWays) {
  const auto a = node();
  a->sink.deadline = loop->now() + seconds{3600};
  loop->reschedule(a->sink);
  loop->turn(milliseconds{1});
  int rang = 0;
  a->sink.turned = [&](TimePoint now) {
    if (now < a->sink.deadline) return;
    ++rang;
    a->sink.deadline = rang < 3 ? now + milliseconds{2} : never;
  };
  a->sink.deadline = TimePoint::min();  // at once
  loop->reschedule(a->sink);
  EXPECT_EQ(rang, 0);
  ASSERT_TRUE(until([&] { return rang == 3; }));
  // Taken back before it rang: it does not ring.
  a->sink.deadline = loop->now() + milliseconds{5};
  loop->reschedule(a->sink);
  a->sink.deadline = never;
  loop->reschedule(a->sink);
  const auto b = node();
  b->sink.deadline = loop->now() + milliseconds{20};
  loop->reschedule(b->sink);
  bool later = false;
  b->sink.turned = [&](TimePoint now) {
    later |= now >= b->sink.deadline;
    if (later) b->sink.deadline = never;
  };
  ASSERT_TRUE(until([&] { return later; }));
  EXPECT_EQ(rang, 3);
}

TEST_P(Loops, ManyLinksRingInTheOrderOfTheirDeadlines) {
  std::vector<std::unique_ptr<Node>> nodes;
  std::vector<std::size_t> order;
  const TimePoint start = loop->now() + milliseconds{20};
  for (std::size_t i = 0; i < 50; ++i) {
    nodes.push_back(node());
    Recorder& sink = nodes.back()->sink;
    sink.deadline = start + milliseconds{static_cast<int>(i * 7 % 50)};
    sink.turned = [&, i](TimePoint now) {
      if (now < nodes[i]->sink.deadline) return;
      EXPECT_TRUE(order.empty() || nodes[order.back()]->sink.last_turn <= now);
      nodes[i]->sink.deadline = never;
      order.push_back(i);
    };
    loop->reschedule(sink);
  }
  ASSERT_TRUE(until([&] { return order.size() == nodes.size(); }));
}

TEST_P(Loops, ATurnFollowsWhatArrived) {
  const auto a = node();
  const auto b = node();
  const std::size_t before = b->sink.turns;
  bool answered = false;
  b->sink.turned = [&](TimePoint) {
    if (b->sink.packets.empty() || answered) return;
    answered = true;
    EXPECT_TRUE(b->send(a->at(), pattern(4)));
  };
  ASSERT_TRUE(a->send(b->at(), pattern(3)));
  ASSERT_TRUE(until([&] { return a->sink.packets.size() == 1; }));
  EXPECT_GT(b->sink.turns, before);
}

TEST_P(Loops, ALinkMayBeDestroyedInATask) {
  const auto a = node();
  auto b = node();
  const Pair pair = connect(*a, *b);
  a->link->write(pair.out, shared(pattern(100'000)));
  ASSERT_TRUE(a->send(b->at(), pattern(10)));
  std::size_t calls = 0;
  loop->post([&] {
    b->link.reset();
    calls = b->sink.calls();
  });
  ASSERT_TRUE(until([&] { return a->sink[pair.out].closed; }));
  EXPECT_EQ(b->sink.calls(), calls);
  EXPECT_TRUE(a->sink[pair.out].why);
}

TEST_P(Loops, ALinkMayBeDestroyedByItsOwnSink) {
  for (int when = 0; when < 2; ++when) {
    const auto a = node();
    const auto b = node();
    const auto destroy = [&] { b->link.reset(); };
    if (when == 0) {
      b->sink.packets_came = destroy;
    } else {
      b->sink.turned = [&](TimePoint) {
        if (!b->sink.packets.empty()) destroy();
      };
    }
    ASSERT_TRUE(a->send(b->at(), pattern(10)));
    ASSERT_TRUE(until([&] { return b->link == nullptr; }));
    const std::size_t calls = b->sink.calls();
    ASSERT_TRUE(a->send(a->at(), pattern(10)));
    ASSERT_TRUE(until([&] { return a->sink.packets.size() == 1; }));
    EXPECT_EQ(b->sink.calls(), calls);
  }
}

TEST_P(Loops, OneSinkMayDestroyTheLinkOfAnother) {
  const auto a = node();
  const auto b = node();
  const auto c = node();
  b->sink.packets_came = [&] { c->link.reset(); };
  c->sink.packets_came = [&] { b->link.reset(); };
  ASSERT_TRUE(a->send(b->at(), pattern(1)));
  ASSERT_TRUE(a->send(c->at(), pattern(1)));
  ASSERT_TRUE(until([&] { return (b->link == nullptr) != (c->link == nullptr); }));
}

TEST_P(Loops, MayGoWhileStreamsAreOpen) {
  const auto a = node();
  const auto b = node();
  const Pair pair = connect(*a, *b);
  a->link->write(pair.out, shared(pattern(5'000'000)));
  b->link->close(pair.in);
  a->link->open(StreamId{2}, {b->at(), {}});
  loop.reset();
  // The links are deaf and dumb now, and safe to destroy.
  EXPECT_FALSE(a->send(b->at(), pattern(1)) && GetParam().name != "virtual");
  a->link->close(pair.out);
}

TEST_P(Loops, EntropyDiffersFromCallToCall) {
  std::array<std::uint8_t, 32> one{};
  std::array<std::uint8_t, 32> two{};
  loop->entropy().fill(one);
  loop->entropy().fill(two);
  EXPECT_NE(one, two);
  std::vector<std::uint8_t> many(100'000);
  loop->entropy().fill(many);
  std::array<int, 256> count{};
  for (const std::uint8_t byte : many) ++count[byte];
  EXPECT_GT(*std::ranges::min_element(count), 250);
  EXPECT_LT(*std::ranges::max_element(count), 550);
}

TEST_P(Loops, WatchesDescriptorsOfOthers) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_NONBLOCK | O_CLOEXEC), 0);
  std::string got;
  int writable = 0;
  const auto watched = loop->watch(pipe[0], {.read = true}, [&](Loop::Interest ready) {
    EXPECT_TRUE(ready.read);
    char byte = 0;
    if (::read(pipe[0], &byte, 1) == 1) got += byte;  // one at a time: it has to be told again
  });
  if (!watched) {
    EXPECT_EQ(watched.error().code, Errc::unsupported);
    EXPECT_EQ(GetParam().name, "virtual");
  } else {
    ASSERT_TRUE(loop->watch(pipe[1], {.write = true}, [&](Loop::Interest ready) {
      EXPECT_TRUE(ready.write);
      ++writable;
      loop->unwatch(pipe[1]);
    }));
    ASSERT_EQ(::write(pipe[1], "abc", 3), 3);
    EXPECT_TRUE(until([&] { return got == "abc" && writable == 1; }));
    loop->unwatch(pipe[0]);
    ASSERT_EQ(::write(pipe[1], "d", 1), 1);
    bool after = false;
    loop->post([&] { after = true; });
    EXPECT_TRUE(until([&] { return after; }));
    EXPECT_EQ(got, "abc");
    EXPECT_EQ(writable, 1);
    char byte = 0;
    EXPECT_EQ(::read(pipe[0], &byte, 1), 1);  // still open: it was not ours to close
  }
  ::close(pipe[0]);
  ::close(pipe[1]);
}

TEST_P(Loops, SaysWhatItIs) {
  EXPECT_TRUE(GetParam().name.starts_with(loop->body()));
  EXPECT_EQ(loop->turned_by_caller(), GetParam().name == "virtual");
  const TimePoint before = loop->now();
  loop->turn(milliseconds{1});
  EXPECT_GE(loop->now(), before);
}

}  // namespace
}  // namespace gossipod::test
