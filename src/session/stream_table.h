// StreamTable: all streams of one node: what came in, what the machine opened, what each waits for
// and until when. It turns the machine's orders into the link's, and what the link tells into what
// the machine is told.
//
//   accepted   reading ─ message ─► known ─ write, finish ─► closing ─ written ─► gone
//                 └─ cannot be unwrapped ─ error reply ─────────┘
//   dialed     connecting ─ opened ─► known, reading ─ message, finish ─► (closing) ─► gone
//
// The machine knows a dialed stream from its order on, an accepted one from its message on. What it
// knows it is told the end of, once: after `finish` when everything is written, before it as an
// error. Of what it resets it hears no more.
//
// When there are too many, a newcomer takes the place of one that has not said anything whole yet,
// or else of one that does not read what it is answered.
//
// Bounds: number of accepted streams, the bytes they hold, and those on their way to them, in all
// and per source; a deadline for every phase. Threads: the session's.
#pragma once

#include <gossipod/error.h>
#include <gossipod/session/session.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/reporter.h"
#include "base/source.h"
#include "envelope/envelope.h"
#include "session/budget.h"
#include "session/shared_charges.h"
#include "session/sources.h"
#include "session/stream_input.h"
#include "session/stream_output.h"
#include "swim/fifo.h"

namespace gossipod::session {

class StreamTable {
 public:
  StreamTable(envelope::Envelope& envelope, Reporter& reporter, Entropy* entropy,
              const Config& config)
      : envelope_{envelope},
        reporter_{reporter},
        output_{envelope, entropy, config.compression},
        timeout_{config.stream_timeout},
        sources_{config} {}

  // What the machine is to be told about a stream.
  struct Told {
    enum class Kind : std::uint8_t { nothing, opened, message, closed };
    Kind kind = Kind::nothing;
    StreamId stream{};
    Endpoint from{};                               // message
    const wire::StreamMessage* message = nullptr;  // good until release()
    std::optional<Error> error{};                  // closed; none: it came to its end
  };

  // --- Inputs, from the link
  [[nodiscard]] Told accepted(TimePoint now, StreamId id, const Endpoint& from);
  [[nodiscard]] Told opened(TimePoint now, StreamId id);
  [[nodiscard]] Told arrived(TimePoint now, StreamId id, Bytes bytes);
  [[nodiscard]] Told written(TimePoint now, StreamId id);
  [[nodiscard]] Told peer_finished(TimePoint now, StreamId id);
  [[nodiscard]] Told closed(TimePoint now, StreamId id, const Error* why);
  // Gives up one stream whose time is over; none: no more. Its Told may be nothing.
  [[nodiscard]] std::optional<Told> expire(TimePoint now);
  void release(StreamId id);  // the message that was told is done with

  // --- Input, from the machine; output, for the link
  [[nodiscard]] Told order(TimePoint now, const swim::StreamOrder& order);
  [[nodiscard]] std::optional<LinkOrder> poll();

  [[nodiscard]] TimePoint next_deadline() const;
  [[nodiscard]] std::size_t size() const { return streams_.size(); }
  [[nodiscard]] std::size_t unheard() const { return unheard_; }

 private:
  // What the accepted streams of one source have together.
  struct Share {
    explicit Share(Budget& whole) : bytes{limits::streams_buffered_per_source_max, &whole} {}
    Budget bytes;
    Budget written{limits::streams_written_per_source_max};
    SharedCharges unwritten{written};
    std::size_t streams = 0;
  };
  struct Stream {
    Stream(StreamId stream, const Endpoint& to_or_from, envelope::Envelope& envelope,
           Budget& budget)
        : id{stream}, peer{to_or_from}, input{stream.incoming(), envelope, budget} {}

    StreamId id;
    Endpoint peer;
    TimePoint deadline = never;
    TimePoint latest = never;  // dialed: for everything
    StreamInput input;
    Share* share = nullptr;              // accepted: of its source
    std::vector<SharedBytes> unwritten;  // charged until the link has written everything
    bool connecting = false;
    bool greeted = false;    // a label is not, or no longer, to be sent
    bool known = false;      // to the machine
    bool reading = true;     // its message is still to come
    bool writing = false;    // the link has not written everything yet
    bool finishing = false;  // to be closed when it is written
  };
  using Streams = std::map<std::uint32_t, Stream>;

  [[nodiscard]] Stream* find(StreamId id);
  [[nodiscard]] Told read(TimePoint now, Stream& stream, Bytes bytes, bool last);
  [[nodiscard]] std::optional<Told> make_room(TimePoint now, std::size_t newcomers_share);
  Told turn_away(TimePoint now, StreamId id, const Endpoint& from, Counter reason);
  void open(TimePoint now, const swim::StreamOrder& order);
  // Why not, if so.
  [[nodiscard]] std::optional<Counter> write(TimePoint now, Stream& stream,
                                             const SharedBytes& message);
  [[nodiscard]] std::optional<Counter> hold(Stream& stream, const SharedBytes& bytes);
  void let_go(Stream& stream);
  void reply_error(TimePoint now, Stream& stream, std::string_view text);
  [[nodiscard]] Told end(Stream& stream);
  [[nodiscard]] Told give_up(TimePoint now, Stream& stream, Counter reason, Error why);
  void drop(TimePoint now, const Endpoint& from, Counter reason);
  void hand_over(Stream& stream, SharedBytes bytes);
  void push(LinkOrder::Kind kind, StreamId id) { orders_.push({.kind = kind, .stream = id}); }
  void set_deadline(Stream& stream, TimePoint deadline);
  void stop_reading(Stream& stream);
  void erase(Stream& stream);

  envelope::Envelope& envelope_;
  Reporter& reporter_;
  StreamOutput output_;
  Duration timeout_;
  Budget budget_{limits::streams_buffered_max};
  Budget written_{limits::streams_written_max};
  SharedCharges unwritten_{written_};
  std::map<Source, Share> shares_;  // outlives the streams, which charge it
  Streams streams_;
  std::size_t accepted_ = 0;
  std::size_t unheard_ = 0;  // of these, those whose message is still to come
  swim::Fifo<LinkOrder, (1 << 10)> orders_;
  // The earliest deadline; looked for again only when the stream that had it changes.
  mutable TimePoint earliest_ = never;
  mutable bool earliest_known_ = true;
  Sources sources_;
};

}  // namespace gossipod::session
