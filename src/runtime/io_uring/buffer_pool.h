// BufferPool: memory that the kernel takes a piece of when something has arrived, and not before:
// shared by all sockets of a loop, so that a thousand idle ones hold none.
//
// The kernel is lent a few buffers, and more whenever they were used up. What comes back is lent
// again first, so the pages that are touched stay few, however many buffers there are. When a
// burst is over and a quarter has done for two seconds, it is lent half as many, and the pages of
// the others go back to the system.
//
// Threads: the loop's. Allocates once; of a buffer's size the system only provides the pages that
// were ever written.
#pragma once

#include <gossipod/time.h>
#include <liburing.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gossipod::runtime {

class BufferPool {
 public:
  struct Size {
    std::size_t bytes;   // of one
    std::uint32_t lent;  // to begin with
    std::uint32_t most;  // a power of two
  };
  BufferPool(std::uint16_t group, const Size& size);
  ~BufferPool();  // after the ring
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  // 0, or the number of an error.
  [[nodiscard]] int register_with(io_uring& ring);

  [[nodiscard]] std::uint16_t group() const { return group_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint8_t* at(std::uint16_t number) const { return memory_ + number * stride_; }

  // The kernel has used it; it is ours until given back.
  void taken() { --lent_; }
  // Its content stays until the next lend(), so whoever has lost interest may say so at any time.
  void give_back(std::uint16_t number) { free_.push_back(number); }
  // The same; but it was so much that the pages shall go back to the system. At once.
  void give_back_large(std::uint16_t number);
  // They were used up: lends more from the next lend() on. A thousand sockets that find out in the
  // same turn are one reason, not a thousand.
  void grow() { used_up_ = true; }
  [[nodiscard]] std::uint32_t lent_max() const { return lent_max_; }
  // Lends to the kernel what it is to have. When nobody looks into what was given back.
  void lend(TimePoint now);

  static constexpr Duration watched = std::chrono::seconds{2};  // then judged

 private:
  void adapt(TimePoint now);
  void fill();
  void release_idle();

  std::uint16_t group_;
  std::size_t bytes_;
  std::size_t stride_;
  std::uint32_t lent_min_;
  std::uint32_t most_;
  std::uint32_t lent_max_;
  std::uint32_t lent_ = 0;
  std::uint32_t filled_ = 0;  // as many were lent when the last turn began
  bool used_up_ = false;
  bool shrinking_ = false;  // more are lent than shall be
  TimePoint judged_next_{};
  std::uint32_t most_used_ = 0;  // in one turn, since last judged
  std::uint8_t* memory_ = nullptr;
  io_uring_buf_ring* ring_ = nullptr;
  std::vector<std::uint16_t> free_;  // the last given back is the first to be lent
  std::size_t unwritten_ = 0;        // so many of them, the first, take no pages
};

}  // namespace gossipod::runtime
