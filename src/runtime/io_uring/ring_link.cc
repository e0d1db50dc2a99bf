#include "runtime/io_uring/ring_link.h"

#include <gossipod/limits.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "runtime/io_uring/ring_core.h"
#include "runtime/io_uring/ring_stream.h"
#include "runtime/posix/address.h"
#include "runtime/posix/datagrams.h"

namespace gossipod::runtime {
namespace {

constexpr std::size_t batch_max = 32;
constexpr unsigned failures_max = 16;
constexpr std::uint16_t unheard_of = 1 << 14;  // in the place of flags: no kernel knows it

bool no_room(int error) { return error == EAGAIN || error == ENOBUFS || error == ENOMEM; }

// It is over, by our wish or for this once: the next may be asked for at once.
bool passing(int error) {
  return error == ECANCELED || error == EINTR || error == EAGAIN || error == ECONNABORTED;
}

}  // namespace

struct RingLink::Single {
  sockaddr_storage from{};
  alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(timespec))> control{};
  iovec piece{};
  msghdr header{};
};

RingLink::RingLink(RingCore& core, Sink& sink, Sockets sockets, std::uint32_t slot)
    : LinkCore{core, sink, std::move(sockets), slot},
      RingUser{core},
      endless_accept_{core.take_endless_accept()},
      overflows_{core.overflows()},
      waits_{core.failures()} {}

RingLink::~RingLink() = default;

Result<void> RingLink::start() {
  ring_core().enter_sender(slot(), this);
  registered_ = ring_core().ring().register_file(slot(), sockets().datagrams.get());
  wait();
  return {};
}

std::shared_ptr<RingUser> RingLink::itself() {
  return std::static_pointer_cast<RingLink>(shared_from_this());
}

void RingLink::address(io_uring_sqe& request) {
  if (!registered_) return;
  request.fd = static_cast<int>(slot());
  request.flags |= IOSQE_FIXED_FILE;
}

// --- What came back

void RingLink::on_completion(unsigned kind, int result, unsigned flags) {
  if (kind == receive) {
    on_received(result, flags);
  } else {
    on_accepted(result, flags);
  }
  if (attached()) request_turn();
}

void RingLink::on_received(int result, unsigned flags) {
  ReceivedDatagrams& received = ring_core().received();
  const bool ended = (flags & IORING_CQE_F_MORE) == 0;
  if ((flags & IORING_CQE_F_BUFFER) != 0) {
    const auto buffer = static_cast<std::uint16_t>(flags >> IORING_CQE_BUFFER_SHIFT);
    received.buffers().taken();
    if (!attached() || result < 0) {
      received.give_back(buffer);
    } else if (single_) {
      received.add(waiting_, buffer, result, single_->header);
    } else {
      received.add(waiting_, buffer, result);
    }
  }
  if (result >= 0) failures_ = 0;
  if (!ended) return;
  cancelled_ = false;
  if (result == -ENOBUFS) {
    received.buffers().grow();
    stopped_ = true;
    ++stalls_;
  } else if (result == -EINVAL && !single_) {
    ring_core().options().multishot_receive = false;  // an older kernel
  } else if (result < 0 && result != -ECANCELED) {
    // News about something sent earlier, mostly, which has nothing to do with what arrives.
    ++failures_;
    ++errors_;
  }
}

void RingLink::on_accepted(int result, unsigned flags) {
  if (result >= 0) {
    Fd fd{result};
    if (attached()) accepted_.push_back(std::move(fd));
    return;
  }
  if ((flags & IORING_CQE_F_MORE) != 0) return;
  if (result == -EINVAL && endless_accept_) {
    ring_core().options().multishot_accept = false;
    endless_accept_ = false;
  } else {
    accept_failed_ |= !passing(-result);
  }
}

// What the network refuses, such as an address without a route, is lost like any other.
void RingLink::on_send_failed(int error) { refused_ += no_room(error) ? 1 : 0; }

