#include "runtime/posix/socket_link.h"

#include <gossipod/assert.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "runtime/posix/address.h"
#include "runtime/posix/engine_core.h"

namespace gossipod::runtime {
namespace {

constexpr std::size_t datagrams_a_turn = 64;
constexpr int connections_a_turn = 64;
constexpr std::size_t stream_bytes_a_turn = 256 << 10;  // of one stream
constexpr Duration accept_pause_first = std::chrono::milliseconds{5};
constexpr Duration accept_pause_longest = std::chrono::seconds{1};

}  // namespace

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
  const auto held = link_.shared_from_this();
  EngineCore::Turn turn{*link_.core_};
  link_.turn(link_.core_->now());
}

SocketLink::SocketLink(EngineCore& core, Sink& sink, Sockets sockets, std::uint32_t slot)
    : core_{&core},
      sink_{&sink},
      slot_{slot},
      sockets_{std::move(sockets)},
      last_turn_{core.now()} {}

Result<void> SocketLink::start() {
  if (auto heard = datagrams_.listen(core_->reactor(), sockets_.datagrams.get()); !heard) {
    return heard;
  }
  return connections_.listen(core_->reactor(), sockets_.listener.get());
}

void SocketLink::detach() {
  if (core_ == nullptr) return;
  for (const auto& [id, stream] : streams_) stream->reset();
  streams_.clear();
  eventful_.clear();
  datagrams_.close();
  connections_.close();
  const Endpoint local = sockets_.local;
  sockets_ = Sockets{};
  sockets_.local = local;
  core_->forget(*this);
  core_ = nullptr;
  sink_ = nullptr;
}

void SocketLink::on_stream_ready(const std::shared_ptr<TcpStream>& stream) {
  mark(stream);
  const auto self = shared_from_this();
  EngineCore::Turn turn{*core_};
  this->turn(core_->now());
}

// --- A turn

void SocketLink::turn(TimePoint now) {
  if (in_turn_ || sink_ == nullptr) return;
  const auto self = shared_from_this();
  in_turn_ = true;
  turn_requested_ = false;
  const bool judging = sink_->next_deadline() <= now;
  const bool drained = take_datagrams(now);
  if (sink_ != nullptr) take_connections(now);
  // The answer that a deadline waits for may lie on a stream.
  if (sink_ != nullptr && judging) {
    for (const auto& [id, stream] : streams_) {
      stream->readable |= !stream->connecting;
      mark(stream);
    }
  }
  if (sink_ != nullptr) attend_streams(now);
  if (sink_ != nullptr) sink_->on_turn(now, drained);
  in_turn_ = false;
  last_turn_ = now;
  if (sink_ == nullptr) return;
  datagrams_.wait();
  if (accept_again_ == never) connections_.wait();
  core_->schedule(*this);
}

TimePoint SocketLink::due() const {
  if (turn_requested_) return TimePoint::min();
  return std::min(sink_->next_deadline(), accept_again_);
}

void SocketLink::request_turn() {
  turn_requested_ = true;
  if (!in_turn_) core_->schedule(*this);
}

bool SocketLink::take_datagrams(TimePoint now) {
  datagrams_.ready = false;
  for (std::size_t taken = 0; taken < datagrams_a_turn; taken += Datagrams::batch) {
    const auto batch =
        core_->datagrams().receive(sockets_.datagrams.get(), std::min(last_turn_, now), now);
    if (!batch.empty()) sink_->on_packets(now, batch);
    if (batch.size() < Datagrams::batch || sink_ == nullptr) return true;
  }
  return false;
}

