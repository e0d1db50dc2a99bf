// What a node that is bound to all addresses tells others to reach it by, unless it was told.
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/error.h>

#include <optional>
#include <span>
#include <vector>

namespace gossipod::cluster {

// Of the same family as `bound`: a private address if there is one, else a public one, else
// loopback, which is fine for a cluster on one machine. With the port of `bound`.
[[nodiscard]] std::optional<Endpoint> choose_advertised(const Endpoint& bound,
                                                        std::span<const Endpoint> addresses);

// The addresses of this machine's interfaces that are up.
[[nodiscard]] std::vector<Endpoint> own_addresses();

}  // namespace gossipod::cluster
