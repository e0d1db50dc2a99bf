// Compatibility: whether an exchange with somebody makes sense: among the living that it tells of
// is one that speaks what we speak. memberlist wants all to speak what all the others speak: then
// one claim about nobody, or two, with versions that fit nobody else's, keep everybody apart.
//
// Threads: none. Pure.
#pragma once

#include <gossipod/swim/identity.h>
#include <gossipod/wire/message.h>

#include <optional>
#include <string>

namespace gossipod::swim {

// The name of one who does not fit, if nobody does. Who is silent about it fits, but cannot vouch
// for others.
[[nodiscard]] std::optional<std::string> incompatible(const Versions& ours,
                                                      const wire::PushPull& remote);

}  // namespace gossipod::swim
