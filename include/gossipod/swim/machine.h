// Machine: what a session can turn. swim::Node is one; a layer on top that owns a Node and is its
// delegate is another, and gets envelope, streams, loops and the simulator for nothing.
#pragma once

#include <gossipod/swim/node.h>

#include <concepts>

namespace gossipod::swim {

template <class M>
concept Machine = std::move_constructible<M> &&
    requires(M machine, const M& still, TimePoint now, const Arrival& arrival,
             const wire::Message& message, StreamId stream, const Endpoint& from,
             const wire::StreamMessage& stream_message, const Error* why, MutableBytes out) {
  typename M::Event;
  machine.on_message(now, arrival, message);
  machine.on_stream_opened(now, stream);
  machine.on_stream_message(now, stream, from, stream_message);
  machine.on_stream_closed(now, stream, why);
  machine.on_deadline(now);
  { machine.poll_transmit(now, out) } -> std::same_as<std::optional<Transmit>>;
  { machine.poll_stream() } -> std::same_as<std::optional<StreamOrder>>;
  { machine.poll_event() } -> std::same_as<std::optional<typename M::Event>>;
  { still.next_deadline() } -> std::same_as<TimePoint>;
};

}  // namespace gossipod::swim
