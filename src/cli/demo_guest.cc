#include "cli/demo_guest.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <system_error>

namespace gossipod::cli {

namespace fs = std::filesystem;

std::vector<std::string> Guest::command_line(const std::string& seed) const {
  if (serf) {
    return {program,
            "agent",
            "-node=guest",
            "-bind=127.0.0.1:0",
            "-rpc-addr=127.0.0.1:0",
            "-profile=local",
            "-join=" + seed};
  }
  return {program,     "--name", "guest",  "--bind", "127.0.0.1:0",
          "--profile", "local",  "--join", seed};
}

std::optional<Guest> find_guest(const std::string& named, const fs::path& self) {
  if (!named.empty()) return Guest{named, fs::path{named}.filename() == "serf"};
  const fs::path built = self.parent_path().parent_path() / "interop" / "peer";
  if (access(built.c_str(), X_OK) == 0) return Guest{built};
  const char* path = std::getenv("PATH");
  std::error_code ignored;
  std::string_view folders = path == nullptr ? "" : path;
  while (!folders.empty()) {
    const auto end = std::min(folders.find(':'), folders.size());
    const fs::path serf = fs::path{folders.substr(0, end)} / "serf";
    if (!fs::is_directory(serf, ignored) && access(serf.c_str(), X_OK) == 0)
      return Guest{serf, true};
    folders.remove_prefix(std::min(end + 1, folders.size()));
  }
  return std::nullopt;
}

}  // namespace gossipod::cli
