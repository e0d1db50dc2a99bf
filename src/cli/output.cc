#include "cli/output.h"

#include <errno.h>
#include <unistd.h>

#include <cstddef>

namespace gossipod::cli {

bool Output::write(std::string_view lines) {
  const std::lock_guard lock{mutex_};
  while (!lines.empty() && !broken_) {
    const ssize_t written = ::write(descriptor_, lines.data(), lines.size());
    if (written >= 0) {
      lines.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      broken_ = true;
    }
  }
  return !broken_;
}

}  // namespace gossipod::cli
