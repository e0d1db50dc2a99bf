// Three machines, one mishap, and every order and every loss of their datagrams within a bound.
//
// The sound network is one path. From it all paths are grown that differ at one decision, from
// those all that differ at two, and so on. So the first failure needs the fewest mishaps of the
// network, and it is printed. Two bounds: everything that can become of a few datagrams, and every
// pair of mishaps among many. GOSSIPOD_EXPLORE=1 goes one deeper, 2 two; each takes thirty times as
// long.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "explorer/trio.h"

namespace gossipod::explorer {
namespace {

std::size_t deeper() {
  const char* text = std::getenv("GOSSIPOD_EXPLORE");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 0;
}

std::string told(Story story, const Path& path, std::size_t window) {
  Trio again{story, path, window, true};
  const Trio::Outcome outcome = again.run();
  std::string text = "the shortest failing path, with " + std::to_string(path.size()) +
                     " mishaps of the network:\n";
  constexpr std::size_t lines_max = 120;  // one that never ends says nothing new after that
  for (std::size_t i = 0; i < outcome.log.size() && i < lines_max; ++i) {
    text += outcome.log[i] + "\n";
  }
  if (outcome.log.size() > lines_max) text += "...\n";
  return text + outcome.broken;
}

// All paths with up to `deviations` mishaps among the first `window` datagrams.
void explore(Story story, std::size_t deviations, std::size_t window) {
  const auto began = std::chrono::steady_clock::now();
  std::uint64_t paths = 0;
  std::uint64_t steps = 0;
  std::vector<Path> level{Path{}};
  for (std::size_t depth = 0; !level.empty(); ++depth) {
    std::vector<Path> longer;
    for (const Path& path : level) {
      Trio trio{story, path, window, false};
      const Trio::Outcome outcome = trio.run();
      ++paths;
      steps += outcome.steps;
      ASSERT_EQ(outcome.broken, "") << told(story, path, window);
      if (depth == deviations) continue;
      const std::size_t first = path.empty() ? 0 : path.back().at + std::size_t{1};
      for (std::size_t at = first; at < outcome.options.size(); ++at) {
        for (std::uint8_t option = 1; option < outcome.options[at]; ++option) {
          Path& grown = longer.emplace_back(path);
          grown.push_back({static_cast<std::uint16_t>(at), option});
        }
      }
    }
    level = std::move(longer);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::printf("%s, up to %zu mishaps among %zu datagrams: %llu paths, %llu inputs, %.1f s\n",
              std::string{to_string(story)}.c_str(), deviations, window,
              static_cast<unsigned long long>(paths), static_cast<unsigned long long>(steps),
              took.count());
}

class Explorer : public testing::TestWithParam<Story> {};

TEST_P(Explorer, WhateverBecomesOfAFewDatagrams) {
  const std::size_t datagrams = 6 + 2 * deeper();
  explore(GetParam(), datagrams, datagrams);
}

TEST_P(Explorer, AFewMishapsAmongMany) { explore(GetParam(), 2 + deeper(), 36); }

INSTANTIATE_TEST_SUITE_P(Stories, Explorer,
                         testing::Values(Story::crash, Story::accused, Story::buried, Story::leave,
                                         Story::restart),
                         [](const auto& story) { return std::string{to_string(story.param)}; });

}  // namespace
}  // namespace gossipod::explorer
