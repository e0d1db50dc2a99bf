// Fifo: a queue that keeps its memory: first in, first out, bounded by the one who pushes.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace gossipod::swim {

template <class T>
class Fifo {
 public:
  void push(T item) {
    if (items_.size() == items_.capacity() && head_ > items_.size() / 2) compact();
    items_.push_back(std::move(item));
  }
  std::optional<T> pop() {
    if (empty()) return std::nullopt;
    std::optional<T> item{std::move(items_[head_++])};
    if (head_ == items_.size()) clear();
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
