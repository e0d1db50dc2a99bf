#include "runtime/fork_mark.h"

#include <sys/mman.h>
#include <unistd.h>

#include <new>

namespace gossipod::runtime {
namespace {

using Mark = std::atomic<std::uint32_t>;

}  // namespace

ForkMark::ForkMark() : owner_{::getpid()} {
  void* const page =
      ::mmap(nullptr, sizeof(Mark), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return;
  if (::madvise(page, sizeof(Mark), MADV_WIPEONFORK) == 0) {
    mark_ = new (page) Mark{1};
  } else {
    ::munmap(page, sizeof(Mark));
  }
}

ForkMark::~ForkMark() {
  if (mark_ != nullptr) ::munmap(mark_, sizeof(Mark));
}

bool ForkMark::compare() const { return owner_ != ::getpid(); }

}  // namespace gossipod::runtime
