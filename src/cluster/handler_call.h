// call_handler: a call of the application's code, for a library that was built without exceptions:
// if the handler throws, the program ends here. Without this the exception would pass through our
// frames unseen, to whoever runs the task, and a lock that is still held or a mark that is still
// set would be waited for without end.
//
// Its source is compiled with exceptions even there: otherwise `noexcept` would promise it, and not
// keep it.
#pragma once

#include <gossipod/event.h>

namespace gossipod::cluster {

void call_handler(EventHandler& handler, const Event& event) noexcept;

}  // namespace gossipod::cluster
