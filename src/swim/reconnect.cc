#include "swim/reconnect.h"

#include <algorithm>
#include <string>

namespace gossipod::swim {

void Reconnect::begin(TimePoint now) { next_at_ = now + context_.rng.below(interval); }

TimePoint Reconnect::next_deadline() const {
  return lost_.empty() && seeds_.empty() ? never : next_at_;
}

// With nothing to try the time of the next attempt goes by unnoticed; it must not be due in the
// past.
void Reconnect::wake(TimePoint now) {
  if (next_at_ <= now) next_at_ = now + context_.rng.below(interval);
}

void Reconnect::on_lost(TimePoint now, const IdentityRef& who) {
  if (lost_.empty() && seeds_.empty()) wake(now);
  on_found(*who);
  if (lost_.size() >= lost_max) {
    // Somebody has to make room: anybody, so that no pattern of losses pushes out a whole side.
    lost_[context_.rng.below(static_cast<std::uint32_t>(lost_.size()))] = std::move(lost_.back());
    lost_.pop_back();
  }
  lost_.push_back({.who = who, .since = now});
}

void Reconnect::on_found(const Identity& who) {
  std::erase_if(lost_, [&](const Lost& lost) { return lost.who->name() == who.name(); });
}

void Reconnect::on_seed(TimePoint now, const Peer& seed) {
  if (seeds_.size() >= seeds_max) return;
  if (lost_.empty() && seeds_.empty()) wake(now);
  if (std::ranges::find(seeds_, seed.endpoint, &Seed::endpoint) != seeds_.end()) return;
  seeds_.push_back({.endpoint = seed.endpoint});
}

std::optional<Endpoint> Reconnect::poll(TimePoint now) {
  if (next_at_ > now) return std::nullopt;
  // A tenth of play, so that two sides of a split do not keep missing each other in step.
  next_at_ = now + interval - interval / 20 + context_.rng.below(interval / 10);
  if (context_.leaving) return std::nullopt;
  forget_old(now);

  const auto untried = std::ranges::find(lost_, false, &Lost::tried);
  if (untried != lost_.end()) {
    untried->tried = true;
    return untried->who->endpoint();
  }
  // Seeds count like lost members, while nobody lives there that we know.
  std::vector<Endpoint> candidates;
  for (const Lost& lost : lost_) candidates.push_back(lost.who->endpoint());
  for (const Seed& seed : seeds_) {
    if (!somebody_lives_at(seed.endpoint)) candidates.push_back(seed.endpoint);
  }
  if (candidates.empty()) return std::nullopt;
  return candidates[context_.rng.below(static_cast<std::uint32_t>(candidates.size()))];
}

void Reconnect::forget_old(TimePoint now) {
  std::erase_if(lost_, [&](const Lost& lost) { return now - lost.since > memory; });
}

bool Reconnect::somebody_lives_at(const Endpoint& endpoint) const {
  return std::ranges::any_of(table_.order(), [&](MemberIndex member) {
    const Row& row = table_[member];
    return !is_gone(row.state) && row.identity->endpoint() == endpoint;
  });
}

}  // namespace gossipod::swim
