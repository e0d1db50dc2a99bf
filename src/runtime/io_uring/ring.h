// Ring: one io_uring, as far as it is common to all who use it: setting it up with what the kernel
// has, the queue of requests, one call to submit and to wait, and what came back.
//
// Threads: opened on any thread; from enable() on, it belongs to the one that called that.
// Allocates nothing after it was opened.
#pragma once

#include <gossipod/error.h>
#include <gossipod/time.h>
#include <liburing.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "runtime/fork_mark.h"
#include "runtime/io_uring/ring_options.h"

namespace gossipod::runtime {

class Ring {
 public:
  // unsupported: why the kernel or the sandbox does not let us.
  [[nodiscard]] static Result<std::unique_ptr<Ring>> open(const RingOptions& options);
  ~Ring();  // what is still under way is cancelled, by the kernel, a little later
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  // This thread uses the ring from now on; the first call decides.
  void enable();
  // Not on another thread, and not in a child of fork(): the queues are the parent's.
  [[nodiscard]] bool usable_here() const;
  // Any thread.
  [[nodiscard]] bool owned_here() const { return owner_.load() == std::this_thread::get_id(); }

  // A request to fill in. If there is no room, what is there is submitted first; null if the kernel
  // takes no more for now.
  [[nodiscard]] io_uring_sqe* entry();
  // No request waits to be submitted.
  [[nodiscard]] bool empty() const { return io_uring_sq_ready(&ring_) == 0; }
  // Submits, and does what can be done at once. Negative: the number of an error.
  int submit();
  // The same, and waits for something to come back, at most that long. If the kernel refuses, for a
  // few milliseconds at least.
  void wait(Duration longest);
  // How often it refused.
  [[nodiscard]] std::uint64_t failures() const { return failures_; }
  // The next that came back; false: none.
  bool take(io_uring_cqe& out);
  // The kernel has more to do or to tell, and does it with the next call.
  [[nodiscard]] bool more() const {
    return (IO_URING_READ_ONCE(*ring_.sq.kflags) & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)) !=
           0;
  }
  [[nodiscard]] bool overflowed() const {
    return (IO_URING_READ_ONCE(*ring_.sq.kflags) & IORING_SQ_CQ_OVERFLOW) != 0;
  }

  // Makes the descriptor known under that number: a request with it is cheaper. False: it is not.
  bool register_file(std::uint32_t number, int descriptor);
  void unregister_file(std::uint32_t number);

  // --- What the kernel has
  [[nodiscard]] bool single_issuer() const { return single_issuer_; }
  [[nodiscard]] bool multishot_receive() const { return multishot_receive_; }
  [[nodiscard]] bool registered_files() const { return files_ > 0; }

  [[nodiscard]] io_uring& raw() { return ring_; }
  // Why one of the calls on an open ring said no, before anything was done with it.
  [[nodiscard]] static Error refusal(const std::string& call, int number);

 private:
  Ring() = default;
  [[nodiscard]] int set_up(const RingOptions& options);
  [[nodiscard]] Result<void> probe();

  io_uring ring_{};
  bool open_ = false;
  bool single_issuer_ = false;
  bool multishot_receive_ = false;
  ForkMark mark_;
  std::uint32_t files_ = 0;
  std::uint64_t failures_ = 0;
  std::atomic<bool> enabled_ = false;
  std::atomic<std::thread::id> owner_;  // nobody's, before it is enabled
};

}  // namespace gossipod::runtime
