// Rng: the only source of chance below `runtime`. Integers only, and our own: the distributions of
// <random> differ between standard libraries, and a seed that failed must fail again.
//
// xoshiro256** (Blackman and Vigna, 2018), seeded through splitmix64.
#pragma once

#include <gossipod/assert.h>
#include <gossipod/time.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace gossipod {

class Rng {
 public:
  explicit constexpr Rng(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      seed += 0x9e37'79b9'7f4a'7c15u;
      std::uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9u;
      z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11ebu;
      word = z ^ (z >> 31);
    }
  }

  constexpr std::uint64_t next() {
    const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

  // Uniform in [0, bound), without bias (Lemire, 2019).
  constexpr std::uint32_t below(std::uint32_t bound) {
    GOSSIPOD_ASSERT(bound > 0);
    std::uint64_t product = (next() >> 32) * bound;
    if (static_cast<std::uint32_t>(product) < bound) {
      const std::uint32_t threshold = (0u - bound) % bound;
      while (static_cast<std::uint32_t>(product) < threshold) product = (next() >> 32) * bound;
    }
    return static_cast<std::uint32_t>(product >> 32);
  }

  // Uniform in [0, bound), to within one part in 2^32 of it; 0 for 0.
  constexpr Duration below(Duration bound) {
    const auto count = static_cast<std::uint64_t>(bound.count());
    const std::uint64_t high = (count >> 32) * (next() >> 32);
    const std::uint64_t low = ((count & 0xffff'ffffu) * (next() >> 32)) >> 32;
    return Duration{static_cast<Duration::rep>(high + low)};
  }

  // Fisher and Yates.
  template <class T>
  constexpr void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1], items[below(static_cast<std::uint32_t>(i))]);
    }
  }

 private:
  static constexpr std::uint64_t rotate(std::uint64_t value, int by) {
    return (value << by) | (value >> (64 - by));
  }
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace gossipod
