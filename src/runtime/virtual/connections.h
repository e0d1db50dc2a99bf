// Connections: the streams of the virtual network, as a kernel's TCP keeps them: bytes in order, a
// window that a slow reader closes, half closes, resets, and repetition while a path is cut.
//
// A connection has two sides; side 0 opened it. What one side sends travels in segments; a segment
// never overtakes another of its direction. A side that was closed by its link goes on alone for a
// while: it sends what was written, throws away what comes, and is reset if the other side does not
// finish in time.
//
// Threads: one. Small allocations per connection; none while there are none.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/link.h>
#include <gossipod/time.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "runtime/virtual/world.h"

namespace gossipod::runtime {

class Connections {
 public:
  explicit Connections(World& world) : world_{world} {}

  // --- Link's verbs. Of a stream that is gone they are ignored.
  void open(LinkRef link, StreamId stream, const Endpoint& to);
  void write(LinkRef link, StreamId stream, SharedBytes bytes);
  void finish(LinkRef link, StreamId stream);
  void close(LinkRef link, StreamId stream);
  void reset(LinkRef link, StreamId stream);
  void pause(LinkRef link, StreamId stream, bool paused);
  void abandon_all(LinkRef link);  // the link is gone

  // --- From the world
  void arrive(std::uint32_t segment);
  void retry(EndRef end);
  void linger_is_over(EndRef end);
  // Tells the link's sink what there is to tell.
  void deliver(LinkRef link);

 private:
  enum class What : std::uint8_t { connect, accept, refuse, data, finish, reset };
  struct Segment {
    What what = What::data;
    EndRef to;
    SharedBytes bytes;
    std::size_t offset = 0;
    std::size_t size = 0;
  };

  struct End {
    Endpoint endpoint;
    LinkRef link;
    StreamId stream;
    bool attached = false;   // its link still wants to hear of it
    bool connected = false;  // may send
    bool over = false;       // sends and takes nothing any more

    bool accepted = false;  // to be told
    bool opened = false;    // to be told
    bool written = false;   // to be told
    std::optional<Error> broken;
    bool eventful = false;  // is in its link's list

    std::deque<SharedBytes> unsent;
    std::size_t unsent_offset = 0;  // in the first
    std::size_t in_flight = 0;      // bytes sent and not yet taken by the other side's sink
    bool finish_wanted = false;
    bool finish_sent = false;
    TimePoint last_arrival = TimePoint::min();  // of what it sent
    std::deque<Segment> parked;                 // not sent: the path is cut
    Duration back_off{};

    std::deque<Segment> received;
    bool paused = false;
    bool peer_finish_seen = false;
  };
  struct Connection {
    std::uint32_t generation = 0;
    End ends[2];
  };

  [[nodiscard]] End* find(EndRef ref);
  [[nodiscard]] std::optional<EndRef> find(LinkRef link, StreamId stream);
  [[nodiscard]] static EndRef other(EndRef ref) {
    return {ref.connection, ref.generation, 1 - ref.side};
  }

  void send(EndRef from, What what, SharedBytes bytes = {}, std::size_t offset = 0,
            std::size_t size = 0);
  void travel(EndRef from, Segment segment);
  void pump(EndRef ref);
  void eventful(EndRef ref);
  void accept(EndRef ref);
  void take(EndRef ref, Segment segment);
  void discard(EndRef ref, const Segment& segment);
  void taken(EndRef ref, std::size_t bytes);

  void tell(EndRef ref);
  bool tell_received(EndRef ref);
  void detach(EndRef ref);
  void conclude(EndRef ref);
  void end_if_flushed(EndRef ref);
  void abort(EndRef ref);

  World& world_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::uint32_t> free_connections_;
  std::vector<Segment> segments_;  // on their way
  std::vector<std::uint32_t> free_segments_;
};

}  // namespace gossipod::runtime
