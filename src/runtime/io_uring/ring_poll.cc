#include "runtime/io_uring/ring_poll.h"

#include <poll.h>

#include <utility>

#include "runtime/io_uring/ring_core.h"

namespace gossipod::runtime {

void RingPoll::ask(Kind kind) {
  if (in_flight(kind)) return;
  io_uring_sqe* request = ring_core().ring().entry();
  if (request == nullptr) return on_completion(kind, 0, 0);  // a look is never wrong
  io_uring_prep_poll_add(request, descriptor_, kind == read ? POLLIN : POLLOUT);
  launch(*request, kind);
}

void RingPoll::on_completion(unsigned kind, int, unsigned) {
  if (waiter_ == nullptr) return;
  if (!readable_ && !writable_) ring_core().call_later(shared_from_this());
  readable_ |= kind == read;
  writable_ |= kind == write;
}

void RingPoll::call() {
  const bool is_readable = std::exchange(readable_, false);
  const bool is_writable = std::exchange(writable_, false);
  if (waiter_ != nullptr) waiter_->on_ready(is_readable, is_writable);
}

void RingPoll::end() {
  waiter_ = nullptr;
  if (!ring_core().usable()) return;
  cancel(read);
  cancel(write);
}

}  // namespace gossipod::runtime
