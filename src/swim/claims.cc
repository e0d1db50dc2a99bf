#include "swim/claims.h"

#include <algorithm>
#include <string>
#include <utility>

#include "swim/claim_checks.h"
#include "swim/formulas.h"

namespace gossipod::swim {

void Claims::begin(TimePoint now, IdentityRef self, Incarnation incarnation) {
  context_.self = table_.add(std::move(self), {MemberState::alive, incarnation}, now);
  if (context_.config.level != Level::basic) dissemination_.tell_alive(context_.self, 0, true);
  context_.reporter.count(Counter::claims_alive);
  context_.reporter.count(Counter::joins);
  tell(Event::Kind::join, context_.self);
}

void Claims::on_suspect(TimePoint now, const wire::Suspect& claim) {
  if (const auto member = accused(now, claim.node, claim.from, claim.incarnation)) {
    accuse(now, *member, claim.incarnation, accuser(claim.from), Cause::claim);
  }
}

void Claims::on_hearsay(TimePoint now, const wire::Suspect& claim) {
  const auto member = accused(now, claim.node, claim.from, claim.incarnation);
  if (!member) return;
  const Row& row = table_[*member];
  if (row.suspicion != no_slot && row.incarnation == claim.incarnation) {
    return context_.reporter.count(Counter::claims_stale);
  }
  accuse(now, *member, claim.incarnation, accuser(claim.from), Cause::claim);
}

void Claims::on_dead(TimePoint now, const wire::Dead& claim) {
  if (const auto member = accused(now, claim.node, claim.from, claim.incarnation)) {
    const std::uint32_t slot = table_[*member].suspicion;
    Because why{claim.from == claim.node ? Cause::goodbye : Cause::claim};
    if (slot != no_slot) {
      Suspicions::Outcome before = suspicions_.outcome(slot);
      why.accuser = std::move(before.accuser);
      why.confirmations = before.confirmations;
    }
    bury(now, *member, claim.incarnation, accuser(claim.from), why, 0);
  }
}

std::optional<MemberIndex> Claims::accused(TimePoint now, std::string_view node,
                                           std::string_view from, Incarnation incarnation) {
  if (!within_limits(from)) {
    refuse(now, Counter::drop_invalid_claim, "", "the accuser's name");
    return std::nullopt;
  }
  const auto member = table_.find(node);
  if (!member || incarnation < table_[*member].incarnation) {
    context_.reporter.count(Counter::claims_stale);
    if (member == context_.self) answer_again(now);
    return std::nullopt;
  }
  // What others say of us we answer as long as we can, believed or not: whoever asked us in vain
  // goes by its own eyes, wherever we are.
  if (member == context_.self ? !answerable(incarnation) : beyond_accusing(incarnation)) {
    refuse(now, Counter::drop_invalid_claim, node, "incarnation");
    return std::nullopt;
  }
  return member;
}

// Somebody did not hear our answer, and may believe the accusation yet: a suspect that is pinged is
// told of it with the ping, and so can answer with the ack. Now and then, so that an old accusation
// on its rounds does not keep us talking.
void Claims::answer_again(TimePoint now) {
  const bool telling = table_[context_.self].told != no_slot;
  if (telling || context_.leaving || now - answered_at_ < context_.config.probing_interval) return;
  answered_at_ = now;
  dissemination_.tell_alive(context_.self);
}

IdentityRef Claims::accuser(std::string_view name) const {
  if (const auto member = table_.find(name)) return table_[*member].identity;
  return context_.pool->intern({.name = name, .address = {}, .metadata = {}, .versions = {}});
}

void Claims::suspect(TimePoint now, MemberIndex member, Incarnation probed) {
  if (probed < table_[member].incarnation) return;  // it spoke up while we waited
  if (context_.config.level == Level::suspicion) {
    return accuse(now, member, probed, self(), Cause::own_probe);
  }
  bury(now, member, probed, self(), {Cause::own_probe}, 0);
}

void Claims::accuse(TimePoint now, MemberIndex member, Incarnation incarnation,
                    const IdentityRef& from, Cause cause) {
  const Row& row = table_[member];
  if (row.suspicion != no_slot && incarnation == row.incarnation) {
    if (!suspicions_.confirm(row.suspicion, from, now)) {
      return context_.reporter.count(Counter::claims_stale);
    }
    note(now, Fact::Id::confirmed, member, from->name());
    return spread_accusation(member, MemberState::suspect, from);
  }
  // A newer incarnation under accusation: it has answered the older one, only we did not hear it.
  // So that suspicion was false, and its time must not count against the member: this one begins
  // anew.
  if (row.suspicion != no_slot) {
    lift_suspicion(member);
    return begin_suspicion(now, member, incarnation, from);
  }
  if (!overrides({MemberState::suspect, incarnation}, row.belief())) {
    return context_.reporter.count(Counter::claims_stale);
  }
  if (member == context_.self) return refute(now, incarnation, from->name());

  begin_suspicion(now, member, incarnation, from);
  context_.reporter.count(Counter::claims_suspect);
  note(now, Fact::Id::suspected, member, from->name());
  tell(Event::Kind::suspect, member, from, {cause});
}

void Claims::forget_newcomers() {
  for (std::uint32_t place = 0; place < table_.slots(); ++place) {
    const MemberIndex member{place};
    if (member == context_.self) continue;  // of us nobody else would tell
    if (dissemination_.tells_of_newcomer(member)) dissemination_.forget(member);
  }
}

void Claims::remind(MemberIndex member) {
  const Row& row = table_[member];
  const bool quiet = row.state == MemberState::alive && row.told == no_slot;
  if (quiet && context_.config.level != Level::basic) dissemination_.tell_alive(member);
}

void Claims::begin_suspicion(TimePoint now, MemberIndex member, Incarnation incarnation,
                             const IdentityRef& from) {
  const Duration low = context_.config.suspicious_timeout.value_or(suspicion_low(
      context_.config.suspicion_multiplier, table_.size(), context_.config.probing_interval));
  const Suspicions::Course course{
      .low = low,
      .high = low * context_.config.suspicion_max_multiplier,
      .wanted = confirmations_wanted(context_.config.suspicion_multiplier, table_.size()),
      .first_call = low - std::min(low / 2, 4 * context_.config.ack_timeout),
      .call_gap = context_.config.last_calls ? context_.config.ack_timeout : Duration{0},
      .late_gap = context_.config.probing_interval};
  table_.set_incarnation(member, incarnation);
  table_.set_state(member, MemberState::suspect, now);
  table_.row(member).suspicion = suspicions_.begin(member, from, course, now);
  spread_accusation(member, MemberState::suspect, from);
}

// Without gossip only what begins with us is ours to tell.
void Claims::spread_accusation(MemberIndex member, MemberState state, const IdentityRef& from) {
  if (context_.config.level == Level::basic && from->name() != self()->name()) return;
  dissemination_.tell_accusation(member, state, from);
}

void Claims::answered(TimePoint now, MemberIndex member) {
  const std::uint32_t slot = table_[member].suspicion;
  if (slot == no_slot || !context_.config.last_calls) return;
  suspicions_.begin_anew(slot, now);
  context_.reporter.count(Counter::suspects_answered);
}

void Claims::on_deadline(TimePoint now) {
  while (const auto member = suspicions_.poll_expired(now)) {
    const Suspicions::Outcome outcome = suspicions_.outcome(table_[*member].suspicion);
    if (outcome.confirmations < outcome.wanted) {
      context_.reporter.count(Counter::suspicions_degraded);
    }
    bury(now, *member, table_[*member].incarnation, self(),
         {Cause::suspicion, outcome.accuser, outcome.confirmations}, 0);
  }
}

void Claims::remove(TimePoint now, MemberIndex member) {
  const IdentityRef from = table_[member].identity;
  if (table_[member].state == MemberState::dead) {
    // To everybody else it stays dead; but we do not look for it any more.
    reconnect_.on_found(*from);
    return table_.set_state(member, MemberState::left, now);
  }
  bury(now, member, table_[member].incarnation, from, {Cause::removal}, 0);
  if (context_.config.level == Level::basic) {  // it begins with us, whatever the claim says
    dissemination_.tell_accusation(member, MemberState::left, from);
  }
}

void Claims::bury(TimePoint now, MemberIndex member, Incarnation incarnation,
                  const IdentityRef& given, const Because& why, OperationId operation) {
  const IdentityRef from = given;  // may live in what changes below
  const Row& row = table_[member];
  const bool said_so = from->name() == row.identity->name();
  const MemberState gone = said_so ? MemberState::left : MemberState::dead;
  if (!overrides({gone, incarnation}, row.belief())) {
    context_.reporter.count(Counter::claims_stale);
    return context_.done(operation);
  }
  if (member == context_.self && !context_.leaving) {
    if (context_.config.on_own_death == OwnDeath::leave) return go(now, from->name());
    return refute(now, incarnation, from->name());
  }

  lift_suspicion(member);
  table_.set_incarnation(member, incarnation);
  table_.set_state(member, gone, now);
  if (!said_so) reconnect_.on_lost(now, row.identity);
  if (member == context_.self) {
    dissemination_.tell_farewell(member, operation);
  } else {
    spread_accusation(member, gone, from);
  }
  context_.reporter.count(Counter::claims_dead);
  context_.reporter.count(Counter::leaves);
  note(now, said_so ? Fact::Id::member_left : Fact::Id::died, member, from->name());
  tell(said_so ? Event::Kind::leave : Event::Kind::dead, member, from, why);
}

void Claims::lift_suspicion(MemberIndex member) {
  std::uint32_t& slot = table_.row(member).suspicion;
  if (slot == no_slot) return;
  suspicions_.lift(slot);
  slot = no_slot;
}

void Claims::note(TimePoint now, Fact::Id id, MemberIndex member, std::string_view by) {
  context_.reporter.tell(now, Fact::Level::info, id,
                         {{"member", table_[member].identity->name()}, {"by", by}});
}

void Claims::tell(Event::Kind kind, MemberIndex member, const IdentityRef& by, const Because& why) {
  Event event;
  event.kind = kind;
  event.who = table_[member].identity;
  event.other = by;
  event.incarnation = table_[member].incarnation;
  event.cause = why.cause;
  event.accuser = why.accuser;
  event.confirmations = why.confirmations;
  context_.events.push(std::move(event));
}

void Claims::refuse(TimePoint now, Counter counter, std::string_view member,
                    std::string_view reason) {
  context_.reporter.count(counter);
  context_.reporter.tell_limited(now, Fact::Level::warning, Fact::Id::claim_refused,
                                 {{"member", member}, {"reason", reason}});
}

}  // namespace gossipod::swim
