// Fifo: a queue that keeps its memory: first in, first out, bounded by the one who pushes. What it
// needed for one large burst it gives up when it is empty again: there may be hundreds of nodes in
// a process, and each of them learns of all members at once when it joins.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace gossipod::swim {

// `bytes_kept_max`: so much it keeps.
template <class T, std::size_t bytes_kept_max = (8 << 10)>
class Fifo {
 public:
  void reserve(std::size_t items) { items_.reserve(items); }
  void push(T item) {
    if (items_.size() == items_.capacity() && head_ > items_.size() / 2) compact();
    items_.push_back(std::move(item));
  }
  std::optional<T> pop() {
    if (empty()) return std::nullopt;
    std::optional<T> item{std::move(items_[head_++])};
    if (head_ == items_.size()) clear();
    if (empty() && items_.capacity() * sizeof(T) > bytes_kept_max) items_.shrink_to_fit();
    return item;
  }
  [[nodiscard]] T& front() { return items_[head_]; }
  [[nodiscard]] bool empty() const { return head_ == items_.size(); }
  [[nodiscard]] std::size_t size() const { return items_.size() - head_; }
  void clear() {
    items_.clear();
    head_ = 0;
  }

 private:
  void compact() {
    items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  std::vector<T> items_;
  std::size_t head_ = 0;
};

}  // namespace gossipod::swim
