// Driver: joins one session to one link. It is the sink of the link, and it owns the order of a
// turn: everything that arrived goes in; then deadlines are judged; then packets and orders go out
// until there are none; then the turn is published, once.
//
// Deadlines wait while datagrams wait: the ack that saves an accused member may be among them. But
// not for ever, or a flood could stop the clock.
//
// Threads: the loop's. Ownership: session and link are the caller's and outlive their time here.
// Allocates nothing.
#pragma once

#include <gossipod/assert.h>
#include <gossipod/limits.h>
#include <gossipod/link.h>
#include <gossipod/session/session.h>
#include <gossipod/stats.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>

#include "runtime/turn_buffers.h"

namespace gossipod::runtime {

struct DriverOptions {
  // Judge no deadline while more datagrams wait. Off only to measure what it is good for.
  bool drain_before_judging = true;
};

template <class Session>
class Driver final : public Sink {
 public:
  // Called once at the end of each turn; must not destroy the driver.
  using Publish = std::function<void(TimePoint)>;

  Driver(TurnBuffers& buffers, Counters& counters, Publish publish, DriverOptions options = {})
      : buffers_{buffers}, counters_{counters}, publish_{std::move(publish)}, options_{options} {}
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // The session is made after the link, because it must know the port: so the two are joined later
  // than the link is attached. Until then nothing happens. Then tell Loop::reschedule.
  void join(Session& session, Link& link, std::size_t packet_bytes) {
    buffers_.fit(packet_bytes);
    session_ = &session;
    link_ = &link;
    touched_ = true;
  }
  // From now on the sink is deaf: for the time between the end of the session and of the link.
  void part() {
    session_ = nullptr;
    link_ = nullptr;
  }

  // The session was called outside of a turn, so its outputs wait: a turn is due at once. To be
  // followed by Loop::reschedule.
  void touch() { touched_ = true; }

  // --- Sink
  void on_packets(TimePoint now, std::span<RxDatagram> batch) noexcept override {
    if (!touch_if_joined()) return;
    for (const RxDatagram& datagram : batch) session_->on_packet(now, datagram);
  }
  void on_stream_accepted(TimePoint now, StreamId stream, const Endpoint& from) noexcept override {
    if (touch_if_joined()) session_->on_stream_accepted(now, stream, from);
  }
  void on_stream_opened(TimePoint now, StreamId stream) noexcept override {
    if (touch_if_joined()) session_->on_stream_opened(now, stream);
  }
  void on_stream_bytes(TimePoint now, StreamId stream, Bytes bytes) noexcept override {
    if (touch_if_joined()) session_->on_stream_bytes(now, stream, bytes);
  }
  void on_stream_written(TimePoint now, StreamId stream) noexcept override {
    if (touch_if_joined()) session_->on_stream_written(now, stream);
  }
  void on_stream_peer_finished(TimePoint now, StreamId stream) noexcept override {
    if (touch_if_joined()) session_->on_stream_peer_finished(now, stream);
  }
  void on_stream_closed(TimePoint now, StreamId stream, const Error* why) noexcept override {
    if (touch_if_joined()) session_->on_stream_closed(now, stream, why);
  }

  void on_trouble(Trouble trouble, std::uint64_t times) noexcept override {
    switch (trouble) {
      case Trouble::packet_not_sent:
        return counters_.add(Counter::packets_not_sent, times);
      case Trouble::receive_stalled:
        return counters_.add(Counter::receive_stalls, times);
      case Trouble::receive_failed:
        return counters_.add(Counter::receive_errors, times);
      case Trouble::stream_stalled:
        return counters_.add(Counter::stream_stalls, times);
      case Trouble::stream_cut_off:
        return counters_.add(Counter::streams_cut_off, times);
      case Trouble::accept_paused:
        return counters_.add(Counter::accept_pauses, times);
      case Trouble::completions_overflowed:
        return counters_.add(Counter::completion_overflows, times);
      case Trouble::wait_refused:
        return counters_.add(Counter::loop_failures, times);
    }
  }

  void on_turn(TimePoint now, bool drained) noexcept override {
    if (session_ == nullptr) return;
    touched_ = false;
    if (may_judge(drained) && session_->next_deadline() <= now) session_->on_deadline(now);
    do {
      send_packets(now);
    } while (carry_out_orders(now));
    if (publish_) publish_(now);
  }

  [[nodiscard]] TimePoint next_deadline() const noexcept override {
    if (session_ == nullptr) return never;
    return touched_ ? TimePoint::min() : session_->next_deadline();
  }

 private:
  // What arrived makes a turn due: whoever delivers without giving one only has to ask for it.
  bool touch_if_joined() {
    touched_ = session_ != nullptr;
    return touched_;
  }

  bool may_judge(bool drained) {
    if (drained || !options_.drain_before_judging ||
        undrained_turns_ == limits::undrained_turns_max) {
      undrained_turns_ = 0;
      return true;
    }
    ++undrained_turns_;
    return false;
  }

  void send_packets(TimePoint now) {
    std::vector<TxDatagram>& batch = buffers_.batch();
    do {
      batch.clear();
      while (batch.size() < TurnBuffers::frames) {
        const std::size_t index = batch.size();
        auto packet = session_->poll_packet(now, buffers_.frame(index));
        if (!packet) break;
        packet->to.name = buffers_.keep_name(index, packet->to.name);
        batch.push_back(*packet);
      }
      if (!batch.empty()) hand_over(batch);
    } while (batch.size() == TurnBuffers::frames);
  }

  void hand_over(std::span<const TxDatagram> batch) {
    const std::size_t taken = link_->send(batch);
    GOSSIPOD_ASSERT(taken <= batch.size());
    std::uint64_t bytes = 0;
    for (const TxDatagram& packet : batch.first(taken)) bytes += packet.bytes.size();
    counters_.add(Counter::packets_sent, taken);
    counters_.add(Counter::packets_sent_bytes, bytes);
    counters_.add(Counter::packets_not_sent, batch.size() - taken);
  }

  // False if there was none.
  bool carry_out_orders(TimePoint now) {
    bool any = false;
    while (auto order = session_->poll_link(now)) {
      carry_out(*order);
      any = true;
    }
    return any;
  }

  void carry_out(session::LinkOrder& order) {
    using Kind = session::LinkOrder::Kind;
    switch (order.kind) {
      case Kind::open:
        return link_->open(order.stream, order.peer);
      case Kind::write:
        return link_->write(order.stream, std::move(order.bytes));
      case Kind::finish:
        return link_->finish(order.stream);
      case Kind::close:
        return link_->close(order.stream);
      case Kind::reset:
        return link_->reset(order.stream);
      case Kind::pause:
        return link_->pause(order.stream, true);
      case Kind::resume:
        return link_->pause(order.stream, false);
    }
  }

  TurnBuffers& buffers_;
  Counters& counters_;
  Publish publish_;
  DriverOptions options_;
  Session* session_ = nullptr;
  Link* link_ = nullptr;
  bool touched_ = false;
  std::uint32_t undrained_turns_ = 0;  // running
};

}  // namespace gossipod::runtime
