// Connections, the other half: what the sinks are told, and how a connection ends.
#include <algorithm>
#include <utility>

#include "runtime/virtual/connections.h"

namespace gossipod::runtime {

// --- Telling the sink

void Connections::deliver(LinkRef link) {
  VirtualPort* port = world_.port(link);
  if (port == nullptr || port->eventful.empty()) return;
  const std::vector<EndRef> eventful = std::exchange(port->eventful, {});
  for (const EndRef ref : eventful) {
    End* end = find(ref);
    if (end == nullptr) continue;
    end->eventful = false;
    tell(ref);
  }
}

// After every call to the sink everything may be different: the stream closed, the link gone.
void Connections::tell(EndRef ref) {
  const auto alive = [&] {
    End* end = find(ref);
    return end != nullptr && end->attached ? end : nullptr;
  };
  End* end = alive();
  if (end == nullptr) return;
  Sink& sink = *world_.port(end->link)->sink;
  const StreamId stream = end->stream;
  const TimePoint now = world_.now();
  if (std::exchange(end->accepted, false)) {
    sink.on_stream_accepted(now, stream, find(other(ref))->endpoint);
    if ((end = alive()) == nullptr) return;
  }
  if (std::exchange(end->opened, false)) {
    sink.on_stream_opened(now, stream);
    if ((end = alive()) == nullptr) return;
  }
  if (!tell_received(ref)) return;
  if (std::exchange(end->written, false)) {
    sink.on_stream_written(now, stream);
    if ((end = alive()) == nullptr) return;
  }
  const bool done = end->peer_finish_seen && end->finish_sent;
  if (!end->broken && !done) return;
  const std::optional<Error> why = std::move(end->broken);
  detach(ref);
  if (why) {
    conclude(ref);
  } else {
    end_if_flushed(ref);
  }
  sink.on_stream_closed(now, stream, why ? &*why : nullptr);
}

// False if there is nothing more to tell about it.
bool Connections::tell_received(EndRef ref) {
  for (;;) {
    End* end = find(ref);
    if (end == nullptr || !end->attached) return false;
    if (end->paused || end->received.empty()) return true;
    const Segment segment = std::move(end->received.front());
    end->received.pop_front();
    Sink& sink = *world_.port(end->link)->sink;
    const StreamId stream = end->stream;
    if (segment.what == What::finish) {
      end->peer_finish_seen = true;
      sink.on_stream_peer_finished(world_.now(), stream);
      continue;
    }
    const Bytes bytes = Bytes{*segment.bytes}.subspan(segment.offset, segment.size);
    world_.trace().add(world_.now(), find(other(ref))->endpoint, end->endpoint, bytes);
    taken(ref, segment.size);
    sink.on_stream_bytes(world_.now(), stream, bytes);
  }
}

// --- Ends

// No call about it follows.
void Connections::detach(EndRef ref) {
  End& end = *find(ref);
  if (!end.attached) return;
  end.attached = false;
  world_.port(end.link)->streams.erase(end.stream.value());
}

// The side is over; the connection, when both are.
void Connections::conclude(EndRef ref) {
  End& end = *find(ref);
  end.over = true;
  end.unsent.clear();
  end.parked.clear();
  end.received.clear();
  Connection& connection = *connections_[ref.connection];
  const End& peer = connection.ends[1 - ref.side];
  const bool unheard = ref.side == 0 && !peer.attached && !peer.over && !peer.connected;
  if (!peer.over && !unheard) return;
  const std::uint32_t generation = connection.generation + 1;
  connection = Connection{};
  connection.generation = generation;
  free_connections_.push_back(ref.connection);
}

// A side that its link left ends when all is sent and the other side has finished too.
void Connections::end_if_flushed(EndRef ref) {
  End& end = *find(ref);
  const bool flushed = end.unsent.empty() && end.finish_sent && end.in_flight == 0;
  if (!end.attached && !end.over && flushed && end.peer_finish_seen) conclude(ref);
}

void Connections::linger_is_over(EndRef ref) {
  const End* end = find(ref);
  if (end == nullptr || end->attached || end->over) return;
  abort(ref);
}

void Connections::abort(EndRef ref) {
  detach(ref);
  find(ref)->parked.clear();
  const End& peer = *find(other(ref));
  if (!peer.over) send(ref, What::reset);
  conclude(ref);
}

}  // namespace gossipod::runtime
