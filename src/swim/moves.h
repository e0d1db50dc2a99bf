// Moves: names that lately came back at another address than they were known at, and where that
// was.
//
// Whoever has said goodbye may come back anywhere, and at once. But nobody signs a goodbye: where
// there are no keys, a stranger can say it in a member's name, and then that the name lives
// elsewhere. So whoever had it before is remembered for a while, and if it says that it lives, with
// a number above that of its goodbye, then it never left, and has its name back.
//
// A name that moves several times is remembered at each of its addresses.
//
// Threads: none. Allocates: when a name moves. Bounded: limits::moved_names_max; while so many are
// remembered no name moves, or a stranger could have the one that matters forgotten.
#pragma once

#include <gossipod/limits.h>
#include <gossipod/swim/identity.h>
#include <gossipod/time.h>

#include <algorithm>
#include <vector>

namespace gossipod::swim {

class Moves {
 public:
  explicit Moves(Duration remembered) : remembered_{remembered} {}

  // Whether this name may move from here, where it was known at `number`; if so it has.
  [[nodiscard]] bool move(TimePoint now, const IdentityRef& before, Incarnation number) {
    std::erase_if(moved_, [&](const Moved& moved) { return moved.until < now; });
    const auto known = find(*before, before->endpoint());
    if (known != moved_.end()) moved_.erase(known);
    if (moved_.size() >= limits::moved_names_max) return false;
    moved_.push_back({before, number, now + remembered_});
    return true;
  }

  // Whether the name that is known as `current`, at `number`, goes back to `endpoint`. If so it was
  // the other one that moved.
  [[nodiscard]] bool take_back(TimePoint now, const IdentityRef& current, Incarnation number,
                               const Endpoint& endpoint, Incarnation claimed) {
    const auto moved = find(*current, endpoint);
    if (moved == moved_.end() || now > moved->until || claimed <= moved->number) return false;
    moved_.erase(moved);
    return move(now, current, number);
  }

  [[nodiscard]] std::size_t size() const { return moved_.size(); }

 private:
  struct Moved {
    IdentityRef before;
    Incarnation number;
    TimePoint until;
  };
  [[nodiscard]] std::vector<Moved>::iterator find(const Identity& who, const Endpoint& at) {
    return std::ranges::find_if(moved_, [&](const Moved& moved) {
      const Identity& before = *moved.before;
      return before.name_hash() == who.name_hash() && before.endpoint() == at &&
             before.name() == who.name();
    });
  }

  Duration remembered_;
  std::vector<Moved> moved_;
};

}  // namespace gossipod::swim
