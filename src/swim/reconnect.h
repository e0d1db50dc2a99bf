// Reconnect: which lost members, and which seeds, to try again. memberlist forgets the dead, so a
// split that lasts longer than its memory never heals; here whoever failed (and did not say
// goodbye) is remembered for a day, and about every half minute one of them is asked whether it is
// back (Config: reconnect_timeout, reconnect_interval). One answer is enough: both sides then know
// everybody, and gossip tells the rest. (Serf does the same.)
//
// Who was never tried goes first, then one at random: so that those who are gone for good do not
// stand in the way of those who came back.
//
// Whoever is alone has only its seeds, and tries them in turn every Config::join_retry.
//
// Threads: none. Bounded: limits::lost_members_max, limits::seeds_tried_max.
#pragma once

#include <gossipod/swim/node.h>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "swim/context.h"
#include "swim/member_table.h"

namespace gossipod::swim {

class Reconnect {
 public:
  Reconnect(Context& context, MemberTable& table) : context_{context}, table_{table} {}

  void begin(TimePoint now);
  // A member died without a word; a member is there (again); somebody was named as a seed.
  void on_lost(TimePoint now, const IdentityRef& who);
  void on_found(const Identity& who);
  void on_seed(TimePoint now, const Peer& seed);

  // Whom to compare everything with now, if it is time and there is somebody.
  [[nodiscard]] std::optional<Endpoint> poll(TimePoint now);
  [[nodiscard]] TimePoint next_deadline() const;
  [[nodiscard]] std::size_t lost() const { return lost_.size(); }

 private:
  struct Lost {
    IdentityRef who;
    TimePoint since;
    bool tried = false;
  };
  [[nodiscard]] std::optional<Endpoint> choose();
  [[nodiscard]] Duration interval() const;
  [[nodiscard]] bool alone() const;
  void wake(TimePoint now);
  void forget_old(TimePoint now);
  [[nodiscard]] bool somebody_lives_at(const Endpoint& endpoint) const;

  Context& context_;
  MemberTable& table_;
  std::vector<Lost> lost_;
  std::vector<Endpoint> seeds_;
  std::size_t next_seed_ = 0;  // whose turn it is, when alone
  TimePoint next_at_ = never;
};

}  // namespace gossipod::swim
