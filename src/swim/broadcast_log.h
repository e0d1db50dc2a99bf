// BroadcastLog: which broadcasts we have had, so that each is delivered and passed on once, whoever
// brings it how often. A ring of the newest: copies of one come within seconds of each other.
//
// Threads: none. Allocates: as broadcasts come, up to 8 bytes for each of limits::broadcasts_kept.
#pragma once

#include <gossipod/limits.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gossipod::swim {

class BroadcastLog {
 public:
  // True the first time.
  bool add(std::int64_t id) {
    if (std::ranges::find(ids_, id) != ids_.end()) return false;
    if (ids_.size() < limits::broadcasts_kept) {
      ids_.push_back(id);
    } else {
      ids_[oldest_] = id;
      oldest_ = (oldest_ + 1) % ids_.size();
    }
    return true;
  }

 private:
  std::vector<std::int64_t> ids_;
  std::size_t oldest_ = 0;
};

}  // namespace gossipod::swim
