// The order of a turn, seen by a session and a link that only write down what they are asked.
#include "runtime/driver.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace gossipod::runtime {
namespace {

using Log = std::vector<std::string>;
using session::LinkOrder;
using std::chrono::milliseconds;

constexpr std::size_t packet_bytes = 512;

struct LoggingSession {
  explicit LoggingSession(Log& where) : log{where} {}

  Log& log;
  TimePoint deadline = never;
  int packets_left = 0;
  int packets_after_orders = 0;
  std::deque<LinkOrder> orders;
  std::string name = "peer";

  void on_packet(TimePoint, const RxDatagram& datagram) {
    log.push_back("packet " + std::to_string(datagram.bytes.size()));
  }
  void on_stream_accepted(TimePoint, StreamId, const Endpoint&) { log.push_back("accepted"); }
  void on_stream_opened(TimePoint, StreamId) { log.push_back("opened"); }
  void on_stream_bytes(TimePoint, StreamId, Bytes) { log.push_back("bytes"); }
  void on_stream_written(TimePoint, StreamId) { log.push_back("written"); }
  void on_stream_peer_finished(TimePoint, StreamId) { log.push_back("peer finished"); }
  void on_stream_closed(TimePoint, StreamId, const Error*) { log.push_back("closed"); }
  void on_deadline(TimePoint) {
    log.push_back("deadline");
    deadline = never;
  }
  [[nodiscard]] TimePoint next_deadline() const { return deadline; }

  std::optional<TxDatagram> poll_packet(TimePoint, MutableBytes frame) {
    EXPECT_GE(frame.size(), packet_bytes + limits::headroom + limits::tailroom);
    if (packets_left == 0) return std::nullopt;
    --packets_left;
    // As borrowed as can be: the next call writes another name into the same memory.
    name = "peer " + std::to_string(packets_left % 10);
    frame[0] = static_cast<std::uint8_t>(packets_left);
    return TxDatagram{{{}, name}, frame.first(10)};
  }
  std::optional<LinkOrder> poll_link(TimePoint) {
    if (orders.empty()) return std::nullopt;
    const LinkOrder order = orders.front();
    orders.pop_front();
    packets_left += packets_after_orders;
    return order;
  }
};

struct LoggingLink final : Link {
  explicit LoggingLink(Log& where) : log{where} {}

  [[nodiscard]] Endpoint local() const override { return {}; }
  [[nodiscard]] std::size_t datagram_bytes_max() const override { return 65'507; }
  [[nodiscard]] bool secured() const override { return false; }
  std::size_t send(std::span<const TxDatagram> batch) override {
    EXPECT_FALSE(batch.empty());
    log.push_back("send " + std::to_string(batch.size()));
    for (const TxDatagram& packet : batch) {
      EXPECT_EQ(packet.to.name, "peer " + std::to_string(packet.bytes[0] % 10));
    }
    return std::min(batch.size(), takes);
  }
  void open(StreamId, const Peer&) override { log.push_back("open"); }
  void write(StreamId, SharedBytes) override { log.push_back("write"); }
  void finish(StreamId) override { log.push_back("finish"); }
  void close(StreamId) override { log.push_back("close"); }
  void reset(StreamId) override { log.push_back("reset"); }
  void pause(StreamId, bool paused) override { log.push_back(paused ? "pause" : "resume"); }

  Log& log;
  std::size_t takes = 1000;
};

class DriverTest : public testing::Test {
 protected:
  Log turn(TimePoint when, bool drained = true) {
    log.clear();
    driver.on_turn(when, drained);
    return log;
  }

  Log log;
  TurnBuffers buffers;
  Counters counters;
  LoggingSession session{log};
  LoggingLink link{log};
  Driver<LoggingSession> driver{buffers, counters, [this](TimePoint) { log.push_back("publish"); }};
  const TimePoint now{milliseconds{100}};
};

TEST_F(DriverTest, BeforeItIsJoinedNothingHappens) {
  EXPECT_EQ(driver.next_deadline(), never);
  std::array<RxDatagram, 1> batch{};
  driver.on_packets(now, batch);
  driver.on_stream_closed(now, StreamId{1}, nullptr);
  EXPECT_EQ(turn(now), Log{});
}

TEST_F(DriverTest, InputsThenDeadlineThenOutputsThenPublish) {
  driver.join(session, link, packet_bytes);
  std::array<std::uint8_t, 3> bytes{};
  std::array batch{RxDatagram{{}, bytes}, RxDatagram{{}, bytes}};
  driver.on_packets(now, batch);
  EXPECT_EQ(log, (Log{"packet 3", "packet 3"}));
  session.deadline = now;
  session.packets_left = 2;
  session.packets_after_orders = 1;
  session.orders = {{.kind = LinkOrder::Kind::open}, {.kind = LinkOrder::Kind::pause}};
  EXPECT_EQ(turn(now), (Log{"deadline", "send 2", "open", "pause", "send 2", "publish"}));
  EXPECT_EQ(turn(now), (Log{"publish"}));
}

TEST_F(DriverTest, ADeadlineThatHasNotComeIsNotTold) {
  driver.join(session, link, packet_bytes);
  session.deadline = now + Duration{1};
  turn(now);
  EXPECT_EQ(driver.next_deadline(), session.deadline);
  EXPECT_EQ(turn(now), (Log{"publish"}));
}

TEST_F(DriverTest, WhoeverHasMoreMailJudgesNothingForEightTurns) {
  driver.join(session, link, packet_bytes);
  session.deadline = now;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 8; ++i) EXPECT_EQ(turn(now, false), (Log{"publish"}));
    EXPECT_EQ(turn(now, false), (Log{"deadline", "publish"}));
    session.deadline = now;
  }
  EXPECT_EQ(turn(now, false), (Log{"publish"}));
  EXPECT_EQ(turn(now, true), (Log{"deadline", "publish"}));
}

