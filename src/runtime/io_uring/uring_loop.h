// The io_uring body: for whoever has no event loop of his own, and a kernel and a sandbox that
// allow it.
#pragma once

#include <gossipod/error.h>
#include <gossipod/loop.h>

#include <memory>

#include "runtime/io_uring/ring_options.h"

namespace gossipod::runtime {

// Turned by whoever calls turn(); a thread of ours, usually, and always the same. unsupported: why
// there can be none here.
[[nodiscard]] Result<std::unique_ptr<Loop>> make_uring_loop(const RingOptions& options = {});

}  // namespace gossipod::runtime
