#include "runtime/io_uring/ring_stream.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "runtime/io_uring/ring_core.h"

namespace gossipod::runtime {

bool RingStream::begin() {
  wait();
  return true;
}

std::shared_ptr<RingUser> RingStream::itself() {
  return std::static_pointer_cast<RingStream>(shared_from_this());
}

// --- What came back

void RingStream::on_completion(unsigned kind, int result, unsigned flags) {
  if (kind == receive) on_received(result, flags);
  if (kind == send) on_sent(result);
  writable |= kind != receive;
  if (owner != nullptr && !std::exchange(called_, true)) ring_core().call_later(itself());
}

void RingStream::call() {
  called_ = false;
  if (owner != nullptr) owner->on_stream_ready(shared_from_this());
}

void RingStream::on_received(int result, unsigned flags) {
  BufferPool& pool = ring_core().stream_buffers();
  readable = true;
  if ((flags & IORING_CQE_F_BUFFER) != 0) {
    filled_ = static_cast<std::uint16_t>(flags >> IORING_CQE_BUFFER_SHIFT);
    filled_bytes_ = result > 0 ? static_cast<std::size_t>(result) : 0;
    pool.taken();
    if (filled_bytes_ == 0 || owner == nullptr) give_back(filled_);
    if (paused) put_aside();
  }
  if (result == 0) {
    ended_ = true;
  } else if (result == -ENOBUFS) {
    pool.grow();  // it is asked for again in this turn
    ++stalls;
  } else if (result < 0 && result != -ECANCELED && result != -EINTR && result != -EAGAIN) {
    failed_ = -result;
  }
}

void RingStream::on_sent(int result) {
  if (result > 0) {
    sent(static_cast<std::size_t>(result));
  } else if (result < 0 && result != -EINTR && result != -EAGAIN && result != -ECANCELED) {
    fail(-result);
  }
}

// --- What the owner does

void RingStream::flush() {
  if (connecting || broken || in_flight(send)) return;
  if (unsent_.empty()) return send_finish();
  io_uring_sqe* request = ring_core().ring().entry();
  if (request == nullptr) return fail(ENOBUFS);
  std::size_t count = 0;
  std::size_t skipped = offset_;
  for (const SharedBytes& bytes : unsent_) {
    if (count == pieces_max) break;
    // The kernel only reads.
    pieces_[count++] = {const_cast<std::uint8_t*>(bytes->data()) + skipped,
                        bytes->size() - skipped};
    skipped = 0;
  }
  header_ = {};
  header_.msg_iov = pieces_.data();
  header_.msg_iovlen = count;
  io_uring_prep_sendmsg(request, fd_.get(), &header_, MSG_NOSIGNAL);
  launch(*request, send);
}

Bytes RingStream::read(MutableBytes buffer) {
  give_back(read_);
  if (!aside_.empty()) {
    const std::size_t size = std::min(aside_.size(), buffer.size());
    std::memcpy(buffer.data(), aside_.data(), size);
    aside_.erase(aside_.begin(), aside_.begin() + static_cast<std::ptrdiff_t>(size));
    return Bytes{buffer}.first(size);
  }
  readable = false;
  if (filled_ != none) {
    read_ = std::exchange(filled_, none);
    return {ring_core().stream_buffers().at(read_), filled_bytes_};
  }
  if (failed_ != 0) fail(failed_);
  peer_finished |= ended_;
  return {};
}

// Who does not read shall not keep a buffer from the others.
void RingStream::put_aside() {
  if (filled_ == none) return;
  const std::uint8_t* const bytes = ring_core().stream_buffers().at(filled_);
  aside_.assign(bytes, bytes + filled_bytes_);
  give_back(filled_);
}

void RingStream::wait() {
  give_back(read_);
  if (paused) put_aside();
  if (broken || !fd_) return;
  if (!connecting) return receive_more();
  if (in_flight(connect)) return;
  io_uring_sqe* request = ring_core().ring().entry();
  if (request == nullptr) return fail(ENOBUFS);
  io_uring_prep_poll_add(request, fd_.get(), POLLOUT);
  launch(*request, connect);
}

void RingStream::receive_more() {
  const bool something = filled_ != none || !aside_.empty() || ended_ || failed_ != 0;
  if (paused || something || in_flight(receive)) return;
  BufferPool& pool = ring_core().stream_buffers();
  io_uring_sqe* request = ring_core().ring().entry();
  if (request == nullptr) return fail(ENOBUFS);
  io_uring_prep_recv(request, fd_.get(), nullptr, pool.bytes(), 0);
  io_uring_sqe_set_flags(request, IOSQE_BUFFER_SELECT);
  request->buf_group = pool.group();
  launch(*request, receive);
}

// The requests that name the descriptor come back before it is closed, or at once after.
void RingStream::drop() {
  owner = nullptr;
  give_back(filled_);
  give_back(read_);
  if (!ring_core().usable()) {
    fd_ = Fd{};
    return;
  }
  for (const unsigned kind : {receive, send, connect}) cancel(kind);
  if (fd_) ring_core().retire(std::move(fd_));
  fd_ = Fd{};
}

void RingStream::give_back(std::uint16_t& buffer) {
  if (buffer == none) return;
  ring_core().stream_buffers().give_back(std::exchange(buffer, none));
}

}  // namespace gossipod::runtime
