// merge_waiting: the shortest way to tell an application that is too slow what it would have been
// told one by one. A pure rule over what waits.
//
// For each member: from what it was told last (which shows in the first event that waits) to the
// newest state. Equal means nothing to tell, unless the member was lost in between: then it is told
// as lost, and then as joined. At most four events of one member stay, where the first one waited.
//
// Threads: the loop's, for it destroys what is not told.
#pragma once

#include <vector>

#include "cluster/waiting_event.h"

namespace gossipod::cluster {

void merge_waiting(std::vector<WaitingEvent>& events);

}  // namespace gossipod::cluster
