#include <gossipod/bytes.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace gossipod::inline v0 {
namespace {

// As the heap does it at first; but the heap learns to keep what is freed and asked for again.
constexpr std::size_t large = std::size_t{128} << 10;

// Stands before what is large.
struct Head {
  std::size_t mapped = 0;  // 0: it is the heap's, because no pages were to be had
  std::size_t unused[7]{};
};

void move_to(LargeBytes& bytes, std::size_t capacity) {
  LargeBytes other;
  other.reserve(capacity);
  append(other, bytes);
  bytes.swap(other);
}

}  // namespace

std::uint8_t* ByteAllocator::allocate(std::size_t size) {
  if (size < large) return static_cast<std::uint8_t*>(::operator new(size));
  const std::size_t all = size + sizeof(Head);
  void* memory = ::mmap(nullptr, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const bool mapped = memory != MAP_FAILED;
  if (!mapped) memory = ::operator new(all);
  Head* const head = new (memory) Head{.mapped = mapped ? all : 0};
  return reinterpret_cast<std::uint8_t*>(head + 1);
}

void ByteAllocator::deallocate(std::uint8_t* at, std::size_t size) noexcept {
  if (size < large) return ::operator delete(at);
  Head* const head = reinterpret_cast<Head*>(at) - 1;
  if (head->mapped == 0) return ::operator delete(head);
  ::munmap(head, head->mapped);
}

void reserve(LargeBytes& bytes, std::size_t capacity) {
  if (capacity > bytes.capacity()) move_to(bytes, capacity);
}

void shrink_to_fit(LargeBytes& bytes) {
  if (bytes.size() < bytes.capacity()) move_to(bytes, bytes.size());
}

void append(LargeBytes& bytes, Bytes more) {
  if (more.empty()) return;
  const std::size_t size = bytes.size();
  if (size + more.size() > bytes.capacity()) reserve(bytes, std::max(2 * size, size + more.size()));
  bytes.resize(size + more.size());
  std::memcpy(bytes.data() + size, more.data(), more.size());
}

}  // namespace gossipod::inline v0
