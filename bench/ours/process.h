// What the kernel says about this process, and what it asked of the heap.
#pragma once

#include <chrono>
#include <cstdint>

namespace gossipod::bench {

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

[[nodiscard]] double processor_seconds();  // all threads, user and system
[[nodiscard]] double resident_kib();
void forget_peak();               // from now on peak_kib() counts anew, if the kernel lets us
[[nodiscard]] double peak_kib();  // the most that was resident
[[nodiscard]] std::uint64_t heap_calls();  // all that allocate, of all threads

}  // namespace gossipod::bench
