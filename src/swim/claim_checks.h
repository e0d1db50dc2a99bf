// Claim checks: what a claim has to be to be looked at at all. Names, metadata and addresses of
// strangers stay within limits (the reference takes anything), and nobody is believed whom nobody
// could refute.
//
// Threads: none. Pure.
#pragma once

#include <gossipod/member.h>
#include <gossipod/swim/identity.h>
#include <gossipod/wire/message.h>

namespace gossipod::swim {

// Six or more bytes say what the member can do; fewer say nothing.
[[nodiscard]] Versions versions_of(Bytes bytes);

// Who the claim says that the member is.
[[nodiscard]] IdentityFields fields_of(const wire::Alive& claim);

// Name, metadata and address have sane lengths, and its range of protocol versions makes sense.
[[nodiscard]] bool within_limits(const wire::Alive& claim);

// At the place where we know it, and not newer than what we know.
[[nodiscard]] bool says_nothing_new(const wire::Alive& claim, const Identity& known,
                                    Incarnation incarnation);

// Nobody comes honestly to the end of the number range; and whoever is said to be there, or accused
// there, has no larger number left for an answer.
[[nodiscard]] bool out_of_reach(Incarnation claimed, Incarnation known);

}  // namespace gossipod::swim
