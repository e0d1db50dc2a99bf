#include "swim/last_calls.h"

#include <algorithm>
#include <utility>

namespace gossipod::swim {

void LastCalls::on_deadline(TimePoint now) {
  while (const auto call = claims_.poll_call(now)) {
    if (!context_.losses.lossy(now)) continue;
    if (call->doubtful && asks_more(*call)) push_pull_.ask_for_an_opinion(now);
    if (asked_.empty()) asked_.resize(4 * calls_per_ack_timeout);
    const std::size_t before = (next_ + asked_.size() - calls_per_ack_timeout) % asked_.size();
    const bool busy = asked_[before].whom && now - asked_[before].at < context_.config.ack_timeout;
    if (busy) continue;
    if (call->answered || calls_by_stream(*call)) push_pull_.ask(now, call->member);
    ask(now, call->member, call->number % 2 == 1);
  }
}

bool LastCalls::asks_more(const Suspicions::Call& call) {
  return call.number % calls_per_opinion == calls_before_an_opinion;
}

bool LastCalls::calls_by_stream(const Suspicions::Call& call) const {
  if (call.number != 1 && !asks_more(call)) return false;
  if (!context_.config.stream_fallback || !push_pull_.is_regular()) return false;
  const auto members = table_.count(MemberState::alive) + table_.count(MemberState::suspect);
  return context_.rng.below(static_cast<std::uint32_t>(members)) < streams_of_all;
}

void LastCalls::ask(TimePoint now, MemberIndex member, bool through_others) {
  const Row& row = table_[member];
  Asked& asked = asked_[next_];
  next_ = (next_ + 1) % asked_.size();
  asked = {row.identity, transmitter_.next_sequence(), now};
  context_.reporter.count(Counter::last_calls);
  transmitter_.queue({.kind = Intention::Kind::ping,
                      .to = row.identity->endpoint(),
                      .peer = row.identity,
                      .subject = row.identity,
                      .sequence = asked.sequence,
                      .incarnation = row.incarnation,
                      .buddy = context_.config.buddy_system,
                      .payload = {}});
  if (!through_others) return;
  const auto wanted = [&](MemberIndex other) {
    return other != context_.self && other != member && table_[other].state == MemberState::alive;
  };
  table_.pick(context_.config.indirect_checks, wanted, helpers_);
  for (const MemberIndex other : helpers_) {
    const IdentityRef& helper = table_[other].identity;
    transmitter_.queue({.kind = Intention::Kind::indirect_ping,
                        .to = helper->endpoint(),
                        .peer = helper,
                        .subject = row.identity,
                        .sequence = asked.sequence,
                        .incarnation = {},
                        .payload = {}});
  }
}

bool LastCalls::on_ack(TimePoint now, SequenceNumber sequence) {
  const auto asked = std::ranges::find_if(
      asked_, [&](const Asked& a) { return a.whom && a.sequence == sequence; });
  if (asked == asked_.end()) return false;
  // Once, and soon: or whoever recorded an ack could let the dead answer for ever.
  const IdentityRef whom = std::exchange(asked->whom, IdentityRef{});
  const auto member = table_.find(whom->name());
  const bool soon = now - asked->at <= 4 * context_.config.ack_timeout;
  if (soon && member && table_[*member].identity->endpoint() == whom->endpoint()) {
    claims_.answered(now, *member);
  }
  return true;
}

}  // namespace gossipod::swim
