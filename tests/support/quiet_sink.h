// QuietSink: does nothing, whatever it is told. For tests about one or two of a sink's calls.
#pragma once

#include <gossipod/link.h>

namespace gossipod::test {

struct QuietSink : Sink {
  void on_packets(TimePoint, std::span<RxDatagram>) noexcept override {}
  void on_stream_accepted(TimePoint, StreamId, const Endpoint&) noexcept override {}
  void on_stream_opened(TimePoint, StreamId) noexcept override {}
  void on_stream_bytes(TimePoint, StreamId, Bytes) noexcept override {}
  void on_stream_written(TimePoint, StreamId) noexcept override {}
  void on_stream_peer_finished(TimePoint, StreamId) noexcept override {}
  void on_stream_closed(TimePoint, StreamId, const Error*) noexcept override {}
  void on_turn(TimePoint, bool) noexcept override {}
  [[nodiscard]] TimePoint next_deadline() const noexcept override { return never; }
};

}  // namespace gossipod::test
