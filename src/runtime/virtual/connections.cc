#include "runtime/virtual/connections.h"

#include <gossipod/assert.h>

#include <algorithm>
#include <string>
#include <utility>

namespace gossipod::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t segment_bytes_max = 64 << 10;
constexpr std::size_t window_bytes = 256 << 10;
constexpr Duration repeat_first = milliseconds{200};
constexpr Duration repeat_longest = seconds{8};
constexpr Duration linger_longest = seconds{10};

}  // namespace

// --- Finding

Connections::End* Connections::find(EndRef ref) {
  Connection& connection = *connections_[ref.connection];
  return connection.generation == ref.generation ? &connection.ends[ref.side] : nullptr;
}

std::optional<EndRef> Connections::find(LinkRef link, StreamId stream) {
  VirtualPort* port = world_.port(link);
  if (port == nullptr) return std::nullopt;
  const auto found = port->streams.find(stream.value());
  if (found == port->streams.end()) return std::nullopt;
  return found->second;
}

void Connections::eventful(EndRef ref) {
  End& end = *find(ref);
  if (!end.attached) return;
  if (!end.eventful) world_.port(end.link)->eventful.push_back(ref);
  end.eventful = true;
  world_.mark_ready(end.link);
}

// --- The link's verbs

void Connections::open(LinkRef link, StreamId stream, const Endpoint& to) {
  VirtualPort* port = world_.port(link);
  if (port == nullptr) return;
  GOSSIPOD_ASSERT(!port->streams.contains(stream.value()));
  std::uint32_t index = 0;
  if (free_connections_.empty()) {
    index = static_cast<std::uint32_t>(connections_.size());
    connections_.push_back(std::make_unique<Connection>());
  } else {
    index = free_connections_.back();
    free_connections_.pop_back();
  }
  Connection& connection = *connections_[index];
  const EndRef ref{index, connection.generation, 0};
  End& end = connection.ends[0];
  end.endpoint = port->local;
  end.link = link;
  end.stream = stream;
  end.attached = true;
  connection.ends[1].endpoint = to;
  port->streams.emplace(stream.value(), ref);
  send(ref, What::connect);
}

void Connections::write(LinkRef link, StreamId stream, SharedBytes bytes) {
  const auto ref = find(link, stream);
  if (!ref) return;
  End& end = *find(*ref);
  GOSSIPOD_ASSERT(!end.finish_wanted);
  if (bytes && !bytes->empty()) end.unsent.push_back(std::move(bytes));
  end.written = end.unsent.empty();
  if (end.written) eventful(*ref);
  pump(*ref);
}

void Connections::finish(LinkRef link, StreamId stream) {
  const auto ref = find(link, stream);
  if (!ref) return;
  find(*ref)->finish_wanted = true;
  pump(*ref);
}

void Connections::close(LinkRef link, StreamId stream) {
  const auto ref = find(link, stream);
  if (!ref) return;
  End& end = *find(*ref);
  const bool hopeless = end.broken.has_value();
  detach(*ref);
  if (hopeless) return conclude(*ref);
  end.finish_wanted = true;
  WorldEvent event{.at = world_.now() + linger_longest, .kind = WorldEvent::Kind::linger};
  event.index = ref->connection;
  event.generation = ref->generation;
  event.side = ref->side;
  world_.schedule(event);
  while (!end.received.empty()) {
    const Segment segment = std::move(end.received.front());
    end.received.pop_front();
    discard(*ref, segment);
  }
  pump(*ref);
  end_if_flushed(*ref);
}

void Connections::reset(LinkRef link, StreamId stream) {
  if (const auto ref = find(link, stream)) abort(*ref);
}

void Connections::pause(LinkRef link, StreamId stream, bool paused) {
  const auto ref = find(link, stream);
  if (!ref) return;
  find(*ref)->paused = paused;
  if (!paused) eventful(*ref);
}

void Connections::abandon_all(LinkRef link) {
  VirtualPort& port = *world_.port(link);
  while (!port.streams.empty()) abort(port.streams.begin()->second);
}

// --- The way of a segment

void Connections::send(EndRef from, What what, SharedBytes bytes, std::size_t offset,
                       std::size_t size) {
  End& end = *find(from);
  Segment segment{what, other(from), std::move(bytes), offset, size};
  const bool passes = world_.weather().passes(end.endpoint, find(segment.to)->endpoint);
  if (passes && end.parked.empty()) return travel(from, std::move(segment));
  if (what == What::reset) return;  // said once, and not heard
  end.parked.push_back(std::move(segment));
  if (end.parked.size() > 1) return;
  end.back_off = repeat_first;
  WorldEvent event{.at = world_.now() + end.back_off, .kind = WorldEvent::Kind::retry};
  event.index = from.connection;
  event.generation = from.generation;
  event.side = from.side;
  world_.schedule(event);
}

