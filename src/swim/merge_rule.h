// The merge rule: what is believed about a member changes by this one pure function, whatever order
// claims come in (SWIM 4.2, memberlist-compatible).
//
// Accusing takes the incarnation we know, or a newer one; only a larger incarnation, which only the
// member itself makes, talks it back up. Nobody dies twice.
#pragma once

#include <gossipod/member.h>

#include <array>
#include <cstdint>

namespace gossipod::swim {

struct Belief {
  MemberState state = MemberState::alive;
  Incarnation incarnation;
};

[[nodiscard]] constexpr bool is_gone(MemberState state) {
  return state == MemberState::dead || state == MemberState::left;
}

// Somebody else, at the address we know.
[[nodiscard]] constexpr bool overrides(const Belief& incoming, const Belief& known) {
  if (incoming.state == MemberState::alive) return incoming.incarnation > known.incarnation;
  if (incoming.incarnation < known.incarnation) return false;
  if (incoming.state == MemberState::suspect) return known.state == MemberState::alive;
  return !is_gone(known.state);
}

static_assert([] {
  constexpr std::array states{MemberState::alive, MemberState::suspect, MemberState::dead,
                              MemberState::left};
  for (const MemberState a_state : states) {
    for (const MemberState b_state : states) {
      for (const std::uint32_t newer : {0u, 1u, 2u}) {
        const Belief a{a_state, Incarnation{newer}};
        const Belief b{b_state, Incarnation{1}};
        if (overrides(a, b) && overrides(b, a)) return false;                // nothing is undone
        if (overrides(a, b) && a.incarnation < b.incarnation) return false;  // nothing goes back
        const Belief refuted{MemberState::alive, a.incarnation.next()};
        if (!overrides(refuted, a) || overrides(a, refuted)) return false;  // who lives, wins
      }
    }
  }
  return true;
}());

}  // namespace gossipod::swim
