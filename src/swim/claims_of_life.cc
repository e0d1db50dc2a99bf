// What we hear of the living: who is new, who is back, who has changed, who has moved.
#include <gossipod/limits.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "swim/claim_checks.h"
#include "swim/claims.h"

namespace gossipod::swim {
namespace {

std::size_t bytes_of(const IdentityFields& fields) {
  return fields.name.size() + fields.metadata.size();
}

std::string_view reason_of(Counter full) {
  switch (full) {
    case Counter::drop_members:
      return "too many members";
    case Counter::drop_source_members:
      return "too many members from one address";
    case Counter::drop_source_names:
      return "too many bytes of names from one address";
    default:
      return "too many bytes of names";
  }
}

}  // namespace

void Claims::on_alive(TimePoint now, const wire::Alive& claim) {
  const bool no_port = claim.port == 0 || context_.config.protocol_version < 2;
  if (no_port && claim.port != context_.bind_port) {
    wire::Alive with_port = claim;
    with_port.port = context_.bind_port;
    return on_alive(now, with_port);
  }
  if (!within_limits(claim)) return refuse(now, Counter::drop_invalid_claim, claim.node, "invalid");
  if (!allowed(claim)) return refuse(now, Counter::drop_source, claim.node, "not allowed there");

  const auto known = table_.find(claim.node);
  if (known == context_.self && context_.leaving) return;
  Delegate* delegate = context_.delegate;
  if (known && *known != context_.self && delegate == nullptr &&
      says_nothing_new(claim, *table_[*known].identity, table_[*known].incarnation)) {
    return context_.reporter.count(Counter::claims_stale);  // nearly all of what we hear is this
  }
  IdentityFields fields = fields_of(claim);
  if (delegate != nullptr && !delegate->accept_alive(fields)) {
    return refuse(now, Counter::drop_invalid_claim, claim.node, "vetoed");
  }

  if (beyond_living(claim.incarnation)) {
    return refuse(now, Counter::drop_invalid_claim, claim.node, "incarnation");
  }
  // At incarnation 0 nothing could ever be known of it: an entry, but no member.
  if (claim.incarnation == Incarnation{} && (!known || is_gone(table_[*known].state))) {
    return refuse(now, Counter::drop_invalid_claim, claim.node, "incarnation 0");
  }
  if (!known) {
    if (const auto full = no_room(now, fields)) {
      return refuse(now, *full, claim.node, reason_of(*full));
    }
    const MemberIndex member =
        table_.add(context_.pool->intern(fields), {MemberState::dead, Incarnation{}}, now);
    return adopt(now, member, table_[member].identity, claim.incarnation);
  }

  const Row& row = table_[*known];
  if (row.identity->endpoint() != *Endpoint::from_address(claim.address, claim.port)) {
    if (!may_move(now, *known, claim, fields)) return;
  } else if (*known == context_.self) {
    return on_alive_self(now, claim);
  } else if (!overrides({MemberState::alive, claim.incarnation}, row.belief())) {
    return context_.reporter.count(Counter::claims_stale);
  } else if (const auto full = no_room_to_grow(now, row, fields)) {
    return refuse(now, *full, claim.node, reason_of(*full));
  }
  // Without versions the claim says nothing new about them.
  if (fields.versions == Versions{}) fields.versions = row.identity->versions();
  adopt(now, *known, context_.pool->intern(fields), claim.incarnation);
}

// A name may move only when whoever had it is gone, at once if it said so, else after a time; and
// by a newer claim. Who restarts elsewhere begins with an old number, but whomever it joins tells
// it as what it is remembered: it contradicts, and thereby is newer.
bool Claims::may_move(TimePoint now, MemberIndex known, const wire::Alive& claim,
                      const IdentityFields& fields) {
  const Row& row = table_[known];
  const Endpoint to = *Endpoint::from_address(claim.address, claim.port);
  if (moves_.take_back(now, row.identity, row.incarnation, to, claim.incarnation)) return true;
  const Duration reclaim = context_.config.dead_reclaim_time;
  const bool free =
      row.state == MemberState::left ||
      (row.state == MemberState::dead && reclaim > Duration{0} && now - row.changed > reclaim);
  if (free && claim.incarnation <= row.incarnation) {
    context_.reporter.count(Counter::claims_stale);
    return false;
  }
  if (free && moves_.move(now, row.identity, row.incarnation)) return true;

  context_.reporter.count(Counter::conflicts);
  context_.reporter.tell_limited(now, Fact::Level::warning, Fact::Id::conflict,
                                 {{"member", claim.node},
                                  {"known", to_string(row.identity->endpoint())},
                                  {"claimed", to_string(to)}});
  tell(Event::Kind::conflict, known, context_.pool->intern(fields));
  if (known == context_.self) insist(now, claim.incarnation);
  return false;
}

// Why no further member can be learned now, if so.
std::optional<Counter> Claims::no_room(TimePoint now, const IdentityFields& fields) {
  if (table_.size() >= context_.config.members_max) return Counter::drop_members;
  if (context_.pool->full()) return Counter::drop_names;
  return context_.admissions.admit(now, context_.source, {.members = 1, .bytes = bytes_of(fields)});
}

// Members may grow after they were let in. Suspects, and whoever comes back, are believed in any
// case, or whoever fills our memory could keep them from contradicting.
std::optional<Counter> Claims::no_room_to_grow(TimePoint now, const Row& row,
                                               const IdentityFields& fields) {
  const std::size_t before = row.identity->name().size() + row.identity->metadata().size();
  const std::size_t after = bytes_of(fields);
  if (after <= before || row.state != MemberState::alive) return std::nullopt;
  if (context_.pool->full()) return Counter::drop_names;
  return context_.admissions.admit(now, context_.source, {.members = 0, .bytes = after - before});
}

bool Claims::allowed(const wire::Alive& claim) const {
  if (context_.config.allowed.empty()) return true;
  const auto endpoint = Endpoint::from_address(claim.address, claim.port);
  return endpoint && context_.config.allows(*endpoint);
}

void Claims::adopt(TimePoint now, MemberIndex member, IdentityRef identity,
                   Incarnation incarnation) {
  const MemberState before = table_[member].state;
  const bool unknown = table_[member].incarnation == Incarnation{};
  const Identity& known = *table_[member].identity;
  const bool changed = !std::ranges::equal(known.metadata(), identity->metadata()) ||
                       known.endpoint() != identity->endpoint();
  lift_suspicion(member);
  table_.set_identity(member, std::move(identity));
  table_.set_incarnation(member, incarnation);
  if (before != MemberState::alive) table_.set_state(member, MemberState::alive, now);
  context_.reporter.count(Counter::claims_alive);
  if (context_.config.level != Level::basic) {
    if (!unknown || !to_ourselves_) dissemination_.tell_alive(member, 0, unknown);
  } else if (is_gone(before)) {
    dissemination_.greet(member);  // nobody else will tell it of us
  }
  if (is_gone(before)) {
    ++learned_;
    reconnect_.on_found(*table_[member].identity);
    context_.reporter.count(Counter::joins);
    note(now, Fact::Id::joined, member);
    return tell(Event::Kind::join, member);
  }
  if (before == MemberState::suspect) {
    context_.losses.on_sign(now);
    note(now, Fact::Id::alive_again, member);
    tell(Event::Kind::alive, member);
  }
  if (changed) tell(Event::Kind::update, member);
}

}  // namespace gossipod::swim
