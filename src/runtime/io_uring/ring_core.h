// RingCore: the loop of an io_uring: one ring for all links, and in the steady state one call of
// the kernel a turn. That call submits what the last turn left to be sent, waits, and brings what
// arrived; then every link that got something, or is due, has its turn.
//
// Threads: the loop's, except post(), wake() and the making. Held by shared pointers, so that a
// task may destroy the loop that runs it.
#pragma once

#include <gossipod/link.h>
#include <gossipod/loop.h>
#include <gossipod/reactor.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/io_uring/buffer_pool.h"
#include "runtime/io_uring/received.h"
#include "runtime/io_uring/ring.h"
#include "runtime/io_uring/ring_link.h"
#include "runtime/io_uring/ring_options.h"
#include "runtime/io_uring/ring_poll.h"
#include "runtime/io_uring/ring_user.h"
#include "runtime/io_uring/send_slots.h"
#include "runtime/io_uring/wake_up.h"
#include "runtime/posix/fd.h"
#include "runtime/posix/loop_core.h"

namespace gossipod::runtime {

class RingCore final : private Reactor, public LoopCore {
 public:
  [[nodiscard]] static Result<std::shared_ptr<RingCore>> open(const RingOptions& options);
  RingCore(const RingOptions& options, std::unique_ptr<Ring> ring);
  ~RingCore() override;

  Result<std::shared_ptr<LinkCore>> attach(const LinkOptions& options, Sink& sink);
  void turn(Duration longest);
  // Something was posted.
  void wake();
  // The loop ends: everything is closed.
  void end();
  // What it uses of the kernel, in words.
  [[nodiscard]] std::string features() const;

  // --- For the users of the ring
  [[nodiscard]] Ring& ring() { return *ring_; }
  // Requests can be made. Not on another thread than the one that turned the loop.
  [[nodiscard]] bool usable() const { return ring_ != nullptr && ring_->usable_here(); }
  [[nodiscard]] RingOptions& options() { return options_; }
  void hold(std::shared_ptr<RingUser> user);
  // Waits, but not for long, until nothing of its is in flight.
  void settle(const RingUser& user);
  // Closed as soon as all requests that name it are submitted.
  void retire(Fd fd) { retired_.push_back(std::move(fd)); }
  // When all that came back was seen. Who acted at once, and asked for more, would be answered at
  // once, and the end of what came back never be seen.
  void call_later(std::shared_ptr<RingUser> user) { called_.push_back(std::move(user)); }

  // --- Datagrams
  [[nodiscard]] ReceivedDatagrams& received() { return received_; }
  [[nodiscard]] BufferPool& stream_buffers() { return stream_buffers_; }
  // By the system's clock, read once a turn.
  [[nodiscard]] const timespec& wall();
  // Null if there is no room even after what is there was submitted.
  [[nodiscard]] const msghdr* copy(int family, const TxDatagram& datagram);
  // Who is told of a datagram that was not sent; null: nobody.
  void enter_sender(std::uint32_t slot, RingLink* link);
  // Has its wait() called after all others of this turn: it took more than its share.
  void last_in_line(RingLink& link);
  // Whether the kernel may accept all that wait at the listener of one more link.
  [[nodiscard]] bool take_endless_accept() {
    if (!options_.multishot_accept || endless_accepts_ == 0) return false;
    --endless_accepts_;
    return true;
  }
  void give_back_endless_accept() { ++endless_accepts_; }
  // How often the queue of completions was too short.
  [[nodiscard]] std::uint64_t overflows() const { return overflows_; }
  // How often it could not wait.
  [[nodiscard]] std::uint64_t failures() const { return ring_->failures(); }

 private:
  Result<std::unique_ptr<Watch>> watch(int descriptor, Waiter& waiter) override;
  // The next deadline is looked up before each wait.
  void wake_at(std::chrono::steady_clock::time_point) override {}

  [[nodiscard]] Duration patience(Duration longest);
  void close_retired();
  void reap();
  void dispatch(const io_uring_cqe& completion);
  void read_the_rest();
  void call_users();
  void serve_the_last();

  RingOptions options_;
  // Before the ring, because the kernel writes into them for as long as there is one.
  ReceivedDatagrams received_;
  BufferPool stream_buffers_;
  SendSlots slots_;
  std::unique_ptr<Ring> ring_;  // null: the loop has ended
  std::shared_ptr<WakeUp> wake_up_;
  std::atomic<bool> posted_ = false;

  std::vector<RingLink*> senders_;  // by slot
  std::vector<std::shared_ptr<RingUser>> held_;
  std::vector<Fd> retired_;
  std::vector<std::shared_ptr<RingUser>> called_;
  std::vector<std::shared_ptr<RingLink>> last_;
  std::uint32_t endless_accepts_;  // left
  std::uint64_t overflows_ = 0;
  timespec wall_{};
  bool wall_known_ = false;
};

}  // namespace gossipod::runtime
