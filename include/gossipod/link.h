// Link: one node's sockets, a datagram socket and a stream listener on one port, and Sink, the node
// as its link sees it.
//
// The seam is completion-shaped: what arrives is *delivered* in batches, what leaves is handed over
// in one batch a turn, and bytes on their way out have owners. A reactor can be bent to it; a
// completion queue fits it. It knows nothing of members or messages.
//
// A transport of your own is a Link of your own, made by a LinkFactory (loop.h, Parts). It delivers
// to its sink when something has arrived, and then calls Loop::reschedule(sink): the turn, on_turn,
// comes from the loop, and so do those for deadlines.
//
// Threads: everything here happens on the loop's thread.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/endpoint.h>
#include <gossipod/error.h>
#include <gossipod/numbers.h>
#include <gossipod/time.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace gossipod::inline v0 {

// A name rides along, so that links that need one (TLS, QUIC) can exist; it may be empty.
struct Peer {
  Endpoint endpoint;
  std::string_view name;
};

struct Arrival {
  Endpoint from;
  TimePoint at;  // by the kernel, if it tells, for round trips; never after the turn's now
  bool piggyback = false;  // of a message, said by the session: it is not its packet's first
};
struct RxDatagram {
  Arrival arrival;
  MutableBytes bytes;      // the link's; writable: it may be decrypted where it lies
  bool truncated = false;  // it was longer than the link could take
};
struct TxDatagram {
  Peer to;
  Bytes bytes;
};

// What a link has to cope with, for the counters; none of it needs an answer.
enum class Trouble : std::uint8_t {
  packet_not_sent,         // one that send() took
  receive_stalled,         // datagrams wait in the socket: no buffer was free, or it had its share
  receive_failed,          // an error instead of datagrams
  stream_stalled,          // the bytes of a stream wait in its socket: no buffer was free
  stream_cut_off,          // closed, and reset before the peer took all: too many waited so
  accept_paused,           // no descriptors left, or connections are refused to us
  completions_overflowed,  // of the loop
  wait_refused,            // of the loop: the kernel let it not wait for anything
};

// Called by the link. A stream that ended or failed is gone: no call about it follows.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void on_packets(TimePoint now, std::span<RxDatagram> batch) noexcept = 0;

  virtual void on_stream_accepted(TimePoint now, StreamId stream,
                                  const Endpoint& from) noexcept = 0;
  virtual void on_stream_opened(TimePoint now, StreamId stream) noexcept = 0;
  virtual void on_stream_bytes(TimePoint now, StreamId stream, Bytes bytes) noexcept = 0;
  // All that was handed to write() is with the operating system.
  virtual void on_stream_written(TimePoint now, StreamId stream) noexcept = 0;
  // The peer sends no more; we still may.
  virtual void on_stream_peer_finished(TimePoint now, StreamId stream) noexcept = 0;
  // Both directions are done, or it broke.
  virtual void on_stream_closed(TimePoint now, StreamId stream, const Error* why) noexcept = 0;

  virtual void on_trouble(Trouble, std::uint64_t /*times*/) noexcept {}

  // That was all there was: judge deadlines, send, publish. `drained` is false if the link stopped
  // taking because of its quota and more is waiting.
  virtual void on_turn(TimePoint now, bool drained) noexcept = 0;
  // When on_turn is due at the latest, even if nothing arrives.
  [[nodiscard]] virtual TimePoint next_deadline() const noexcept = 0;
};

// Destroying a link detaches it; no call to its sink follows.
class Link {
 public:
  virtual ~Link() = default;

  [[nodiscard]] virtual Endpoint local() const = 0;
  [[nodiscard]] virtual std::size_t datagram_bytes_max() const = 0;
  [[nodiscard]] virtual bool secured() const = 0;  // TLS, QUIC: no need to seal
  // Whether datagrams leave from local(), so that an answer to where they came from finds us.
  [[nodiscard]] virtual bool sends_from_local() const { return false; }

  // Takes a prefix of the batch and returns its length; the bytes are borrowed for the call. The
  // rest is dropped: SWIM expects loss, and a queue here would only hide it.
  virtual std::size_t send(std::span<const TxDatagram> batch) = 0;

  // The outcome is told by on_stream_opened or on_stream_closed, never from inside this call.
  virtual void open(StreamId stream, const Peer& to) = 0;
  // Appends; the link keeps `bytes` until they are written.
  virtual void write(StreamId stream, SharedBytes bytes) = 0;
  // Sends no more after what was written (half close); still reads.
  virtual void finish(StreamId stream) = 0;
  // Done with it, in both directions: what was written still goes out (in the background, for a
  // bounded time); no call about it follows.
  virtual void close(StreamId stream) = 0;
  // Gone at once; no call about it follows.
  virtual void reset(StreamId stream) = 0;
  // Stops and restarts delivery: the back-pressure of a reader that is slow.
  virtual void pause(StreamId stream, bool paused) = 0;
};

}  // namespace gossipod::inline v0
