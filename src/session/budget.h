// Budget: how many bytes the streams of one node may hold together, and Charge, what one holder
// took of it. A charge that is destroyed gives back what it took, so none can be forgotten.
#pragma once

#include <gossipod/assert.h>

#include <cstddef>

namespace gossipod::session {

class Budget {
 public:
  explicit Budget(std::size_t bytes_max) : bytes_max_{bytes_max} {}

  [[nodiscard]] std::size_t left() const { return bytes_max_ - used_; }
  [[nodiscard]] std::size_t used() const { return used_; }

 private:
  friend class Charge;
  std::size_t bytes_max_;
  std::size_t used_ = 0;
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
    GOSSIPOD_ASSERT(budget_.used_ >= bytes_);
    budget_.used_ = budget_.used_ - bytes_ + bytes;
    bytes_ = bytes;
    return true;
  }
  void clear() { (void)set(0); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t left() const { return budget_.left(); }  // for everybody

 private:
  Budget& budget_;
  std::size_t bytes_ = 0;
};

}  // namespace gossipod::session