void RingLink::on_stream_ready(const std::shared_ptr<Stream>& stream) {
  mark(stream);
  request_turn();
}

// --- A turn

bool RingLink::take_datagrams(TimePoint now) {
  tell_troubles();
  RingCore& core = ring_core();
  ReceivedDatagrams& received = core.received();
  std::array<RxDatagram, batch_max> batch;
  std::array<std::uint16_t, batch_max> buffers;
  taken_ = std::min(waiting_.size, limits::datagrams_a_turn);
  // One that came alone may have others behind it.
  const bool all = taken_ == waiting_.size && !stopped_ && (!single_ || taken_ == 0);
  std::size_t left = taken_;
  while (left > 0 && sink() != nullptr) {
    const std::size_t count = std::min(left, batch_max);
    left -= count;
    for (std::size_t i = 0; i < count; ++i) {
      const ReceivedDatagrams::Item& item = received.front(waiting_);
      Duration age{};
      if (item.stamp) {
        age =
            believable_age(difference(core.wall(), *item.stamp), now - std::min(last_turn(), now));
      }
      batch[i] = {{item.from, now - age, false}, item.bytes, item.truncated};
      buffers[i] = received.pop(waiting_);
    }
    sink()->on_packets(now, std::span{batch}.first(count));
    for (std::size_t i = 0; i < count; ++i) received.give_back(buffers[i]);
  }
  return all;
}

void RingLink::tell_troubles() {
  if (stalls_ > 0) sink()->on_trouble(Trouble::receive_stalled, std::exchange(stalls_, 0));
  if (refused_ > 0) sink()->on_trouble(Trouble::packet_not_sent, std::exchange(refused_, 0));
  if (errors_ > 0) sink()->on_trouble(Trouble::receive_failed, std::exchange(errors_, 0));
  const auto tell_of_loop = [&](Trouble trouble, std::uint64_t now, std::uint64_t& told) {
    const std::uint64_t before = std::exchange(told, now);
    if (now > before) sink()->on_trouble(trouble, now - before);
  };
  tell_of_loop(Trouble::completions_overflowed, ring_core().overflows(), overflows_);
  tell_of_loop(Trouble::wait_refused, ring_core().failures(), waits_);
}

void RingLink::take_connections(TimePoint now) {
  accept_again(now);
  const std::size_t count = std::min(accepted_.size(), limits::connections_a_turn);
  for (std::size_t i = 0; i < count; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    // It may be gone already: its stream is then told of that.
    ::getpeername(accepted_[i].get(), reinterpret_cast<sockaddr*>(&address), &size);
    adopt(std::move(accepted_[i]), from_sockaddr(address));
  }
  accepted_.erase(accepted_.begin(), accepted_.begin() + static_cast<std::ptrdiff_t>(count));
  if (!accepted_.empty()) request_turn();
  // Who was brought one may have others behind it.
  if (!endless_accept() && count > 0) accept_some(now, limits::connections_a_turn - count);
  if (std::exchange(accept_failed_, false)) pause_accepting(now);
}

bool RingLink::endless_accept() {
  return endless_accept_ && ring_core().options().multishot_accept;
}

void RingLink::wait() {
  if (accepting() && !in_flight(accept)) ask_for_connections();
  if (waiting_.size > 0) {
    // More than the quota: first that, then the next.
    if (in_flight(receive) && !std::exchange(cancelled_, true)) {
      cancel(receive);
      ++stalls_;
    }
    stopped_ = true;
    request_turn();
  } else if (!in_flight(receive)) {
    // Who had most of the buffers gets the next after those who had none.
    if (stopped_ && taken_ >= limits::datagrams_a_turn / 2) {
      ring_core().last_in_line(*this);
    } else {
      ask_for_datagrams();
    }
  }
}

void RingLink::wait_at_last() {
  if (attached() && !in_flight(receive) && waiting_.size == 0) ask_for_datagrams();
}

