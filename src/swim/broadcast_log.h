// BroadcastLog: which broadcasts we have had, so that each is delivered and passed on once, whoever
// brings it how often. A ring of the newest. Copies of one come within seconds of each other; an id
// is remembered for `lifetime` at least: were it forgotten while copies are still about, they would
// be news to everybody, again and again. What comes when there is no room is not taken.
//
// Threads: none. Allocates: as broadcasts come, up to 16 bytes for each of limits::broadcasts_kept.
#pragma once

#include <gossipod/limits.h>
#include <gossipod/time.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gossipod::swim {

class BroadcastLog {
 public:
  static constexpr Duration lifetime = std::chrono::seconds{30};

  enum class Seen : std::uint8_t { first, again, full };
  Seen add(std::int64_t id, TimePoint now) {
    if (std::ranges::find(ids_, id) != ids_.end()) return Seen::again;
    const bool room = ids_.size() < limits::broadcasts_kept || now - times_[oldest_] >= lifetime;
    if (!room) return Seen::full;
    add_ours(id, now);
    return Seen::first;
  }
  // What we say ourselves does not wait for others.
  void add_ours(std::int64_t id, TimePoint now) {
    if (ids_.size() < limits::broadcasts_kept) {
      ids_.push_back(id);
      times_.push_back(now);
      return;
    }
    ids_[oldest_] = id;
    times_[oldest_] = now;
    oldest_ = (oldest_ + 1) % ids_.size();
  }

 private:
  std::vector<std::int64_t> ids_;
  std::vector<TimePoint> times_;
  std::size_t oldest_ = 0;
};

}  // namespace gossipod::swim
