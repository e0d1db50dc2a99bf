// LossWatch: whether packets have been lost lately between us and members that are well. A probe
// that was answered, but only through others, by a stream or late, is such a sign, and so is a
// suspect that turns out to be alive. Members that are dead leave none: nobody answers for them.
//
// Threads: none. Allocates: never.
#pragma once

#include <gossipod/time.h>

#include <optional>

namespace gossipod::swim {

class LossWatch {
 public:
  explicit LossWatch(Duration probing_interval) : remembered_{probing_interval * probes} {}

  void on_sign(TimePoint now) { last_ = now; }
  [[nodiscard]] bool lossy(TimePoint now) const { return last_ && now - *last_ <= remembered_; }

 private:
  // Where 10 % of all packets are lost, 19 % of all probes are such signs: in 30 probes there is
  // none once in 500 times, and where 25 % are lost, never.
  static constexpr int probes = 30;

  Duration remembered_;
  std::optional<TimePoint> last_;
};

}  // namespace gossipod::swim
