#include "runtime/posix/link_core.h"

#include <gossipod/assert.h>
#include <gossipod/limits.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "runtime/posix/address.h"
#include "runtime/posix/loop_core.h"

namespace gossipod::runtime {
namespace {

constexpr Duration streams_longest = std::chrono::milliseconds{limits::streams_turn_milliseconds};
constexpr Duration accept_pause_first = std::chrono::milliseconds{5};
constexpr Duration accept_pause_longest = std::chrono::seconds{1};

}  // namespace

LinkCore::LinkCore(LoopCore& core, Sink& sink, Sockets sockets, std::uint32_t slot)
    : core_{&core},
      sink_{&sink},
      slot_{slot},
      sockets_{std::move(sockets)},
      last_turn_{core.now()} {}

void LinkCore::detach() {
  if (core_ == nullptr) return;
  for (const auto& [id, stream] : streams_) stream->reset();
  streams_.clear();
  eventful_.clear();
  deafen();
  const Endpoint local = sockets_.local;
  sockets_ = Sockets{};
  sockets_.local = local;
  core_->forget(*this);
  core_ = nullptr;
  sink_ = nullptr;
}

// --- A turn

void LinkCore::turn(TimePoint now) {
  if (in_turn_ || sink_ == nullptr || core_->forked()) return;
  const auto self = shared_from_this();
  in_turn_ = true;
  turn_requested_ = false;
  again_ = never;
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
  if (sink_ != nullptr) unheard_turns_ = attend_streams(now) ? 0 : unheard_turns_ + 1;
  const bool may_be_unheard = unheard_turns_ > 0 && unheard_turns_ <= limits::unheard_turns_max;
  if (sink_ != nullptr) sink_->on_turn(now, drained && !may_be_unheard);
  in_turn_ = false;
  last_turn_ = now;
  if (sink_ == nullptr) return;
  wait();
  core_->schedule(*this);
}

TimePoint LinkCore::due() const {
  if (turn_requested_) return TimePoint::min();
  return std::min({sink_->next_deadline(), accept_again_, again_});
}

void LinkCore::request_turn() {
  if (turn_requested_) return;
  turn_requested_ = true;
  if (!in_turn_) core_->schedule(*this);
}

void LinkCore::accept_some(TimePoint now, std::size_t most) {
  for (std::size_t i = 0; i < most && sink_ != nullptr; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    Fd fd{::accept4(sockets_.listener.get(), reinterpret_cast<sockaddr*>(&address), &size,
                    SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (!fd && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (!fd && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (!fd) return pause_accepting(now);
    adopt(std::move(fd), from_sockaddr(address));
  }
}

void LinkCore::pause_accepting(TimePoint now) {
  accept_pause_ = std::clamp(2 * accept_pause_, accept_pause_first, accept_pause_longest);
  accept_again_ = now + accept_pause_;
  sink_->on_trouble(Trouble::accept_paused, 1);
}

bool LinkCore::accept_again(TimePoint now) {
  if (accept_again_ > now) return false;
  accept_again_ = never;
  return true;
}

void LinkCore::adopt(Fd fd, const Endpoint& from) {
  accept_pause_ = Duration::zero();
  std::uint32_t number = 0;
  do {
    number = ++next_incoming_ | StreamId::incoming_bit;
  } while (streams_.contains(number));
  const auto stream = make_stream(StreamId{number}, from);
  if (!stream->adopt(std::move(fd))) return;
  streams_.emplace(number, stream);
  mark(stream);
}

// --- Streams

void LinkCore::mark(const std::shared_ptr<Stream>& stream) {
  if (stream->eventful) return;
  stream->eventful = true;
  eventful_.push_back(stream);
}

bool LinkCore::attend_streams(TimePoint now) {
  if (const auto times = std::exchange(cut_off_, 0); times > 0) {
    sink_->on_trouble(Trouble::stream_cut_off, times);
  }
  if (eventful_.empty()) return true;
  const auto eventful = std::exchange(eventful_, {});
  const TimePoint until = core_->read_clock() + streams_longest;
  for (auto next = eventful.begin(); next != eventful.end(); ++next) {
    (*next)->eventful = false;
    if (has(**next)) attend(now, *next);
    if (next + 1 == eventful.end() || sink_ == nullptr || core_->read_clock() < until) continue;
    eventful_.insert(eventful_.begin(), next + 1, eventful.end());
    request_turn();
    return false;
  }
  return true;
}

void LinkCore::attend(TimePoint now, const std::shared_ptr<Stream>& stream) {
  if (const auto times = std::exchange(stream->stalls, 0); times > 0) {
    sink_->on_trouble(Trouble::stream_stalled, times);
  }
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
  if (!stream->broken && !stream->done()) return wait_for(stream);
  const auto why = std::move(stream->broken);
  const StreamId id = stream->id;
  stream->drop();
  streams_.erase(id.value());
  sink_->on_stream_closed(now, id, why ? &*why : nullptr);
}

void LinkCore::read(TimePoint now, const std::shared_ptr<Stream>& stream) {
  for (std::size_t taken = 0; taken < limits::stream_bytes_a_turn && !stream->paused;) {
    const Bytes bytes = stream->read(core_->stream_buffer());
    if (bytes.empty()) {
      if (stream->peer_finished) sink_->on_stream_peer_finished(now, stream->id);
      return;
    }
    taken += bytes.size();
    const bool more = stream->readable;
    sink_->on_stream_bytes(now, stream->id, bytes);
    if (!has(*stream) || !more) return;
  }
}

// --- Link's verbs

std::shared_ptr<Stream> LinkCore::find(StreamId stream) const {
  const auto found = streams_.find(stream.value());
  return found == streams_.end() ? nullptr : found->second;
}

// If not even that can be done, it is told in the next turn.
void LinkCore::wait_for(const std::shared_ptr<Stream>& stream) {
  stream->wait();
  if (!stream->broken) return;
  mark(stream);
  request_turn();
}

// What a verb found out is told in the next turn.
void LinkCore::verb_done(const std::shared_ptr<Stream>& stream) {
  if (stream->written || stream->broken || stream->done() ||
      (stream->readable && !stream->paused)) {
    mark(stream);
    request_turn();
  } else {
    wait_for(stream);
  }
}

void LinkCore::open(StreamId id, const Endpoint& to) {
  if (core_ == nullptr) return;
  GOSSIPOD_ASSERT(!streams_.contains(id.value()));
  const auto stream = make_stream(id, to);
  streams_.emplace(id.value(), stream);
  stream->connect();
  verb_done(stream);
}

void LinkCore::write(StreamId id, SharedBytes bytes) {
  const auto stream = find(id);
  if (!stream) return;
  stream->write(std::move(bytes));
  verb_done(stream);
}

void LinkCore::finish(StreamId id) {
  const auto stream = find(id);
  if (!stream) return;
  stream->finish();
  verb_done(stream);
}

void LinkCore::close(StreamId id) {
  const auto stream = find(id);
  if (!stream) return;
  streams_.erase(id.value());
  if (core_->linger(stream)) return;
  ++cut_off_;
  request_turn();
}

void LinkCore::reset(StreamId id) {
  const auto stream = find(id);
  if (!stream) return;
  streams_.erase(id.value());
  stream->reset();
}

void LinkCore::pause(StreamId id, bool paused) {
  const auto stream = find(id);
  if (!stream) return;
  stream->paused = paused;
  // Whether there is something to read is found out by reading.
  if (!paused) stream->readable = !stream->connecting && !stream->peer_finished;
  verb_done(stream);
}

}  // namespace gossipod::runtime
