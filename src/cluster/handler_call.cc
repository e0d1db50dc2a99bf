#include "cluster/handler_call.h"

namespace gossipod::cluster {

void call_handler(EventHandler& handler, const Event& event) noexcept { handler.on_event(event); }

}  // namespace gossipod::cluster
