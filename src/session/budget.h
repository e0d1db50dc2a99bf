// Budget: how many bytes the streams of one node may hold together, or a share of that, for those
// from one source; and Charge, what one holder took of it. A charge that is destroyed gives back
// what it took, so none can be forgotten.
#pragma once

#include <gossipod/assert.h>
#include <gossipod/stats.h>

#include <algorithm>
#include <cstddef>

namespace gossipod::session {

class Budget {
 public:
  explicit Budget(std::size_t bytes_max, Budget* whole = nullptr)
      : bytes_max_{bytes_max}, whole_{whole} {}

  [[nodiscard]] std::size_t left() const {
    const std::size_t own = bytes_max_ - used_;
    return whole_ == nullptr ? own : std::min(own, whole_->left());
  }
  [[nodiscard]] std::size_t used() const { return used_; }
  // Whether it is not the whole that ends first.
  [[nodiscard]] bool share_ends_first() const {
    return whole_ != nullptr && bytes_max_ - used_ < whole_->left();
  }

 private:
  friend class Charge;
  void change(std::size_t before, std::size_t after) {
    GOSSIPOD_ASSERT(used_ >= before);
    used_ = used_ - before + after;
    if (whole_ != nullptr) whole_->change(before, after);
  }
  std::size_t bytes_max_;
  std::size_t used_ = 0;
  Budget* whole_;
};

class Charge {
 public:
  explicit Charge(Budget& budget) : budget_{budget} {}
  ~Charge() { clear(); }
  Charge(const Charge&) = delete;
  Charge& operator=(const Charge&) = delete;

  // From now on `bytes` in all; false, and nothing changed, if the budget does not allow it.
  [[nodiscard]] bool set(std::size_t bytes) {
    if (bytes > bytes_ && bytes - bytes_ > budget_.left()) return false;
    budget_.change(bytes_, bytes);
    bytes_ = bytes;
    return true;
  }
  void clear() { (void)set(0); }
  [[nodiscard]] std::size_t left() const { return budget_.left(); }  // for everybody in it
  // What to blame when it does not fit.
  [[nodiscard]] Counter overload() const {
    return budget_.share_ends_first() ? Counter::stream_drop_source_bytes
                                      : Counter::stream_drop_bytes;
  }

 private:
  Budget& budget_;
  std::size_t bytes_ = 0;
};

}  // namespace gossipod::session
