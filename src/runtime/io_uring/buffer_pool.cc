#include "runtime/io_uring/buffer_pool.h"

#include <gossipod/assert.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace gossipod::runtime {
namespace {

std::size_t page() {
  static const auto bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return bytes;
}

std::size_t whole_pages(std::size_t bytes) { return (bytes + page() - 1) / page() * page(); }

void* map(std::size_t bytes) {
  void* pages = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  GOSSIPOD_ASSERT(pages != MAP_FAILED);
  // With large pages the first byte of each buffer would cost two megabytes.
  ::madvise(pages, bytes, MADV_NOHUGEPAGE);
  return pages;
}

}  // namespace

BufferPool::BufferPool(std::uint16_t group, const Size& size)
    : group_{group},
      bytes_{size.bytes},
      stride_{whole_pages(size.bytes)},
      lent_min_{std::min(size.lent, size.most)},
      most_{size.most},
      lent_max_{lent_min_} {
  memory_ = static_cast<std::uint8_t*>(map(most_ * stride_));
  ring_ = static_cast<io_uring_buf_ring*>(map(most_ * sizeof(io_uring_buf)));
  free_.reserve(most_);
  for (std::uint32_t number = most_; number > 0; --number) {
    free_.push_back(static_cast<std::uint16_t>(number - 1));
  }
  unwritten_ = free_.size();
}

BufferPool::~BufferPool() {
  ::munmap(memory_, most_ * stride_);
  ::munmap(ring_, whole_pages(most_ * sizeof(io_uring_buf)));
}

int BufferPool::register_with(io_uring& ring) {
  io_uring_buf_reg wanted{};
  wanted.ring_addr = reinterpret_cast<std::uintptr_t>(ring_);
  wanted.ring_entries = most_;
  wanted.bgid = group_;
  const int failed = io_uring_register_buf_ring(&ring, &wanted, 0);
  if (failed == 0) fill();
  return -failed;
}

void BufferPool::give_back_large(std::uint16_t number) {
  ::madvise(at(number) + page(), stride_ - page(), MADV_DONTNEED);
  give_back(number);
}

void BufferPool::lend(TimePoint now) {
  adapt(now);
  fill();
  unwritten_ = std::min(unwritten_, free_.size());
  if (!shrinking_) return;
  release_idle();
  shrinking_ = lent_ > lent_max_;
}

void BufferPool::adapt(TimePoint now) {
  if (std::exchange(used_up_, false)) {
    lent_max_ = std::min(2 * lent_max_, most_);
    most_used_ = lent_max_;
  } else {
    most_used_ = std::max(most_used_, filled_ - lent_);
  }
  if (now < judged_next_) return;
  if (lent_max_ > lent_min_ && most_used_ <= lent_max_ / 4) {
    lent_max_ = std::max(lent_max_ / 2, lent_min_);
    shrinking_ = true;
  }
  judged_next_ = now + watched;
  most_used_ = 0;
}

void BufferPool::fill() {
  const int mask = io_uring_buf_ring_mask(most_);
  int count = 0;
  while (lent_ < lent_max_ && !free_.empty()) {
    const std::uint16_t number = free_.back();
    free_.pop_back();
    io_uring_buf_ring_add(ring_, at(number), static_cast<unsigned>(bytes_), number, mask, count);
    ++lent_;
    ++count;
  }
  if (count > 0) io_uring_buf_ring_advance(ring_, count);
  filled_ = lent_;
}

// What came back of too many lent is not soon lent again.
void BufferPool::release_idle() {
  for (; unwritten_ < free_.size(); ++unwritten_) {
    ::madvise(at(free_[unwritten_]), stride_, MADV_DONTNEED);
  }
}

}  // namespace gossipod::runtime
