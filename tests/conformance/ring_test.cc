// What only a ring that many links share can have too little of: completions, buffers, a fair share
// of them. It degrades, counts, recovers, and loses nothing.

#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "conformance/world.h"
#include "runtime/io_uring/uring_loop.h"
#include "support/descriptors.h"

namespace gossipod::test {
namespace {

using runtime::RingOptions;
using std::chrono::milliseconds;

class Rings : public testing::Test {
 protected:
  struct Node {
    Recorder sink;
    std::unique_ptr<Link> link;
  };

  void make(const RingOptions& options) {
    auto made = runtime::make_uring_loop(options);
    if (!made) GTEST_SKIP() << "this machine cannot: " << to_string(made.error());
    loop = *std::move(made);
  }
  std::unique_ptr<Node> node() {
    auto made = std::make_unique<Node>();
    auto attached = loop->attach({.bind = loopback()}, made->sink);
    EXPECT_TRUE(attached);
    made->link = *std::move(attached);
    return made;
  }
  // Handed over at once, so that they all lie in the socket of the receiver before it is read.
  static void send(Node& from, const Node& to, std::size_t count, std::size_t size = 100) {
    const auto bytes = pattern(size);
    const std::vector<TxDatagram> batch(count, TxDatagram{{to.link->local(), {}}, bytes});
    EXPECT_EQ(from.link->send(batch), count);
  }
  bool until(const std::function<bool()>& so) {
    const TimePoint last = loop->now() + std::chrono::seconds{20};
    while (!so() && loop->now() < last) loop->turn(milliseconds{20});
    return so();
  }

