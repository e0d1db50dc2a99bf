// Reporter: how a layer counts and tells. Joins the counters with the observer, and keeps hostile
// input from filling somebody's disk: of the facts a stranger can cause, a few per second are told
// and the rest are counted.
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/observer.h>
#include <gossipod/stats.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

namespace gossipod {

class Reporter {
 public:
  Reporter(Observer* observer, Counters* counters)
      : observer_{observer},
        counters_{counters},
        level_{observer != nullptr ? observer->level() : Fact::Level::error} {}

  void count(Counter counter, std::uint64_t amount = 1) {
    if (counters_ != nullptr) counters_->add(counter, amount);
    if (counter >= Counter::drop_empty && counter <= Counter::drop_overload) dropped_ = counter;
  }
  // Why a datagram was dropped since this was last asked: whoever opens it counts the reason, who
  // knows where it came from tells it.
  [[nodiscard]] std::optional<Counter> take_drop() { return std::exchange(dropped_, std::nullopt); }
  // Ask before putting a costly fact together.
  [[nodiscard]] bool wants(Fact::Level level) const {
    return observer_ != nullptr && level >= level_;
  }
  void tell(TimePoint now, Fact::Level level, Fact::Id id,
            std::initializer_list<Fact::Field> fields);
  // For what a stranger can cause: at most limits::facts_per_second_max of one id.
  void tell_limited(TimePoint now, Fact::Level level, Fact::Id id,
                    std::initializer_list<Fact::Field> fields);
  // A datagram or a message of one was dropped, and counted under `why`: tells the reason and the
  // sender, with the same limit.
  void tell_drop(TimePoint now, Counter why, const Endpoint& from);

 private:
  // Whether one more of these may be told within this second.
  [[nodiscard]] bool may_tell(TimePoint now, Fact::Id id);

  struct Window {
    Fact::Id id{};
    std::uint32_t told = 0;
    TimePoint since;
  };
  Observer* observer_;
  Counters* counters_;
  Fact::Level level_;
  std::vector<Window> windows_;  // of the few ids that were ever limited
  std::optional<Counter> dropped_;
};

}  // namespace gossipod
