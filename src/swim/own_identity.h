// How a node introduces itself: its name, the endpoint others are told to reach it by, and the
// versions it speaks.
//
// Threads: none.
#pragma once

#include <gossipod/config.h>
#include <gossipod/endpoint.h>
#include <gossipod/swim/identity.h>

#include <string_view>

namespace gossipod::swim {

// What others are told to reach us by.
[[nodiscard]] Endpoint advertised(const Config& config, const Endpoint& local);

[[nodiscard]] IdentityRef own_identity(const Config& config, IdentityPool& pool,
                                       const Endpoint& endpoint, std::string_view metadata);

}  // namespace gossipod::swim