void SocketLink::take_connections(TimePoint now) {
  const bool again = accept_again_ <= now;
  if (!connections_.ready && !again) return;
  connections_.ready = false;
  accept_again_ = never;
  for (int i = 0; i < connections_a_turn && sink_ != nullptr; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    Fd fd{::accept4(sockets_.listener.get(), reinterpret_cast<sockaddr*>(&address), &size,
                    SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (!fd && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (!fd && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (!fd) return pause_accepting(now);
    accept_pause_ = Duration::zero();
    adopt(std::move(fd), from_sockaddr(address));
  }
}

// Mostly we have no descriptors left. The connections wait in the kernel's queue: asking at once
// would be asking for ever.
void SocketLink::pause_accepting(TimePoint now) {
  accept_pause_ = std::clamp(2 * accept_pause_, accept_pause_first, accept_pause_longest);
  accept_again_ = now + accept_pause_;
}

void SocketLink::adopt(Fd fd, const Endpoint& from) {
  std::uint32_t number = 0;
  do {
    number = ++next_incoming_ | StreamId::incoming_bit;
  } while (streams_.contains(number));
  const auto stream = std::make_shared<TcpStream>(StreamId{number}, from, *this);
  if (!stream->adopt(core_->reactor(), std::move(fd))) return;
  streams_.emplace(number, stream);
  mark(stream);
}

// --- Streams

void SocketLink::mark(const std::shared_ptr<TcpStream>& stream) {
  if (stream->eventful) return;
  stream->eventful = true;
  eventful_.push_back(stream);
}

void SocketLink::attend_streams(TimePoint now) {
  const auto eventful = std::exchange(eventful_, {});
  for (const auto& stream : eventful) {
    stream->eventful = false;
    if (has(*stream)) attend(now, stream);
  }
}

void SocketLink::attend(TimePoint now, const std::shared_ptr<TcpStream>& stream) {
  if (std::exchange(stream->accepted, false)) {
    sink_->on_stream_accepted(now, stream->id, stream->peer);
    if (!has(*stream)) return;
  }
  if (std::exchange(stream->writable, false)) {
    if (stream->connecting && stream->finish_connecting()) {
      sink_->on_stream_opened(now, stream->id);
      if (!has(*stream)) return;
    }
    stream->flush();
  }
  // Even if it broke while we wrote: what the peer said before that is there to be read.
  if (stream->readable && !stream->paused && !stream->peer_finished) {
    read(now, stream);
    if (!has(*stream)) return;
  }
  if (std::exchange(stream->written, false)) {
    sink_->on_stream_written(now, stream->id);
    if (!has(*stream)) return;
  }
  if (!stream->broken && !stream->done()) return stream->wait();
  const auto why = std::move(stream->broken);
  const StreamId id = stream->id;
  stream->drop();
  streams_.erase(id.value());
  sink_->on_stream_closed(now, id, why ? &*why : nullptr);
}

void SocketLink::read(TimePoint now, const std::shared_ptr<TcpStream>& stream) {
  for (std::size_t taken = 0; taken < stream_bytes_a_turn && !stream->paused;) {
    const Bytes bytes = stream->read(core_->stream_buffer());
    if (bytes.empty()) {
      if (stream->peer_finished) sink_->on_stream_peer_finished(now, stream->id);
      return;
    }
    taken += bytes.size();
    const bool full = bytes.size() == EngineCore::stream_buffer_bytes;
    sink_->on_stream_bytes(now, stream->id, bytes);
    if (!has(*stream)) return;
    if (!full) {
      stream->readable = false;
      return;
    }
  }
}

// --- Link's verbs

std::size_t SocketLink::send(std::span<const TxDatagram> batch) {
  if (core_ == nullptr) return 0;
  return core_->datagrams().send(sockets_.datagrams.get(), sockets_.family, batch);
}

std::shared_ptr<TcpStream> SocketLink::find(StreamId stream) const {
  const auto found = streams_.find(stream.value());
  return found == streams_.end() ? nullptr : found->second;
}

// What a verb found out is told in the next turn.
void SocketLink::verb_done(const std::shared_ptr<TcpStream>& stream) {
  if (stream->written || stream->broken || stream->done() ||
      (stream->readable && !stream->paused)) {
    mark(stream);
    request_turn();
  } else {
    stream->wait();
  }
}

void SocketLink::open(StreamId id, const Endpoint& to) {
  if (core_ == nullptr) return;
  GOSSIPOD_ASSERT(!streams_.contains(id.value()));
  const auto stream = std::make_shared<TcpStream>(id, to, *this);
  streams_.emplace(id.value(), stream);
  stream->connect(core_->reactor());
  verb_done(stream);
}

void SocketLink::write(StreamId id, SharedBytes bytes) {
  const auto stream = find(id);
  if (!stream) return;
  stream->write(std::move(bytes));
  verb_done(stream);
}

void SocketLink::finish(StreamId id) {
  const auto stream = find(id);
  if (!stream) return;
  stream->finish();
  verb_done(stream);
}

void SocketLink::close(StreamId id) {
  const auto stream = find(id);
  if (!stream) return;
  streams_.erase(id.value());
  core_->linger(stream);
}

void SocketLink::reset(StreamId id) {
  const auto stream = find(id);
  if (!stream) return;
  streams_.erase(id.value());
  stream->reset();
}

void SocketLink::pause(StreamId id, bool paused) {
  const auto stream = find(id);
  if (!stream) return;
  stream->paused = paused;
  // Whether there is something to read is found out by reading.
  if (!paused) stream->readable = !stream->connecting && !stream->peer_finished;
  verb_done(stream);
}

}  // namespace gossipod::runtime
