// check_config: what a node cannot run without, for those who fill a Config by hand. ConfigBuilder
// checks much more.
#pragma once

#include <gossipod/config.h>
#include <gossipod/error.h>

namespace gossipod::cluster {

// invalid_config: the field, and why.
[[nodiscard]] Result<void> check_config(const Config& config);

}  // namespace gossipod::cluster