  std::unique_ptr<Loop> loop;
};

TEST_F(Rings, BuffersThatAreUsedUpHoldUpNothing) {
  ASSERT_NO_FATAL_FAILURE(make({.datagram_buffers = 2, .datagram_buffers_max = 8}));
  const auto a = node();
  const auto b = node();
  const auto c = node();
  for (int i = 0; i < 5; ++i) {
    send(*a, *b, 100);
    send(*a, *c, 100);
  }
  EXPECT_TRUE(
      until([&] { return b->sink.packets.size() == 500 && c->sink.packets.size() == 500; }));
  EXPECT_GT(b->sink.troubles[Trouble::receive_stalled], 0u);
  EXPECT_GT(b->sink.undrained, 0u);
  // And it was all: it sleeps again, and says that it is drained.
  const std::size_t turns = b->sink.turns;
  const std::size_t undrained = b->sink.undrained;
  for (int i = 0; i < 5; ++i) loop->turn(milliseconds{1});
  EXPECT_LE(b->sink.turns, turns + 2);
  EXPECT_LE(b->sink.undrained, undrained + 1);
}

TEST_F(Rings, MoreCompletionsThanTheQueueHoldsAreCountedAndNotLost) {
  ASSERT_NO_FATAL_FAILURE(
      make({.completions = 256, .datagram_buffers = 512, .datagram_buffers_max = 512}));
  std::vector<std::unique_ptr<Node>> nodes;
  for (int i = 0; i < 30; ++i) nodes.push_back(node());
  for (int round = 0; round < 3; ++round) {
    for (const auto& to : nodes) send(*nodes[0], *to, 20);
  }
  EXPECT_TRUE(until([&] {
    return std::ranges::all_of(nodes, [](const auto& n) { return n->sink.packets.size() == 60; });
  }));
  for (const auto& n : nodes) EXPECT_GT(n->sink.troubles[Trouble::completions_overflowed], 0u);
}

// Each turn of the flooded one is followed by one of everybody else.
TEST_F(Rings, AFloodOfOneStarvesNobody) {
  ASSERT_NO_FATAL_FAILURE(make({}));
  const auto flooded = node();
  std::vector<std::unique_ptr<Node>> others;
  for (int i = 0; i < 5; ++i) others.push_back(node());
  std::size_t most = 0;
  std::size_t seen = 0;
  flooded->sink.turned = [&](TimePoint) {
    most = std::max(most, flooded->sink.packets.size() - seen);
    seen = flooded->sink.packets.size();
  };
  // As much as the socket holds, and more of it before each turn.
  send(*others[0], *flooded, 1000);
  for (std::size_t turn = 1; turn <= 50; ++turn) {
    send(*others[0], *flooded, 200);
    for (const auto& other : others) send(*flooded, *other, 1);
    loop->turn(milliseconds{20});
  }
  for (const auto& other : others) EXPECT_GE(other->sink.packets.size(), 48u);
  EXPECT_LE(most, 64u);
  EXPECT_GT(flooded->sink.undrained, 10u);
  EXPECT_GT(flooded->sink.troubles[Trouble::receive_stalled], 0u);
  EXPECT_GT(flooded->sink.packets.size(), 1000u);
}

TEST_F(Rings, LargeDatagramsDoNotKeepTheirMemory) {
  ASSERT_NO_FATAL_FAILURE(make({}));
  const auto a = node();
  const auto b = node();
  for (std::size_t i = 1; i <= 200; ++i) {
    send(*a, *b, 1, 65'507);
    ASSERT_TRUE(until([&] { return b->sink.packets.size() == i; }));
    EXPECT_EQ(b->sink.packets.back().bytes, pattern(65'507));
    b->sink.packets.back().bytes = {};
  }
}

// Neither who does not read his streams, nor who lets go of them unread, keeps the buffers.
TEST_F(Rings, StreamsThatNobodyReadsKeepNoBuffers) {
  ASSERT_NO_FATAL_FAILURE(make({.submissions = 8, .stream_buffers = 1, .stream_buffers_max = 2}));
  const auto a = node();
  const auto b = node();
  constexpr std::uint32_t count = 40;
  b->sink.accepted = [&](StreamId stream) {
    b->link->write(stream, shared(pattern(300'000)));
    b->link->finish(stream);
  };
  for (std::uint32_t i = 1; i <= count; ++i) a->link->open(StreamId{i}, {b->link->local(), {}});
  a->sink.bytes_came = [&](StreamId stream) {
    if (stream.value() % 3 == 1) a->link->close(stream);
    if (stream.value() % 3 == 2) a->link->pause(stream, true);
  };
  const auto read_out = [&] {
    for (std::uint32_t i = 3; i <= count; i += 3) {
      if (!a->sink[StreamId{i}].peer_finished) return false;
    }
    return true;
  };
  ASSERT_TRUE(until(read_out));
  a->sink.bytes_came = nullptr;
  for (std::uint32_t i = 2; i <= count; i += 3) {
    EXPECT_LE(a->sink[StreamId{i}].bytes.size(), 64u << 10);
    a->link->pause(StreamId{i}, false);
  }
  EXPECT_TRUE(until([&] {
    for (std::uint32_t i = 2; i <= count; i += 3) {
      if (a->sink[StreamId{i}].bytes.size() != 300'000) return false;
    }
    return true;
  }));
}

TEST_F(Rings, LoopsThatEndInTheMiddleOfEverythingLeaveNoDescriptor) {
  ASSERT_NO_FATAL_FAILURE(make({}));
  const std::size_t before = descriptors();
  for (int i = 0; i < 100; ++i) {
    ASSERT_NO_FATAL_FAILURE(make({}));
    auto a = node();
    const auto b = node();
    a->link->open(StreamId{1}, {b->link->local(), {}});
    a->link->write(StreamId{1}, shared(pattern(100'000)));
    send(*a, *b, 100);
    loop->turn(Duration{0});
    if (i % 2 == 0) loop->turn(Duration{0});
    if (i % 3 == 0) a->link.reset();
    loop.reset();
  }
  ASSERT_NO_FATAL_FAILURE(make({}));
  EXPECT_EQ(descriptors(), before);
}

// The child has the parent's queues before it, in memory that both share.
TEST_F(Rings, AChildThatDestroysItsCopyLeavesTheParentAlone) {
  ASSERT_NO_FATAL_FAILURE(make({}));
  auto a = node();
  auto b = node();
  a->link->open(StreamId{1}, {b->link->local(), {}});
  ASSERT_TRUE(until([&] { return a->sink[StreamId{1}].opened; }));
  const pid_t child = ::fork();
  if (child == 0) {
    b->link.reset();
    loop.reset();
    ::_exit(0);
  }
  int status = 1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  for (std::size_t i = 1; i <= 10; ++i) {
    send(*a, *b, 10);
    ASSERT_TRUE(until([&] { return b->sink.packets.size() == 10 * i; }));
  }
}

TEST_F(Rings, ALoopMayEndOnAnotherThreadThanItTurnedOn) {
  ASSERT_NO_FATAL_FAILURE(make({}));
  auto a = node();
  auto b = node();
  std::thread turner{[&] {
    a->link->open(StreamId{1}, {b->link->local(), {}});
    send(*a, *b, 10);
    EXPECT_TRUE(until([&] { return a->sink[StreamId{1}].opened; }));
    a->link->write(StreamId{1}, shared(pattern(3'000'000)));
    loop->turn(Duration{0});
  }};
  turner.join();
  const std::size_t calls = a->sink.calls() + b->sink.calls();
  loop.reset();
  EXPECT_EQ(a->link->send({}), 0u);
  a->link.reset();
  EXPECT_EQ(a->sink.calls() + b->sink.calls(), calls);
}

}  // namespace
}  // namespace gossipod::test
