// Formulas: the numbers of SWIM, Lifeguard and memberlist as pure functions.
//
// `members` is always the size of the table: ourselves, suspects, and those dead or left that are
// still remembered.
#pragma once

#include <gossipod/assert.h>
#include <gossipod/time.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace gossipod::swim {

// The next tick of something that comes every `interval`, in about `wait` from now: on a grid of
// twentieths of the interval that all nodes of a loop have in common, so that they wake it together
// and not each for itself.
[[nodiscard]] constexpr TimePoint tick_after(TimePoint now, Duration wait, Duration interval) {
  const Duration step = std::max<Duration>(interval / 20, Duration{1});
  const TimePoint tick = now + wait - (now + wait).time_since_epoch() % step;
  return tick > now ? tick : tick + step;
}

// How often a change is told: multiplier * ceil(log10(members + 1)). memberlist-compatible.
[[nodiscard]] constexpr std::uint32_t retransmit_limit(std::uint32_t multiplier,
                                                       std::size_t members) {
  std::uint32_t digits = 0;
  for (std::uint64_t power = 1; power < members + 1; power *= 10) ++digits;
  return multiplier * digits;
}

// How much rarer push-pulls become: ceil(log2(members) - 5) + 1 above 32. memberlist-compatible.
[[nodiscard]] constexpr std::uint32_t push_pull_scale(std::size_t members) {
  std::uint32_t scale = 1;
  for (std::size_t power = 32; power < members; power *= 2) ++scale;
  return scale;
}

// The shortest suspicion: multiplier * max(1, log10(members)) * interval, the logarithm cut to
// three decimals. Lifeguard's Min, memberlist-compatible.
[[nodiscard]] inline Duration suspicion_low(std::uint32_t multiplier, std::size_t members,
                                            Duration interval) {
  const double scale =
      std::max(1.0, std::log10(static_cast<double>(std::max<std::size_t>(1, members))));
  return multiplier * static_cast<Duration::rep>(scale * 1000) * interval / 1000;
}

// Lifeguard, LHA-Suspicion: from `high` down to `low` as `confirmations` approach `wanted`, cut to
// whole milliseconds as memberlist does.
[[nodiscard]] inline Duration suspicion_timeout(std::uint32_t confirmations, std::uint32_t wanted,
                                                Duration low, Duration high) {
  if (wanted == 0) return low;
  using Seconds = std::chrono::duration<double>;
  const double fraction = std::log(confirmations + 1.0) / std::log(wanted + 1.0);
  const double low_s = Seconds{low}.count();
  const double high_s = Seconds{high}.count();
  const double raw = high_s - fraction * (high_s - low_s);
  const auto total = std::chrono::milliseconds{static_cast<std::int64_t>(std::floor(1000.0 * raw))};
  return std::max<Duration>(total, low);
}

// How many confirmations shorten a suspicion all the way: multiplier - 2, or none if there are not
// that many others to ask. memberlist-compatible.
[[nodiscard]] constexpr std::uint32_t confirmations_wanted(std::uint32_t multiplier,
                                                           std::size_t members) {
  const std::uint32_t wanted = multiplier > 2 ? multiplier - 2 : 0;
  return members < std::size_t{wanted} + 2 ? 0 : wanted;
}

}  // namespace gossipod::swim