void RingLink::deafen() {
  RingCore& core = ring_core();
  if (core.usable()) {
    cancel(receive);
    cancel(accept);
    core.settle(*this);
    if (registered_) core.ring().unregister_file(slot());
    if (!core.ring().empty()) {
      core.retire(std::move(sockets().datagrams));
      core.retire(std::move(sockets().listener));
    }
  }
  if (std::exchange(endless_accept_, false)) core.give_back_endless_accept();
  core.enter_sender(slot(), nullptr);
  core.received().drop_all(waiting_);
  accepted_.clear();
}

// --- Requests

void RingLink::ask_for_datagrams() {
  io_uring_sqe* request = failures_ < failures_max ? ring_core().ring().entry() : nullptr;
  if (request == nullptr) {
    failures_ = 0;
    return call_again(ring_core().now() + pause_after_failures);
  }
  if (ring_core().options().multishot_receive) {
    io_uring_prep_recvmsg_multishot(request, sockets().datagrams.get(),
                                    &ring_core().received().shape(), 0);
    if (ring_core().options().multishot_unheard_of) request->ioprio |= unheard_of;
  } else {
    if (!single_) single_ = std::make_unique<Single>();
    single_->piece = {nullptr, ring_core().received().buffers().bytes()};
    single_->header = {};
    single_->header.msg_name = &single_->from;
    single_->header.msg_namelen = sizeof single_->from;
    single_->header.msg_iov = &single_->piece;
    single_->header.msg_iovlen = 1;
    single_->header.msg_control = single_->control.data();
    single_->header.msg_controllen = single_->control.size();
    io_uring_prep_recvmsg(request, sockets().datagrams.get(), &single_->header, 0);
  }
  // Not by its number: before about Linux 6.13 the kernel lets go of numbers in their order, and
  // one that a request of another link holds on to would keep our socket open when it is closed.
  io_uring_sqe_set_flags(request, IOSQE_BUFFER_SELECT);
  request->buf_group = ring_core().received().buffers().group();
  launch(*request, receive);
  // What waited in the socket is here with the next turn: then we know whether that was all.
  if (std::exchange(stopped_, false)) request_turn();
}

void RingLink::ask_for_connections() {
  io_uring_sqe* request = ring_core().ring().entry();
  if (request == nullptr) return call_again(ring_core().now() + pause_after_failures);
  constexpr int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
  if (endless_accept()) {
    io_uring_prep_multishot_accept(request, sockets().listener.get(), nullptr, nullptr, flags);
    if (ring_core().options().multishot_unheard_of) request->ioprio |= unheard_of;
  } else {
    io_uring_prep_accept(request, sockets().listener.get(), nullptr, nullptr, flags);
  }
  launch(*request, accept);
}

// --- Link's verbs

std::size_t RingLink::send(std::span<const TxDatagram> batch) {
  if (!attached()) return 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!send_one(batch[i])) return i;
  }
  return batch.size();
}

// In line for the submission that the next turn begins with. The kernel sends it within that call,
// or says that it could not: only then it comes back.
bool RingLink::send_one(const TxDatagram& datagram) {
  if (datagram.bytes.size() > limits::udp_payload_max) return true;  // lost
  const msghdr* copied = ring_core().copy(sockets().family, datagram);
  io_uring_sqe* request = copied != nullptr ? ring_core().ring().entry() : nullptr;
  if (request == nullptr) return false;
  io_uring_prep_sendmsg(request, sockets().datagrams.get(), copied, MSG_DONTWAIT | MSG_NOSIGNAL);
  io_uring_sqe_set_flags(request, IOSQE_CQE_SKIP_SUCCESS);
  address(*request);
  io_uring_sqe_set_data64(request, std::uint64_t{slot()} << tag_bits | tag_send);
  return true;
}

std::shared_ptr<Stream> RingLink::make_stream(StreamId id, const Endpoint& peer) {
  return std::make_shared<RingStream>(ring_core(), id, peer, *this);
}

}  // namespace gossipod::runtime
