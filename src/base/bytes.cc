#include <gossipod/bytes.h>
#include <sys/mman.h>

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

}  // namespace gossipod::inline v0
