// Compatibility: whether an exchange with somebody makes sense: all that live, here and there,
// speak what all the others speak. As in memberlist, but that a claim about nobody, with versions
// that nobody speaks, does not keep everybody apart: who does not understand us, nor we him, has no
// say, unless he is the only one who speaks.
//
// Threads: none. Pure.
#pragma once

#include <gossipod/numbers.h>
#include <gossipod/wire/message.h>

#include <optional>
#include <string>

#include "swim/member_table.h"

namespace gossipod::swim {

// The name of one who does not fit, if there is one.
[[nodiscard]] std::optional<std::string> incompatible(const MemberTable& table, MemberIndex self,
                                                      const wire::PushPull& remote);

}  // namespace gossipod::swim
