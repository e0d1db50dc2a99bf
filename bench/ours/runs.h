// The runs: each is one process and prints one line of figures. bench/README.md says what they
// mean.
#pragma once

#include "options.h"

namespace gossipod::bench {

void run_cluster(const Options& options);  // many nodes: starting, idling, changes, joins, a death

}  // namespace gossipod::bench
