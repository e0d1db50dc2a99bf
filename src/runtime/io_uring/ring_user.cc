#include "runtime/io_uring/ring_user.h"

#include <gossipod/assert.h>

#include "runtime/io_uring/ring_core.h"

namespace gossipod::runtime {

void RingUser::launch(io_uring_sqe& request, unsigned kind) {
  GOSSIPOD_ASSERT(!in_flight(kind));
  io_uring_sqe_set_data64(&request, data(kind));
  if (flying_ == 0) core_.hold(itself());
  flying_ |= 1u << kind;
}

void RingUser::cancel(unsigned kind) {
  if (!in_flight(kind)) return;
  io_uring_sqe* request = core_.ring().entry();
  if (request == nullptr) return;
  io_uring_prep_cancel64(request, data(kind), 0);
  io_uring_sqe_set_flags(request, IOSQE_CQE_SKIP_SUCCESS);
  io_uring_sqe_set_data64(request, tag_none);
}

}  // namespace gossipod::runtime
