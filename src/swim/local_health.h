// LocalHealth is Lifeguard's local health multiplier: how badly *this* node has been doing lately.
// A node that misses its own deadlines stretches its probes before it blames anybody else.
//
// Units: a plain count, 0 = healthy, saturating at the ceiling. Threads: none. Allocates: never.
#pragma once

#include <gossipod/assert.h>
#include <gossipod/time.h>

#include <algorithm>
#include <cstdint>

namespace gossipod::swim {

class LocalHealth {
 public:
  // `multiplier_max`: the most an interval is stretched; 1 switches it off.
  constexpr explicit LocalHealth(std::uint32_t multiplier_max) : ceiling_{multiplier_max - 1} {
    GOSSIPOD_ASSERT(multiplier_max > 0);
  }

  // A probe was answered in time, directly or through others.
  constexpr void on_probe_answered() { score_ -= std::min(score_, 1u); }
  // A probe failed, nacks we were owed did not come, we had to refute, our turn was late.
  constexpr void on_trouble(std::uint32_t amount = 1) {
    score_ = std::min(ceiling_, score_ + std::min(amount, ceiling_));
  }

  [[nodiscard]] constexpr Duration stretch(Duration base) const { return base * (1 + score_); }
  [[nodiscard]] constexpr std::uint32_t score() const { return score_; }

 private:
  std::uint32_t ceiling_;
  std::uint32_t score_ = 0;
};

}  // namespace gossipod::swim
