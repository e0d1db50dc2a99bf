#include "runtime/io_uring/wake_up.h"

#include <unistd.h>

#include "runtime/io_uring/ring_core.h"

namespace gossipod::runtime {

void WakeUp::wake() {
  const std::uint64_t one = 1;
  // It fails when it would overflow, and then the loop has been called often enough.
  [[maybe_unused]] const auto written = ::write(descriptor_.get(), &one, sizeof one);
}

void WakeUp::listen() {
  if (in_flight(0)) return;
  io_uring_sqe* request = ring_core().ring().entry();
  if (request == nullptr) return;
  io_uring_prep_read(request, descriptor_.get(), &calls_, sizeof calls_, 0);
  launch(*request, 0);
}

}  // namespace gossipod::runtime
