#include "runtime/virtual/weather.h"

#include <gossipod/assert.h>

namespace gossipod::runtime {

void Weather::set_conditions(const VirtualConditions& conditions) {
  GOSSIPOD_ASSERT(conditions.latency_min >= Duration::zero());
  GOSSIPOD_ASSERT(conditions.latency_min <= conditions.latency_max);
  conditions_ = conditions;
  spread_ = conditions.latency_max - conditions.latency_min + Duration{1};
}

void Weather::flip(MutableBytes datagram) {
  if (datagram.empty() || !chance(conditions_.flip_per_thousand)) return;
  const std::uint32_t bit = rng_.below(static_cast<std::uint32_t>(8 * datagram.size()));
  datagram[bit / 8] = static_cast<std::uint8_t>(datagram[bit / 8] ^ 1u << bit % 8);
}

void Weather::set_group(const Endpoint& member, std::uint32_t group) {
  if (group == 0) {
    groups_.erase(member);
  } else {
    groups_[member] = group;
  }
}

void Weather::heal(const Endpoint& from, const Endpoint& to) {
  cuts_.erase({from, to});
  unheard_.erase({from, to});
}

void Weather::heal_all() {
  cuts_.clear();
  unheard_.clear();
  groups_.clear();
}

bool Weather::passes(const Endpoint& from, const Endpoint& to) const {
  if (!groups_.empty() && group(from) != group(to)) return false;
  return cuts_.empty() || !cuts_.contains({from, to});
}

bool Weather::hears(const Endpoint& from, const Endpoint& to) const {
  return passes(from, to) && (unheard_.empty() || !unheard_.contains({from, to}));
}

std::uint32_t Weather::group(const Endpoint& member) const {
  const auto found = groups_.find(member);
  return found == groups_.end() ? 0 : found->second;
}

}  // namespace gossipod::runtime
