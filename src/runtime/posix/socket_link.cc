#include "runtime/posix/socket_link.h"

#include <gossipod/limits.h>

#include <algorithm>
#include <utility>

#include "runtime/posix/engine_core.h"
#include "runtime/posix/tcp_stream.h"

namespace gossipod::runtime {

// --- Waking up

Result<void> SocketLink::Ear::listen(Reactor& reactor, int descriptor) {
  auto watch = reactor.watch(descriptor, *this);
  if (!watch) return watch.error();
  watch_ = std::move(*watch);
  wait();
  return {};
}

void SocketLink::Ear::wait() {
  if (waits_ || !watch_) return;
  waits_ = true;
  watch_->want_read();
}

void SocketLink::Ear::on_ready(bool, bool) {
  waits_ = false;
  ready = true;
  link_.turn_now();
}

SocketLink::SocketLink(EngineCore& core, Sink& sink, Sockets sockets, std::uint32_t slot)
    : LinkCore{core, sink, std::move(sockets), slot}, engine_{core} {}

Result<void> SocketLink::start() {
  if (auto heard = datagrams_.listen(engine_.reactor(), sockets().datagrams.get()); !heard) {
    return heard;
  }
  return connections_.listen(engine_.reactor(), sockets().listener.get());
}

void SocketLink::deafen() {
  datagrams_.close();
  connections_.close();
}

void SocketLink::on_stream_ready(const std::shared_ptr<Stream>& stream) {
  mark(stream);
  turn_now();
}

void SocketLink::turn_now() {
  const auto self = shared_from_this();
  EngineCore::Turn on{engine_};
  turn(engine_.now());
}

// --- A turn

bool SocketLink::take_datagrams(TimePoint now) {
  datagrams_.ready = false;
  failing_ = false;
  for (std::size_t taken = 0; taken < limits::datagrams_a_turn; taken += Datagrams::batch) {
    Datagrams& datagrams = engine_.datagrams();
    const auto batch =
        datagrams.receive(sockets().datagrams.get(), std::min(last_turn(), now), now);
    if (const auto times = datagrams.take_errors(); times > 0) {
      sink()->on_trouble(Trouble::receive_failed, times);
    }
    failing_ = datagrams.gave_up();
    if (failing_) call_again(now + pause_after_failures);
    if (!batch.empty()) sink()->on_packets(now, batch);
    if (batch.size() < Datagrams::batch || sink() == nullptr) return true;
  }
  return false;
}

void SocketLink::take_connections(TimePoint now) {
  const bool again = accept_again(now);
  if (!connections_.ready && !again) return;
  connections_.ready = false;
  accept_some(now, limits::connections_a_turn);
}

void SocketLink::wait() {
  if (!failing_) datagrams_.wait();
  if (accepting()) connections_.wait();
}

std::size_t SocketLink::send(std::span<const TxDatagram> batch) {
  if (!attached()) return 0;
  return engine_.datagrams().send(sockets().datagrams.get(), sockets().family, batch);
}

std::shared_ptr<Stream> SocketLink::make_stream(StreamId id, const Endpoint& peer) {
  return std::make_shared<TcpStream>(engine_.reactor(), id, peer, *this);
}

}  // namespace gossipod::runtime