void Connections::retry(EndRef ref) {
  End* end = find(ref);
  if (end == nullptr || end->parked.empty()) return;
  if (world_.weather().passes(end->endpoint, find(other(ref))->endpoint)) {
    while (!end->parked.empty()) {
      travel(ref, std::move(end->parked.front()));
      end->parked.pop_front();
    }
    return;
  }
  end->back_off = std::min(2 * end->back_off, repeat_longest);
  WorldEvent event{.at = world_.now() + end->back_off, .kind = WorldEvent::Kind::retry};
  event.index = ref.connection;
  event.generation = ref.generation;
  event.side = ref.side;
  world_.schedule(event);
}

void Connections::travel(EndRef from, Segment segment) {
  End& end = *find(from);
  TimePoint at = world_.now() + world_.weather().latency();
  if (world_.weather().loses()) at += repeat_first;
  at = end.last_arrival = std::max(at, end.last_arrival);
  std::uint32_t index = 0;
  if (free_segments_.empty()) {
    index = static_cast<std::uint32_t>(segments_.size());
    segments_.push_back(std::move(segment));
  } else {
    index = free_segments_.back();
    free_segments_.pop_back();
    segments_[index] = std::move(segment);
  }
  WorldEvent event{.at = at, .kind = WorldEvent::Kind::segment};
  event.index = index;
  world_.schedule(event);
}

// Sends as much as the window lets through.
void Connections::pump(EndRef ref) {
  End& end = *find(ref);
  if (!end.connected || end.over || end.broken) return;
  while (!end.unsent.empty() && end.in_flight < window_bytes) {
    const SharedBytes bytes = end.unsent.front();
    const std::size_t offset = end.unsent_offset;
    const std::size_t size = std::min(bytes->size() - offset, segment_bytes_max);
    end.in_flight += size;
    end.unsent_offset += size;
    if (end.unsent_offset == bytes->size()) {
      end.unsent.pop_front();
      end.unsent_offset = 0;
      end.written = end.unsent.empty();
    }
    send(ref, What::data, bytes, offset, size);
  }
  if (end.written) eventful(ref);
  if (end.unsent.empty() && end.finish_wanted && !end.finish_sent) {
    end.finish_sent = true;
    send(ref, What::finish);
    if (end.peer_finish_seen) eventful(ref);
  }
}

void Connections::arrive(std::uint32_t index) {
  Segment segment = std::move(segments_[index]);
  free_segments_.push_back(index);
  const EndRef ref = segment.to;
  End* end = find(ref);
  if (end == nullptr) return;
  switch (segment.what) {
    case What::connect:
      return accept(ref);
    case What::accept:
      end->connected = true;
      end->opened = true;
      eventful(ref);
      pump(ref);
      return end_if_flushed(ref);
    case What::refuse:
    case What::reset:
      if (!end->attached) return conclude(ref);
      end->broken = Error{Errc::connection_failed, "",
                          to_string(find(other(ref))->endpoint) +
                              (segment.what == What::refuse ? ": connection refused"
                                                            : ": connection reset by peer")};
      return eventful(ref);
    case What::data:
    case What::finish:
      return take(ref, std::move(segment));
  }
}

void Connections::accept(EndRef ref) {
  End& end = *find(ref);
  const auto link = world_.find(end.endpoint);
  if (!link) {
    send(ref, What::refuse);
    return conclude(ref);
  }
  VirtualPort& port = *world_.port(*link);
  std::uint32_t number = 0;
  do {
    number = port.next_incoming++ | StreamId::incoming_bit;
  } while (port.streams.contains(number));
  end.link = *link;
  end.stream = StreamId{number};
  end.attached = true;
  end.connected = true;
  end.accepted = true;
  port.streams.emplace(number, ref);
  send(ref, What::accept);
  eventful(ref);
}

void Connections::take(EndRef ref, Segment segment) {
  End& end = *find(ref);
  if (end.over) return send(ref, What::reset);
  if (!end.attached) return discard(ref, segment);
  end.received.push_back(std::move(segment));
  eventful(ref);
}

void Connections::discard(EndRef ref, const Segment& segment) {
  if (segment.what == What::data) return taken(ref, segment.size);
  find(ref)->peer_finish_seen = true;
  end_if_flushed(ref);
}

// So many bytes left the window of the other side.
void Connections::taken(EndRef ref, std::size_t bytes) {
  const EndRef sender = other(ref);
  End* end = find(sender);
  if (end == nullptr) return;
  end->in_flight -= bytes;
  pump(sender);
  if (find(sender) != nullptr) end_if_flushed(sender);
}

}  // namespace gossipod::runtime
