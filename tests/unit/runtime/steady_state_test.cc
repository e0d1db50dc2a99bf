// Datagrams and deadlines, once both have been seen, cost no memory: on sockets and in virtual
// time.
#include <gossipod/virtual.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "runtime/asio/asio_loop.h"
#if defined(GOSSIPOD_TEST_IO_URING)
#include "runtime/io_uring/uring_loop.h"
#endif
#include "support/heap_calls.h"
#include "support/quiet_sink.h"

namespace gossipod::test {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

// Answers what it gets, and now and then speaks by itself.
struct Chatterer final : QuietSink {
  void on_packets(TimePoint, std::span<RxDatagram> batch) noexcept override {
    received += batch.size();
  }
  void on_turn(TimePoint now, bool) noexcept override {
    if (now < deadline) return;
    deadline = now + microseconds{300};
    const std::array batch{TxDatagram{{to, {}}, bytes}, TxDatagram{{to, {}}, bytes}};
    link->send(batch);
  }
  [[nodiscard]] TimePoint next_deadline() const noexcept override { return deadline; }

  std::array<std::uint8_t, 200> bytes{};
  Endpoint to;
  TimePoint deadline = TimePoint::min();
  std::unique_ptr<Link> link;
  std::size_t received = 0;
};

void costs_no_memory(Loop& loop) {
  Chatterer a;
  Chatterer b;
  for (Chatterer* one : {&a, &b}) {
    auto link = loop.attach({.bind = *Endpoint::from_ip("127.0.0.1", 0)}, *one);
    ASSERT_TRUE(link);
    one->link = std::move(*link);
  }
  a.to = b.link->local();
  b.to = a.link->local();
  const auto chat = [&](std::size_t packets) {
    const std::size_t enough = a.received + b.received + packets;
    const TimePoint last = loop.now() + seconds{60};
    while (a.received + b.received < enough && loop.now() < last) loop.turn(seconds{1});
    return a.received + b.received >= enough;
  };
  ASSERT_TRUE(chat(5000));  // the peak of what is on its way at once has been seen
  const std::uint64_t before = heap_calls();
  ASSERT_TRUE(chat(2000));
  EXPECT_EQ(heap_calls(), before);
}

TEST(SteadyState, OnSocketsCostsNoMemory) { costs_no_memory(*runtime::make_asio_loop()); }

#if defined(GOSSIPOD_TEST_IO_URING)
TEST(SteadyState, OnARingCostsNoMemory) {
  auto loop = runtime::make_uring_loop();
  if (!loop) GTEST_SKIP() << "this machine cannot: " << to_string(loop.error());
  costs_no_memory(**loop);
}
#endif

TEST(SteadyState, InVirtualTimeCostsNoMemory) {
  VirtualLoop loop;
  costs_no_memory(loop);
}

}  // namespace
}  // namespace gossipod::test
