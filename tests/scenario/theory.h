// What tests of numbers share: the line that is printed, and how much work is put into one.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace gossipod::theory {

// Prints one line, and fails if the ratio of the two is farther from 1 than the tolerance.
inline void compare(const std::string& what, double measured, double expected, double tolerance) {
  const double ratio = measured / expected;
  std::printf("%-52s %9.4g  expected %9.4g  ratio %.4f\n", what.c_str(), measured, expected, ratio);
  EXPECT_NEAR(ratio, 1.0, tolerance + 1e-12) << what;
}

// How many times more there is to do than in a short run: GOSSIPOD_SEEDS / 20.
inline double effort() {
  const char* text = std::getenv("GOSSIPOD_SEEDS");
  return text != nullptr ? std::max(0.05, std::strtod(text, nullptr) / 20) : 1;
}

}  // namespace gossipod::theory
