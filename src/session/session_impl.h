// The path of a packet and of a stream through one node, from end to end, for any machine.
//
//   on_packet         datagram → PacketPath::open (label, key, CRC) → Walk (compressed, compound)
//                     → machine, message by message
//   poll_packet       machine writes → PacketPath::seal (compressed, CRC, key, label) → datagram
//   on_stream_bytes   StreamTable → StreamInput (label, frame, compressed) → machine, whole
//   poll_link         machine orders → StreamTable → StreamOutput (compressed, frame, label) → link
//
// Included by session.cc, which makes a session of swim::Node, and by whoever has another machine.
#pragma once

#include <gossipod/assert.h>
#include <gossipod/session/session.h>

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "base/reporter.h"
#include "envelope/envelope.h"
#include "session/key_face.h"
#include "session/packet_path.h"
#include "session/stream_table.h"

namespace gossipod::session {

// So many messages of a packet are decoded before the first is handled: a machine that keeps much
// can fetch what they are about in the meantime.
inline constexpr std::size_t messages_ahead = 16;

template <swim::Machine M>
struct Session<M>::Impl {
  Impl(const Config& config, const SessionContext& context, M&& its_machine)
      : machine{std::move(its_machine)},
        reporter{context.observer, context.counters},
        envelope{envelope::settings_from(config, context.link_secured), keyring_from(config)},
        packets{envelope, reporter, context.scratch != nullptr ? *context.scratch : own_scratch,
                context.entropy, config},
        streams{envelope, reporter, context.entropy, config},
        keys{envelope.keyring()} {}

  void tell_unheard() {
    if constexpr (requires { machine.expect_streams(std::size_t{}); }) {
      machine.expect_streams(streams.unheard());
    }
  }

  void tell(TimePoint now, const StreamTable::Told& told) {
    tell_unheard();
    switch (told.kind) {
      case StreamTable::Told::Kind::nothing:
        break;
      case StreamTable::Told::Kind::opened:
        machine.on_stream_opened(now, told.stream);
        break;
      case StreamTable::Told::Kind::message:
        machine.on_stream_message(now, told.stream, told.from, *told.message);
        streams.release(told.stream);
        break;
      case StreamTable::Told::Kind::closed:
        machine.on_stream_closed(now, told.stream, told.error ? &*told.error : nullptr);
        break;
    }
  }

  M machine;
  Reporter reporter;
  envelope::Envelope envelope;
  Scratch own_scratch;
  PacketPath packets;
  StreamTable streams;
  KeyFace keys;
};

template <swim::Machine M>
Session<M>::Session(const Config& config, const SessionContext& context, M machine)
    : impl_{std::make_unique<Impl>(config, context, std::move(machine))} {}

template <swim::Machine M>
Session<M>::Session(Session&&) noexcept = default;

template <swim::Machine M>
Session<M>::~Session() = default;

// --- Packets

template <swim::Machine M>
void Session<M>::on_packet(TimePoint now, const RxDatagram& datagram) {
  if (const std::optional<Bytes> plain = impl_->packets.open(datagram)) {
    wire::Walk walk = impl_->packets.walk(*plain);
    Arrival arrival = datagram.arrival;
    std::vector<wire::Message>& ahead = impl_->packets.ahead();
    while (walk.next_together(ahead, messages_ahead)) {
      if constexpr (requires { impl_->machine.expect(std::span<const wire::Message>{ahead}); }) {
        impl_->machine.expect(std::span<const wire::Message>{ahead});
      }
      for (const wire::Message& message : ahead) {
        impl_->machine.on_message(now, arrival, message);
        arrival.piggyback = true;
      }
    }
  }
  impl_->packets.close(now, datagram.arrival);
}

template <swim::Machine M>
std::optional<TxDatagram> Session<M>::poll_packet(TimePoint now, MutableBytes frame) {
  const std::optional<swim::Transmit> transmit =
      impl_->machine.poll_transmit(now, impl_->packets.room(frame));
  if (!transmit) return std::nullopt;
  return impl_->packets.seal(frame, *transmit);
}

// --- Streams

template <swim::Machine M>
void Session<M>::on_stream_accepted(TimePoint now, StreamId stream, const Endpoint& from) {
  impl_->tell(now, impl_->streams.accepted(now, stream, from));
}

template <swim::Machine M>
void Session<M>::on_stream_opened(TimePoint now, StreamId stream) {
  impl_->tell(now, impl_->streams.opened(now, stream));
}

template <swim::Machine M>
void Session<M>::on_stream_bytes(TimePoint now, StreamId stream, Bytes bytes) {
  impl_->tell(now, impl_->streams.arrived(now, stream, bytes));
}

template <swim::Machine M>
void Session<M>::on_stream_written(TimePoint now, StreamId stream) {
  impl_->tell(now, impl_->streams.written(now, stream));
}

template <swim::Machine M>
void Session<M>::on_stream_peer_finished(TimePoint now, StreamId stream) {
  impl_->tell(now, impl_->streams.peer_finished(now, stream));
}

template <swim::Machine M>
void Session<M>::on_stream_closed(TimePoint now, StreamId stream, const Error* why) {
  impl_->tell(now, impl_->streams.closed(now, stream, why));
}

template <swim::Machine M>
std::optional<LinkOrder> Session<M>::poll_link(TimePoint now) {
  while (true) {
    if (std::optional<LinkOrder> order = impl_->streams.poll()) return order;
    impl_->tell_unheard();
    const std::optional<swim::StreamOrder> wanted = impl_->machine.poll_stream();
    if (!wanted) return std::nullopt;
    impl_->tell(now, impl_->streams.order(now, *wanted));
  }
}

// --- Time, and the rest

template <swim::Machine M>
void Session<M>::on_deadline(TimePoint now) {
  while (const auto told = impl_->streams.expire(now)) impl_->tell(now, *told);
  if (impl_->machine.next_deadline() <= now) impl_->machine.on_deadline(now);
}

template <swim::Machine M>
TimePoint Session<M>::next_deadline() const {
  return std::min(std::as_const(impl_->machine).next_deadline(), impl_->streams.next_deadline());
}

template <swim::Machine M>
std::optional<typename M::Event> Session<M>::poll_event() {
  return impl_->machine.poll_event();
}

template <swim::Machine M>
M& Session<M>::machine() {
  return impl_->machine;
}

template <swim::Machine M>
const M& Session<M>::machine() const {
  return impl_->machine;
}

template <swim::Machine M>
Keys& Session<M>::keys() {
  return impl_->keys;
}

template <swim::Machine M>
std::size_t Session<M>::streams() const {
  return impl_->streams.size();
}

}  // namespace gossipod::session
