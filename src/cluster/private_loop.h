// private_loop: the best body for a loop of our own on this machine.
#pragma once

#include <gossipod/config.h>
#include <gossipod/error.h>
#include <gossipod/loop.h>

#include <memory>

namespace gossipod::cluster {

// unsupported: this library was built without any.
[[nodiscard]] Result<std::shared_ptr<Loop>> make_private_loop(Body body);

}  // namespace gossipod::cluster
