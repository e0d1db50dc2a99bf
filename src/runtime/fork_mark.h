// ForkMark: is this still the process that it was made in, or a copy of it after fork()? It lies in
// a page of its own, which the kernel wipes in a child: so a look costs no system call, and a
// fork() that goes past the C library, or a child that gets its grandparent's process id, is
// noticed too. Where the kernel cannot wipe, process ids are compared.
//
// Threads: any.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>

namespace gossipod::runtime {

class ForkMark {
 public:
  ForkMark();
  ~ForkMark();
  ForkMark(const ForkMark&) = delete;
  ForkMark& operator=(const ForkMark&) = delete;

  [[nodiscard]] bool forked() const {
    return mark_ != nullptr ? mark_->load(std::memory_order_relaxed) == 0 : compare();
  }

 private:
  [[nodiscard]] bool compare() const;

  std::atomic<std::uint32_t>* mark_ = nullptr;  // not 0 in the process that made it
  pid_t owner_;
};

}  // namespace gossipod::runtime
