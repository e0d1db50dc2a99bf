#include "cluster/seed_names.h"

#include <gossipod/limits.h>

#include <algorithm>
#include <utility>

namespace gossipod::cluster {

// As often as the machine tries the seeds it knows when alone; see swim/reconnect.cc.
void SeedNames::begin(Loop& loop, const Config& config, Retry retry) {
  const Duration never_tried{0};
  const Duration usual = config.reconnect_interval;
  const Duration alone = config.join_retry;
  interval_ = alone == never_tried ? usual : alone;
  if (alone != never_tried && usual != never_tried) interval_ = std::min(alone, usual);
  if (interval_ == never_tried || !loop.can_watch()) return;
  loop_ = &loop;
  retry_ = std::move(retry);
}

void SeedNames::end() {
  loop_ = nullptr;
  alarm_.reset();
  names_.clear();
}

void SeedNames::remember(const Seed& seed) {
  if (loop_ == nullptr || names_.size() >= limits::seed_names_max) return;
  if (!seed.place || seed.place->host.empty()) return;
  const auto same = [&](const Seed& known) {
    return known.place->host == seed.place->host &&
           known.place->endpoint.port == seed.place->endpoint.port && known.name == seed.name;
  };
  if (std::ranges::any_of(names_, same)) return;
  names_.push_back(seed);
  if (alarm_) return;
  alarm_.emplace(*loop_, [this](TimePoint) { retry_(names_); });
  alarm_->set(loop_->now() + interval_);
}

void SeedNames::retried() {
  if (alarm_) alarm_->set(loop_->now() + interval_);
}

}  // namespace gossipod::cluster
