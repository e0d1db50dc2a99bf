// Alarm: one point in time at which a loop calls a function, for whoever is no sink himself.
//
// Threads: the loop's. The loop must outlive it. It may be set again, and destroyed, by the
// function it calls.
#pragma once

#include <gossipod/loop.h>

#include <functional>
#include <memory>
#include <utility>

namespace gossipod::runtime {

class Alarm {
 public:
  using Ring = std::function<void(TimePoint now)>;

  Alarm(Loop& loop, Ring ring) : loop_{loop}, clock_{std::move(ring)}, turns_{loop.drive(clock_)} {}
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  // Once, then; `never` takes that back.
  void set(TimePoint at) {
    clock_.at = at;
    loop_.reschedule(clock_);
  }
  [[nodiscard]] TimePoint at() const { return clock_.at; }

 private:
  struct Clock final : Sink {
    explicit Clock(Ring what) : ring{std::make_shared<Ring>(std::move(what))} {}
    void on_packets(TimePoint, std::span<RxDatagram>) noexcept override {}
    void on_stream_accepted(TimePoint, StreamId, const Endpoint&) noexcept override {}
    void on_stream_opened(TimePoint, StreamId) noexcept override {}
    void on_stream_bytes(TimePoint, StreamId, Bytes) noexcept override {}
    void on_stream_written(TimePoint, StreamId) noexcept override {}
    void on_stream_peer_finished(TimePoint, StreamId) noexcept override {}
    void on_stream_closed(TimePoint, StreamId, const Error*) noexcept override {}
    void on_turn(TimePoint now, bool) noexcept override {
      if (now < at) return;
      at = never;
      const auto held = ring;  // it may destroy us
      (*held)(now);
    }
    [[nodiscard]] TimePoint next_deadline() const noexcept override { return at; }

    std::shared_ptr<Ring> ring;
    TimePoint at = never;
  };

  Loop& loop_;
  Clock clock_;
  std::unique_ptr<Loop::Turns> turns_;  // ends before the clock
};

}  // namespace gossipod::runtime
