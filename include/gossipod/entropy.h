// The operating system's generator, for loops that do not live in virtual time.
#pragma once

#include <gossipod/export.h>
#include <gossipod/loop.h>

#include <memory>

namespace gossipod::inline v0 {

// Drawn in batches, because a call per nonce would cost more than sealing a packet. A child after
// fork() starts with an empty batch: the same nonce under the same key would be a catastrophe.
// Threads: one.
[[nodiscard]] GOSSIPOD_EXPORT std::unique_ptr<Entropy> system_entropy();

}  // namespace gossipod::inline v0
