// How many times a story is told: GOSSIPOD_SEEDS, 20 by default. A failure names its seed.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace gossipod::sim::test {

inline std::uint64_t seeds() {
  const char* text = std::getenv("GOSSIPOD_SEEDS");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 20;
}

// One story for each seed; stops at the first that goes wrong, since the others would as well.
template <class Story>
void for_each_seed(Story story) {
  for (std::uint64_t seed = 1; seed <= seeds() && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    story(seed);
  }
}

}  // namespace gossipod::sim::test
