// WakeUp: a way for other threads to end the waiting of a ring: a descriptor that the ring reads.
//
// Threads: wake() any, everything else the loop's.
#pragma once

#include <cstdint>
#include <memory>

#include "runtime/io_uring/ring_user.h"
#include "runtime/posix/fd.h"

namespace gossipod::runtime {

class WakeUp final : public RingUser, public std::enable_shared_from_this<WakeUp> {
 public:
  WakeUp(RingCore& core, Fd descriptor) : RingUser{core}, descriptor_{std::move(descriptor)} {}
  void wake();
  // Is heard, from the next wait on.
  void listen();
  void on_completion(unsigned, int, unsigned) override {}

 private:
  [[nodiscard]] std::shared_ptr<RingUser> itself() override { return shared_from_this(); }

  Fd descriptor_;
  std::uint64_t calls_ = 0;  // written by the kernel
};

}  // namespace gossipod::runtime
