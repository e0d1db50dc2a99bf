#include <gossipod/swim/node.h>

#include "session/session_impl.h"

namespace gossipod::session {

template class Session<swim::Node>;

}  // namespace gossipod::session
