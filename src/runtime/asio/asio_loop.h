// The Asio body of the library: for whoever has no event loop of his own.
#pragma once

#include <gossipod/loop.h>

#include <memory>

namespace gossipod::runtime {

// Turned by whoever calls turn(); a thread of ours, usually.
[[nodiscard]] std::unique_ptr<Loop> make_asio_loop();

}  // namespace gossipod::runtime
