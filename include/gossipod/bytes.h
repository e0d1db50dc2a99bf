// Bytes: a borrowed run of octets, as it crosses every border in here.
//
// On the wire a byte field may be absent (nil) or present and empty; receivers treat both alike,
// but what we forward keeps the difference. So: a span with a null data() is nil, any other is
// present.
#pragma once

#include <gossipod/export.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace gossipod::inline v0 {

using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

// Memory for bytes. What is large has pages of its own, which go back to the system when it is
// freed: a table of ten thousand members, encoded now and then, would else stay with the heap.
// Threads: any.
class GOSSIPOD_EXPORT ByteAllocator {
 public:
  using value_type = std::uint8_t;
  template <class T>
  struct rebind {
    static_assert(sizeof(T) == 1, "for bytes only");
    using other = ByteAllocator;
  };
  [[nodiscard]] std::uint8_t* allocate(std::size_t size);
  void deallocate(std::uint8_t* at, std::size_t size) noexcept;
  // Bytes that are about to be written are not cleared first.
  template <class T>
  void construct(T* at) {
    ::new (static_cast<void*>(at)) T;
  }
  friend bool operator==(const ByteAllocator&, const ByteAllocator&) { return true; }
};
// Bytes of our own that may be many: what streams carry.
using LargeBytes = std::vector<std::uint8_t, ByteAllocator>;

// With an allocator of our own a std::vector moves and copies byte by byte. These do it at once:
// more room (exactly so much, if there was less), no more room than needed, more bytes at the end
// (which must not be its own).
GOSSIPOD_EXPORT void reserve(LargeBytes& bytes, std::size_t capacity);
GOSSIPOD_EXPORT void shrink_to_fit(LargeBytes& bytes);
GOSSIPOD_EXPORT void append(LargeBytes& bytes, Bytes more);

// Bytes with several owners that nobody changes any more: what is being written to a stream.
using SharedBytes = std::shared_ptr<const LargeBytes>;

[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace gossipod::inline v0
