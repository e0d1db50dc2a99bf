// What this program is made of: its version, its transports, and the libraries it was built with.
#pragma once

#include <string>

namespace gossipod::cli {

// Lines without the last one's end.
[[nodiscard]] std::string version_text();

}  // namespace gossipod::cli
