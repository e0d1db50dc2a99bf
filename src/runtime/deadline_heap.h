// DeadlineHeap: which of many links is due next. A binary heap that knows where each link's entry
// is, so that a changed deadline moves it instead of leaving a stale one behind. Equal deadlines
// fall due by slot number, so the order is the same in every run.
//
// Threads: one. Allocates only when a slot number is new.
#pragma once

#include <gossipod/time.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace gossipod::runtime {

class DeadlineHeap {
 public:
  // `never` takes the slot out.
  void set(std::uint32_t slot, TimePoint at) {
    if (slot >= entries_.size()) {
      entries_.resize(slot + 1u);
      heap_.reserve(entries_.size());
    }
    Entry& entry = entries_[slot];
    if (at == never) {
      if (entry.place != nowhere) remove(entry.place);
      return;
    }
    entry.at = at;
    if (entry.place == nowhere) {
      entry.place = static_cast<std::uint32_t>(heap_.size());
      heap_.push_back(slot);
    }
    sink_down(rise(entry.place));
  }

  [[nodiscard]] bool empty() const { return heap_.empty(); }
  // The earliest deadline; `never` if there is none.
  [[nodiscard]] TimePoint next() const { return empty() ? never : entries_[heap_.front()].at; }
  // The slot it belongs to; not if empty.
  [[nodiscard]] std::uint32_t top() const { return heap_.front(); }
  void pop() { remove(0); }

 private:
  static constexpr std::uint32_t nowhere = ~0u;
  struct Entry {
    TimePoint at{};
    std::uint32_t place = nowhere;
  };

  [[nodiscard]] bool before(std::uint32_t a, std::uint32_t b) const {
    const TimePoint at_a = entries_[a].at;
    const TimePoint at_b = entries_[b].at;
    return at_a < at_b || (at_a == at_b && a < b);
  }

  void put(std::uint32_t place, std::uint32_t slot) {
    heap_[place] = slot;
    entries_[slot].place = place;
  }

  std::uint32_t rise(std::uint32_t place) {
    const std::uint32_t slot = heap_[place];
    while (place > 0) {
      const std::uint32_t parent = (place - 1) / 2;
      if (!before(slot, heap_[parent])) break;
      put(place, heap_[parent]);
      place = parent;
    }
    put(place, slot);
    return place;
  }

  void sink_down(std::uint32_t place) {
    const std::uint32_t slot = heap_[place];
    const auto size = static_cast<std::uint32_t>(heap_.size());
    for (;;) {
      std::uint32_t child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && before(heap_[child + 1], heap_[child])) ++child;
      if (!before(heap_[child], slot)) break;
      put(place, heap_[child]);
      place = child;
    }
    put(place, slot);
  }

  void remove(std::uint32_t place) {
    entries_[heap_[place]].place = nowhere;
    const std::uint32_t last = heap_.back();
    heap_.pop_back();
    if (place == heap_.size()) return;
    put(place, last);
    sink_down(rise(place));
  }

  std::vector<Entry> entries_;       // by slot
  std::vector<std::uint32_t> heap_;  // slots
};

}  // namespace gossipod::runtime
