// The runs: each is one process and prints one line of figures. bench/README.md says what they
// mean.
#pragma once

#include "options.h"

namespace gossipod::bench {

void run_cluster(const Options& options);   // many nodes: starting, idling, changes, joins, a death
void run_reliable(const Options& options);  // large messages by stream, one after another
void run_packet(const Options& options);    // writes a packet of 20 claims to a file
void run_decode(const Options& options);    // takes such a packet apart
void run_seal(const Options& options);      // seals and opens 1,400 bytes
void run_crowd(const Options& options);     // serves as the many members of a view
void run_load(const Options& options);      // many nodes that answer as fast as they can
void run_view(const Options& options);      // one node that knows that crowd
void run_bare(const Options& options);      // the datagrams of an idle node, and nothing else

}  // namespace gossipod::bench
