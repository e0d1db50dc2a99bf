// `gossipod demo`: a cluster of real processes on loopback, what befalls it, and what its members
// make of it. Every step is checked; the exit code is 0 only if all of it happened.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace gossipod::cli {

struct DemoOptions {
  std::string guest;  // a program on memberlist that takes our options; empty: look for one
};
void declare(CLI::App& app, DemoOptions& options);

// The exit code of the process; 130 after Ctrl-C.
[[nodiscard]] int run_demo(const DemoOptions& options);

}  // namespace gossipod::cli
