#include "swim/reconnect.h"

#include <gossipod/limits.h>

#include <algorithm>
#include <string>

namespace gossipod::swim {

void Reconnect::begin(TimePoint now) { wake(now); }

bool Reconnect::alone() const {
  return table_.count(MemberState::alive) + table_.count(MemberState::suspect) <= 1;
}

Duration Reconnect::interval() const {
  const Duration retry = context_.config.join_retry;
  const Duration usual = context_.config.reconnect_interval;
  if (retry == Duration{0} || seeds_.empty() || !alone()) return usual;
  return usual == Duration{0} ? retry : std::min(retry, usual);
}

TimePoint Reconnect::next_deadline() const {
  return lost_.empty() && seeds_.empty() ? never : next_at_;
}

// With nothing to try the time of the next attempt goes by unnoticed; it must not be due in the
// past.
void Reconnect::wake(TimePoint now) {
  const Duration span = interval();
  if (span == Duration{0}) {
    next_at_ = never;
  } else if (next_at_ <= now || next_at_ - now > span + span / 20) {
    next_at_ = now + context_.rng.below(span);
  }
}

void Reconnect::on_lost(TimePoint now, const IdentityRef& who) {
  wake(now);
  on_found(*who);
  if (lost_.size() >= limits::lost_members_max) {
    // Somebody has to make room: anybody, so that no pattern of losses pushes out a whole side.
    lost_[context_.rng.below(static_cast<std::uint32_t>(lost_.size()))] = std::move(lost_.back());
    lost_.pop_back();
    context_.reporter.count(Counter::lost_forgotten);
  }
  lost_.push_back({.who = who, .since = now});
}

void Reconnect::on_found(const Identity& who) {
  std::erase_if(lost_, [&](const Lost& lost) { return lost.who->name() == who.name(); });
}

void Reconnect::on_seed(TimePoint now, const Peer& seed) {
  if (seeds_.size() >= limits::seeds_tried_max) return;
  if (std::ranges::find(seeds_, seed.endpoint) == seeds_.end()) seeds_.push_back(seed.endpoint);
  wake(now);
}

std::optional<Endpoint> Reconnect::poll(TimePoint now) {
  if (next_at_ > now) return std::nullopt;
  const Duration span = interval();
  // A tenth of play, so that two sides of a split do not keep missing each other in step.
  next_at_ = span == Duration{0} ? never : now + span - span / 20 + context_.rng.below(span / 10);
  if (span == Duration{0} || context_.leaving) return std::nullopt;
  forget_old(now);
  return choose();
}

std::optional<Endpoint> Reconnect::choose() {
  const Duration retry = context_.config.join_retry;
  if (retry > Duration{0} && !seeds_.empty() && alone()) {
    return seeds_[next_seed_++ % seeds_.size()];
  }
  const auto untried = std::ranges::find(lost_, false, &Lost::tried);
  if (untried != lost_.end()) {
    untried->tried = true;
    return untried->who->endpoint();
  }
  // Seeds count like lost members, while nobody lives there that we know.
  std::vector<Endpoint> candidates;
  for (const Lost& lost : lost_) candidates.push_back(lost.who->endpoint());
  for (const Endpoint& seed : seeds_) {
    if (!somebody_lives_at(seed)) candidates.push_back(seed);
  }
  if (candidates.empty()) return std::nullopt;
  return candidates[context_.rng.below(static_cast<std::uint32_t>(candidates.size()))];
}

void Reconnect::forget_old(TimePoint now) {
  std::erase_if(lost_, [&](const Lost& lost) {
    return now - lost.since > context_.config.reconnect_timeout;
  });
}

bool Reconnect::somebody_lives_at(const Endpoint& endpoint) const {
  return std::ranges::any_of(table_.order(), [&](MemberIndex member) {
    const Row& row = table_[member];
    return !is_gone(row.state) && row.identity->endpoint() == endpoint;
  });
}

}  // namespace gossipod::swim
