// Claims: every claim about every member goes through here, from gossip, push-pull, our own probes
// or ourselves; this is the only place where beliefs change. The rule itself is merge_rule.h; here
// are its exceptions (ourselves, other addresses) and its consequences: what is told on, which
// suspicion begins or ends, what the application hears.
//
// SWIM 4.2; memberlist-compatible but for the quirks named in docs/design.md.
#pragma once

#include <gossipod/swim/node.h>
#include <gossipod/wire/message.h>

#include <optional>
#include <string_view>

#include "swim/context.h"
#include "swim/dissemination.h"
#include "swim/member_table.h"
#include "swim/moves.h"
#include "swim/reconnect.h"
#include "swim/suspicions.h"

namespace gossipod::swim {

// Why a member is suspected or gone: for the application, not for the rule.
struct Because {
  Cause cause = Cause::unknown;
  IdentityRef accuser{};
  std::uint32_t confirmations = 0;
};

class Claims {
 public:
  Claims(Context& context, MemberTable& table, Suspicions& suspicions, Dissemination& dissemination,
         Reconnect& reconnect)
      : context_{context},
        table_{table},
        suspicions_{suspicions},
        dissemination_{dissemination},
        reconnect_{reconnect},
        moves_{context.config.gossip_to_the_dead} {}

  // We are, with this identity: the first claim of all, and a join for the application.
  void begin(TimePoint now, IdentityRef self, Incarnation incarnation);

  // What others claim. Validated here: nothing outside the limits gets in.
  void on_alive(TimePoint now, const wire::Alive& claim);
  void on_suspect(TimePoint now, const wire::Suspect& claim);
  // The same from a table, which does not say who suspects: it begins a suspicion, in our name, but
  // confirms none. One accuser would be many otherwise, by as many as compared tables.
  void on_hearsay(TimePoint now, const wire::Suspect& claim);
  void on_dead(TimePoint now, const wire::Dead& claim);

  // What we claim.
  void suspect(TimePoint now, MemberIndex member, Incarnation probed);  // it did not answer
  void leave(TimePoint now, OperationId operation);
  void announce(TimePoint now, IdentityRef self, OperationId operation);  // our new identity
  void remove(TimePoint now, MemberIndex member);                         // as if it had left

  // It answered a ping of ours. If it is suspected, that is no contradiction, but nothing that the
  // dead do either: its suspicion begins anew.
  void answered(TimePoint now, MemberIndex member);
  [[nodiscard]] std::optional<Suspicions::Call> poll_call(TimePoint now) {
    return suspicions_.poll_call(now);
  }

  // Suspicions that are over become deaths.
  void on_deadline(TimePoint now);
  [[nodiscard]] TimePoint next_deadline() const { return suspicions_.next_deadline(); }
  // The process was stopped for that long: nobody is accused for it.
  void excuse(Duration lateness) { suspicions_.delay(lateness); }

  // While this is on, new members are not told on: whoever could want to hear of them has heard, or
  // asks for himself.
  void keep_to_ourselves(bool on) { to_ourselves_ = on; }
  // Nor are those that we have begun to tell of.
  void forget_newcomers();

  // Tells of a live member as if it were news.
  void remind(MemberIndex member);

  // How many members were learned of so far; those that came back included.
  [[nodiscard]] std::uint64_t learned() const { return learned_; }
  [[nodiscard]] const IdentityRef& self() const { return table_[context_.self].identity; }

 private:
  void accuse(TimePoint now, MemberIndex member, Incarnation incarnation, const IdentityRef& from,
              Cause cause);
  void begin_suspicion(TimePoint now, MemberIndex member, Incarnation incarnation,
                       const IdentityRef& from);
  void bury(TimePoint now, MemberIndex member, Incarnation incarnation, const IdentityRef& from,
            const Because& why, OperationId operation);
  void refute(TimePoint now, Incarnation accused, std::string_view by);
  void adopt(TimePoint now, MemberIndex member, IdentityRef identity, Incarnation incarnation);
  [[nodiscard]] std::optional<Counter> no_room(TimePoint now, const IdentityFields& fields);
  [[nodiscard]] std::optional<Counter> no_room_to_grow(TimePoint now, const Row& row,
                                                       const IdentityFields& fields);
  [[nodiscard]] bool allowed(const wire::Alive& claim) const;
  // The name is claimed at another address than we know. If it may not move, that is all.
  [[nodiscard]] bool may_move(TimePoint now, MemberIndex known, const wire::Alive& claim,
                              const IdentityFields& fields);
  void on_alive_self(TimePoint now, const wire::Alive& claim);
  void insist(TimePoint now, Incarnation claimed);
  void lift_suspicion(MemberIndex member);
  void spread_accusation(MemberIndex member, MemberState state, const IdentityRef& from);
  void go(TimePoint now, std::string_view accuser);
  void note(TimePoint now, Fact::Id id, MemberIndex member, std::string_view by = {});
  void tell(Event::Kind kind, MemberIndex member, const IdentityRef& by = {},
            const Because& why = {});
  [[nodiscard]] IdentityRef accuser(std::string_view name) const;
  [[nodiscard]] std::optional<MemberIndex> accused(TimePoint now, std::string_view node,
                                                   std::string_view from, Incarnation incarnation);
  void answer_again(TimePoint now);
  void refuse(TimePoint now, Counter counter, std::string_view member, std::string_view reason);

  Context& context_;
  MemberTable& table_;
  Suspicions& suspicions_;
  Dissemination& dissemination_;
  Reconnect& reconnect_;
  Moves moves_;
  std::uint64_t learned_ = 0;
  bool to_ourselves_ = false;
  TimePoint answered_at_{};  // when we last contradicted an accusation
};

}  // namespace gossipod::swim
