// `gossipod node`: one member of a cluster, until it is told to quit.
//
// Threads: commands on the caller's, events on the library's dispatcher, signals on a watch's. They
// meet in Output, which writes whole lines.
#pragma once

#include <gossipod/gossipod.h>

#include "cli/node_options.h"

namespace gossipod::cli {

// The exit code of the process. Handler and observer are the command's own; other parts may be
// brought along.
[[nodiscard]] int run_node(const NodeOptions& options, Parts parts = {});

}  // namespace gossipod::cli
