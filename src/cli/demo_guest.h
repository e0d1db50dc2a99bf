// Guest: a program of another implementation that takes part in the demo, if there is one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace gossipod::cli {

struct Guest {
  std::string program;
  bool serf = false;  // else a program on memberlist that takes our own options

  // How it is started, to join at once.
  [[nodiscard]] std::vector<std::string> command_line(const std::string& seed) const;
};

// The program that was named; or the Go peer of the tests, if it was built beside `self`, which is
// our own program; or the `serf` of PATH.
[[nodiscard]] std::optional<Guest> find_guest(const std::string& named,
                                              const std::filesystem::path& self);

}  // namespace gossipod::cli