TEST_F(DriverTest, UnlessToldToJudgeAnyway) {
  Driver<LoggingSession> hasty{buffers, counters, nullptr, {.drain_before_judging = false}};
  hasty.join(session, link, packet_bytes);
  session.deadline = now;
  hasty.on_turn(now, false);
  EXPECT_EQ(log, (Log{"deadline"}));
}

TEST_F(DriverTest, LargeTurnsGoOutInSeveralBatches) {
  driver.join(session, link, packet_bytes);
  session.packets_left = 70;
  EXPECT_EQ(turn(now), (Log{"send 32", "send 32", "send 6", "publish"}));
  EXPECT_EQ(counters[Counter::packets_sent], 70u);
  EXPECT_EQ(counters[Counter::packets_sent_bytes], 700u);
  EXPECT_EQ(counters[Counter::packets_not_sent], 0u);
  session.packets_left = 32;
  EXPECT_EQ(turn(now), (Log{"send 32", "publish"}));
}

TEST_F(DriverTest, WhatTheLinkDoesNotTakeIsCounted) {
  driver.join(session, link, packet_bytes);
  link.takes = 3;
  session.packets_left = 10;
  turn(now);
  EXPECT_EQ(counters[Counter::packets_sent], 3u);
  EXPECT_EQ(counters[Counter::packets_sent_bytes], 30u);
  EXPECT_EQ(counters[Counter::packets_not_sent], 7u);
}

TEST_F(DriverTest, TroublesOfTheLinkAreCounted) {
  driver.on_trouble(Trouble::packet_not_sent, 2);
  driver.on_trouble(Trouble::receive_stalled, 3);
  driver.on_trouble(Trouble::accept_paused, 4);
  driver.on_trouble(Trouble::completions_overflowed, 5);
  driver.on_trouble(Trouble::receive_failed, 6);
  driver.on_trouble(Trouble::stream_stalled, 7);
  driver.on_trouble(Trouble::stream_cut_off, 8);
  driver.on_trouble(Trouble::wait_refused, 9);
  EXPECT_EQ(counters[Counter::packets_not_sent], 2u);
  EXPECT_EQ(counters[Counter::receive_stalls], 3u);
  EXPECT_EQ(counters[Counter::accept_pauses], 4u);
  EXPECT_EQ(counters[Counter::completion_overflows], 5u);
  EXPECT_EQ(counters[Counter::receive_errors], 6u);
  EXPECT_EQ(counters[Counter::stream_stalls], 7u);
  EXPECT_EQ(counters[Counter::streams_cut_off], 8u);
  EXPECT_EQ(counters[Counter::loop_failures], 9u);
}

TEST_F(DriverTest, EveryOrderIsCarriedOut) {
  driver.join(session, link, packet_bytes);
  using enum LinkOrder::Kind;
  for (const auto kind : {open, write, finish, close, reset, pause, resume}) {
    session.orders.push_back({.kind = kind});
  }
  EXPECT_EQ(turn(now),
            (Log{"open", "write", "finish", "close", "reset", "pause", "resume", "publish"}));
}

TEST_F(DriverTest, StreamNewsReachTheSession) {
  driver.join(session, link, packet_bytes);
  log.clear();
  driver.on_stream_accepted(now, StreamId{1}, {});
  driver.on_stream_opened(now, StreamId{1});
  driver.on_stream_bytes(now, StreamId{1}, {});
  driver.on_stream_written(now, StreamId{1});
  driver.on_stream_peer_finished(now, StreamId{1});
  driver.on_stream_closed(now, StreamId{1}, nullptr);
  EXPECT_EQ(log, (Log{"accepted", "opened", "bytes", "written", "peer finished", "closed"}));
}

TEST_F(DriverTest, ATouchMakesATurnDueUntilItWasMade) {
  driver.join(session, link, packet_bytes);
  EXPECT_LE(driver.next_deadline(), now);  // joining is a touch
  turn(now);
  EXPECT_EQ(driver.next_deadline(), never);
  driver.touch();
  EXPECT_LE(driver.next_deadline(), now);
  EXPECT_EQ(turn(now), (Log{"publish"}));  // and it is not told as a deadline
  EXPECT_EQ(driver.next_deadline(), never);
  driver.touch();
  driver.part();
  EXPECT_EQ(driver.next_deadline(), never);
  EXPECT_EQ(turn(now), Log{});
}

}  // namespace
}  // namespace gossipod::runtime
