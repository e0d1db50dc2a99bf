// When the engine asks its reactor to be woken: a timer is moved where that is cheaper than waking.
#include <gossipod/reactor.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <vector>

#include "support/quiet_sink.h"

namespace gossipod::runtime {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

class Asked final : public Reactor {
 public:
  Result<std::unique_ptr<Watch>> watch(int, Waiter&) override {
    return Error{Errc::unsupported, "descriptor", "nothing is watched here"};
  }
  void wake_at(steady_clock::time_point at) override { wakes.push_back(at); }
  void wake_never() override { ++nevers; }
  std::vector<steady_clock::time_point> wakes;
  int nevers = 0;
};

// Has a deadline, and nothing to do.
struct Waiting final : test::QuietSink {
  [[nodiscard]] TimePoint next_deadline() const noexcept override { return deadline; }
  TimePoint deadline = TimePoint{} + 1h;
};

struct AlarmClock : testing::Test {
  void wait_until(Duration deadline) {
    sink.deadline = TimePoint{} + deadline;
    engine.reschedule(sink);
  }
  Asked reactor;
  SocketEngine engine{reactor};
  Waiting sink;
  std::unique_ptr<Loop::Turns> turns = engine.drive(sink);
};

TEST_F(AlarmClock, IsSetForwardAtOnce) {
  wait_until(1h - 1ms);
  ASSERT_EQ(reactor.wakes.size(), 2u);
  EXPECT_EQ(reactor.wakes[0] - reactor.wakes[1], 1ms);
}

TEST_F(AlarmClock, IsLeftWhereItIsALittleTooEarly) {
  wait_until(1h + 10ms);
  EXPECT_EQ(reactor.wakes.size(), 1u);
}

// A ping sets it to when its ack is overdue. The ack comes, and the next ping is half a second
// behind that: an idle node woke once for nothing with each of its pings.
TEST_F(AlarmClock, IsSetBackFromWhereItWouldWakeForNothing) {
  wait_until(1h + 500ms);
  ASSERT_EQ(reactor.wakes.size(), 2u);
  EXPECT_EQ(reactor.wakes[1] - reactor.wakes[0], 500ms);
}

TEST_F(AlarmClock, IsTakenAwayWhenNothingIsDue) {
  sink.deadline = never;
  engine.reschedule(sink);
  engine.reschedule(sink);
  EXPECT_EQ(reactor.wakes.size(), 1u);
  EXPECT_EQ(reactor.nevers, 1);
}

}  // namespace
}  // namespace gossipod::runtime
