// What we claim of ourselves: that we are well after all, that we have changed, that we go.
#include <gossipod/limits.h>

#include <algorithm>
#include <string>

#include "swim/claim_checks.h"
#include "swim/claims.h"

namespace gossipod::swim {

void Claims::leave(TimePoint now, OperationId operation) {
  context_.leaving = true;
  if (is_gone(table_[context_.self].state)) {
    // Said already: the same outcome as the first time, once it is out.
    if (!dissemination_.wait_for(context_.self, operation)) context_.done(operation);
    return;
  }
  const IdentityRef from = self();
  bury(now, context_.self, table_[context_.self].incarnation, from, {Cause::goodbye}, operation);
}

// The others have given us up, and we are told to take that for granted.
void Claims::go(TimePoint now, std::string_view accuser) {
  context_.reporter.tell(now, Fact::Level::warning, Fact::Id::gave_up, {{"by", accuser}});
  leave(now, 0);
}

void Claims::on_alive_self(TimePoint now, const wire::Alive& claim) {
  const Row& own = table_[context_.self];
  if (claim.incarnation < own.incarnation) {
    return context_.reporter.count(Counter::claims_stale);
  }
  const Versions& versions = own.identity->versions();
  const bool same = claim.incarnation == own.incarnation &&
                    claim.versions.size() == limits::versions_bytes &&
                    versions_of(claim.versions) == versions &&
                    std::ranges::equal(claim.metadata, own.identity->metadata());
  if (same) return context_.reporter.count(Counter::claims_stale);
  if (!answerable(claim.incarnation)) {
    return refuse(now, Counter::drop_invalid_claim, claim.node, "incarnation");
  }
  // Somebody remembers another us, from before a restart: only a newer incarnation corrects that.
  context_.reporter.count(Counter::claims_alive);
  refute(now, claim.incarnation, claim.node);
}

// Somebody goes by our name at another address. Where it is believed that we had left, that counts
// unless we say something newer. Now and then, as it may really be somebody of our name.
void Claims::insist(TimePoint now, Incarnation claimed) {
  const bool lately = now - answered_at_ < context_.config.probing_interval;
  if (claimed < table_[context_.self].incarnation || lately) return;
  table_.set_incarnation(context_.self, next_of_ours(claimed));
  answered_at_ = now;
  dissemination_.tell_alive(context_.self);
  context_.reporter.count(Counter::refutations);
}

void Claims::refute(TimePoint now, Incarnation accused, std::string_view by) {
  const Row& own = table_[context_.self];
  // Past the accusation, not just past ourselves: after a restart others may remember an
  // incarnation above the one we came back with.
  const Incarnation answer = next_of_ours(std::max(accused, own.incarnation));
  const std::string accuser_name{by};  // `by` may be borrowed from what changes
  table_.set_incarnation(context_.self, answer);
  context_.health.on_trouble();
  answered_at_ = now;
  dissemination_.tell_alive(context_.self);
  context_.reporter.count(Counter::refutations);
  context_.reporter.tell_limited(
      now, Fact::Level::warning, Fact::Id::refuted,
      {{"incarnation", std::uint64_t{answer.value()}}, {"by", std::string_view{accuser_name}}});
  tell(Event::Kind::refuted, context_.self, accuser(accuser_name), {Cause::claim});
}

void Claims::announce(TimePoint now, IdentityRef identity, OperationId operation) {
  const Row& own = table_[context_.self];
  const bool changed = !std::ranges::equal(own.identity->metadata(), identity->metadata());
  table_.set_identity(context_.self, std::move(identity));
  table_.set_incarnation(context_.self, next_of_ours(own.incarnation));
  dissemination_.tell_alive(context_.self, operation);
  context_.reporter.count(Counter::claims_alive);
  if (!changed) return;
  note(now, Fact::Id::updated, context_.self);
  tell(Event::Kind::update, context_.self);
}

}  // namespace gossipod::swim
