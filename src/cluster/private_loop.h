// private_loop: the best body for a loop of our own on this machine.
#pragma once

#include <gossipod/config.h>
#include <gossipod/error.h>
#include <gossipod/loop.h>

#include <memory>

#include "cluster/why_portable.h"

namespace gossipod::cluster {

struct PrivateLoop {
  std::shared_ptr<Loop> loop;
  WhyPortable why;
};

// unsupported: this library was built without such a body, or the kernel or the sandbox refuses it.
// The detail says which.
[[nodiscard]] Result<PrivateLoop> make_private_loop(Body body);

}  // namespace gossipod::cluster
