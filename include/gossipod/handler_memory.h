// HandlerMemory: room for a few handlers of one kind, one of which is made again and again while
// others of it are still under way. Asio asks for it through HandlerAllocator. What does not fit
// comes from the heap.
//
// Threads: the loop's.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace gossipod::inline v0 {

class HandlerMemory {
 public:
  HandlerMemory() = default;
  HandlerMemory(const HandlerMemory&) = delete;
  HandlerMemory& operator=(const HandlerMemory&) = delete;

  [[nodiscard]] void* take(std::size_t bytes) {
    for (Place& place : places_) {
      if (place.taken || bytes > sizeof place.room) continue;
      place.taken = true;
      return place.room;
    }
    return ::operator new(bytes);
  }
  void give_back(void* memory) {
    for (Place& place : places_) {
      if (place.room != memory) continue;
      place.taken = false;
      return;
    }
    ::operator delete(memory);
  }

 private:
  struct Place {
    alignas(std::max_align_t) std::byte room[256];
    bool taken = false;
  };
  std::array<Place, 4> places_;
};

template <class T>
class HandlerAllocator {
 public:
  using value_type = T;
  explicit HandlerAllocator(std::shared_ptr<HandlerMemory> memory) : memory_{std::move(memory)} {}
  template <class U>
  HandlerAllocator(const HandlerAllocator<U>& other) : memory_{other.memory()} {}

  [[nodiscard]] T* allocate(std::size_t count) {
    return static_cast<T*>(memory_->take(count * sizeof(T)));
  }
  void deallocate(T* at, std::size_t) { memory_->give_back(at); }
  [[nodiscard]] const std::shared_ptr<HandlerMemory>& memory() const { return memory_; }
  template <class U>
  friend bool operator==(const HandlerAllocator& a, const HandlerAllocator<U>& b) {
    return a.memory() == b.memory();
  }

 private:
  std::shared_ptr<HandlerMemory> memory_;
};

}  // namespace gossipod::inline v0
