// Claim checks: what a claim has to be to be looked at at all. Names, metadata and addresses of
// strangers stay within limits (the reference takes anything), and nobody is believed whom nobody
// could refute.
//
// Threads: none. Pure.
#pragma once

#include <gossipod/member.h>
#include <gossipod/swim/identity.h>
#include <gossipod/wire/message.h>

#include <string_view>

namespace gossipod::swim {

// Six or more bytes say what the member can do; fewer say nothing.
[[nodiscard]] Versions versions_of(Bytes bytes);

// Who the claim says that the member is.
[[nodiscard]] IdentityFields fields_of(const wire::Alive& claim);

// Name, metadata and address have sane lengths, and its range of protocol versions makes sense.
[[nodiscard]] bool within_limits(const wire::Alive& claim);

// The name of an accuser, who need not be known.
[[nodiscard]] bool within_limits(std::string_view accuser);

// At the place where we know it, and not newer than what we know.
[[nodiscard]] bool says_nothing_new(const wire::Alive& claim, const Identity& known,
                                    Incarnation incarnation);

// Nobody comes honestly to the end of the number range, and whoever is believed there could not be
// contradicted. Accusations end earlier than answers to them: whatever is believed of a member, and
// by whomever, also where its name has been forgotten since, its answer is believed there as well.
//
// These depend on the number only, not on what is known: or the owner, who may know something else
// than the witnesses, would answer where they do not listen.
[[nodiscard]] bool beyond_accusing(Incarnation claimed);
[[nodiscard]] bool beyond_living(Incarnation claimed);

// The owner has a larger number left that would be believed.
[[nodiscard]] bool answerable(Incarnation claimed);

// What we say of ourselves after `known`: a larger number, as long as it would be believed.
[[nodiscard]] Incarnation next_of_ours(Incarnation known);

}  // namespace gossipod::swim
