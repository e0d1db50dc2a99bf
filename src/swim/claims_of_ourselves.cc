// What we claim of ourselves: that we are well after all, that we have changed, that we go.
#include <algorithm>
#include <string>

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

void Claims::refute(TimePoint now, Incarnation accused, std::string_view by) {
  const Row& own = table_[context_.self];
  // Past the accusation, not just past ourselves: after a restart others may remember an
  // incarnation above the one we came back with.
  const Incarnation answer = std::max(accused, own.incarnation).next();
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
  table_.set_incarnation(context_.self, own.incarnation.next());
  dissemination_.tell_alive(context_.self, operation);
  context_.reporter.count(Counter::claims_alive);
  if (!changed) return;
  note(now, Fact::Id::updated, context_.self);
  tell(Event::Kind::update, context_.self);
}

}  // namespace gossipod::swim
