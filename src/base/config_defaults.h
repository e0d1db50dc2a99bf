// What each network type implies: memberlist's sets of defaults.
#pragma once

#include <gossipod/config.h>

namespace gossipod {

[[nodiscard]] Config defaults_of(NetworkType type);

}  // namespace gossipod
