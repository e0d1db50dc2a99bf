// gossipod/asio_loop.h as a user meets it: on an io_context of his own, with his own copy of Asio,
// next to the copy in the library.
#include <gossipod/asio_loop.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <vector>

#include "runtime/asio/asio_loop.h"
#include "support/quiet_sink.h"

namespace gossipod {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct CountingSink : test::QuietSink {
  void on_packets(TimePoint, std::span<RxDatagram> batch) noexcept override {
    packets += batch.size();
    if (enough) enough();
  }
  [[nodiscard]] TimePoint next_deadline() const noexcept override { return deadline; }

  std::size_t packets = 0;
  TimePoint deadline = never;
  std::function<void()> enough;
};

const LinkOptions anywhere{.bind = *Endpoint::from_ip("127.0.0.1", 0)};

TEST(AsioFace, RunsOnTheUsersContext) {
  asio::io_context context;
  AsioLoop loop{context};
  EXPECT_TRUE(loop.turned_by_caller());
  EXPECT_EQ(loop.body(), "asio");
  CountingSink sink;
  auto link = loop.attach(anywhere, sink);
  ASSERT_TRUE(link);
  sink.enough = [&] { context.stop(); };
  const std::array<std::uint8_t, 3> bytes{1, 2, 3};
  const std::array batch{TxDatagram{{(*link)->local(), {}}, bytes}};
  ASSERT_EQ((*link)->send(batch), 1u);
  context.run_for(seconds{20});
  EXPECT_EQ(sink.packets, 1u);
}

TEST(AsioFace, LeavesTheContextToOthersWhenItGoes) {
  asio::io_context context;
  auto loop = std::make_unique<AsioLoop>(context);
  CountingSink sink;
  sink.deadline = loop->now() + milliseconds{1};
  auto link = loop->attach(anywhere, sink);
  ASSERT_TRUE(link);
  (*link)->open(StreamId{1}, {(*link)->local(), {}});
  context.poll();
  bool ran = false;
  loop->post([&] { ran = true; });
  // Waits, a timer and a task are pending: none of them may reach what is gone.
  loop.reset();
  bool users = false;
  asio::post(context, [&] { users = true; });
  context.restart();
  context.run_for(seconds{20});  // ends at once: nothing of ours keeps it busy
  EXPECT_TRUE(users);
  EXPECT_FALSE(ran);
  EXPECT_TRUE(context.stopped());
}

// The user's run() ends when nobody needs it any more, and not when a timer rings that nobody waits
// for.
TEST(AsioFace, KeepsTheContextBusyOnlyWhileThereIsSomebody) {
  asio::io_context context;
  AsioLoop loop{context};
  CountingSink sink;
  sink.deadline = loop.now() + std::chrono::hours{1};
  auto link = loop.attach(anywhere, sink);
  ASSERT_TRUE(link);
  asio::post(context, [&] { link->reset(); });
  context.run_for(seconds{20});
  EXPECT_TRUE(context.stopped());
}

TEST(AsioFace, KeepsTheContextBusyOnlyUntilTheLastStreamIsClosed) {
  asio::io_context context;
  AsioLoop loop{context};
  struct Closing final : CountingSink {
    void on_stream_accepted(TimePoint, StreamId stream, const Endpoint&) noexcept override {
      accepted = true;
      (*link)->close(stream);
    }
    void on_stream_peer_finished(TimePoint, StreamId stream) noexcept override {
      (*link)->close(stream);
      finished = true;
    }
    std::unique_ptr<Link>* link = nullptr;
    bool accepted = false;
    bool finished = false;
  };
  Closing sink;
  auto link = loop.attach(anywhere, sink);
  ASSERT_TRUE(link);
  sink.link = &*link;
  (*link)->open(StreamId{1}, {(*link)->local(), {}});
  while (!sink.accepted || !sink.finished) ASSERT_GT(context.run_one_for(seconds{20}), 0u);
  context.run_for(std::chrono::milliseconds{1});  // both ends have closed
  link->reset();
  context.run_for(seconds{5});  // a stream that lingers has ten; these are done
  EXPECT_TRUE(context.stopped());
}

TEST(AsioFace, TheLoopMayGoInATaskOfItsOwn) {
  asio::io_context context;
  auto loop = std::make_unique<AsioLoop>(context);
  bool later = false;
  loop->post([&] { loop.reset(); });
  loop->post([&] { later = true; });
  context.run_for(seconds{20});
  EXPECT_EQ(loop, nullptr);
  EXPECT_FALSE(later);
}

TEST(AsioFace, TheContextMayGoWithHandlersPending) {
  auto context = std::make_unique<asio::io_context>();
  auto token = std::make_shared<int>(1);
  {
    AsioLoop loop{*context};
    CountingSink sink;
    auto link = loop.attach(anywhere, sink);
    ASSERT_TRUE(link);
    loop.post([token] { EXPECT_TRUE(token); });
  }
  EXPECT_EQ(token.use_count(), 1);
  context.reset();
}

TEST(AsioFace, LivesNextToTheLibrarysOwnCopy) {
  asio::io_context context;
  AsioLoop ours{context};
  const auto theirs = runtime::make_asio_loop();
  EXPECT_FALSE(theirs->turned_by_caller());
  int ran = 0;
  ours.post([&] { ++ran; });
  theirs->post([&] { ++ran; });
  while (ran < 1) ours.turn(seconds{1});
  while (ran < 2) theirs->turn(seconds{1});
  EXPECT_EQ(ran, 2);
}

}  // namespace
}  // namespace gossipod
