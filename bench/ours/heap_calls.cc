// Every call of the C heap in this process counts itself here, those of OpenSSL and of the C++
// library too: these replace the C library's own functions, which stay reachable under these names.
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "process.h"

extern "C" {
// NOLINTBEGIN: the names are the C library's
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* memory, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
void* malloc(std::size_t bytes);
void* calloc(std::size_t count, std::size_t bytes);
void* realloc(void* memory, std::size_t bytes);
void* memalign(std::size_t alignment, std::size_t bytes) noexcept;
void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept;
int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) noexcept;
// NOLINTEND
}

namespace {
std::atomic<std::uint64_t> calls{0};
void count() { calls.fetch_add(1, std::memory_order_relaxed); }
}  // namespace

std::uint64_t gossipod::bench::heap_calls() { return calls.load(std::memory_order_relaxed); }

void* malloc(std::size_t bytes) {
  count();
  return __libc_malloc(bytes);
}

void* calloc(std::size_t items, std::size_t bytes) {
  count();
  return __libc_calloc(items, bytes);
}

void* realloc(void* memory, std::size_t bytes) {
  count();
  return __libc_realloc(memory, bytes);
}

void* memalign(std::size_t alignment, std::size_t bytes) noexcept {
  count();
  return __libc_memalign(alignment, bytes);
}

void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  return memalign(alignment, bytes);
}

int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) noexcept {
  const bool power_of_two = alignment != 0 && (alignment & (alignment - 1)) == 0;
  if (!power_of_two || alignment % sizeof(void*) != 0) return EINVAL;
  void* const got = memalign(alignment, bytes);
  if (got == nullptr) return ENOMEM;
  *memory = got;
  return 0;
}
