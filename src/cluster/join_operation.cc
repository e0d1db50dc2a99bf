#include "cluster/join_operation.h"

#include <algorithm>
#include <utility>

#include "cluster/node_core.h"

namespace gossipod::cluster {

JoinOperation::JoinOperation(std::vector<Seed> seeds) : seeds_{std::move(seeds)} {
  errors_.reserve(seeds_.size());
  for (const Seed& seed : seeds_) {
    errors_.push_back(seed.endpoint ? Error{Errc::timed_out, seed.address, "did not answer in time"}
                                    : seed.endpoint.error());
  }
}

std::optional<Error> JoinOperation::nonsense() const {
  if (seeds_.empty()) return Error{Errc::invalid_address, "seeds", "none given"};
  const bool none = std::ranges::none_of(
      seeds_, [](const Seed& seed) -> bool { return seed.endpoint.has_value(); });
  if (none) return errors_.front();
  return std::nullopt;
}

void JoinOperation::start(NodeCore& core, Done done) {
  {
    const std::lock_guard lock{mutex_};
    done_ = std::move(done);
  }
  advance(core);
}

void JoinOperation::advance(NodeCore& core) {
  while (true) {
    std::size_t index = 0;
    {
      const std::lock_guard lock{mutex_};
      while (next_ < seeds_.size() && !seeds_[next_].endpoint) ++next_;
      if (over_ || next_ == seeds_.size() || running_ == at_once) break;
      index = next_++;
      ++running_;
    }
    // Seeds never change, so they can be read without the lock, which must not be held here.
    const Seed& seed = seeds_[index];
    core.join({*seed.endpoint, seed.name},
              [self = shared_from_this(), &core, index](const Result<Duration>& result) {
                self->finish(core, index, result ? std::nullopt : std::optional{result.error()});
              });
  }
  Done done;
  {
    const std::lock_guard lock{mutex_};
    if (over_ || running_ > 0 || next_ < seeds_.size()) return;
    over_ = true;
    done = std::move(done_);
  }
  done(outcome());
}

void JoinOperation::finish(NodeCore& core, std::size_t index, std::optional<Error> error) {
  {
    const std::lock_guard lock{mutex_};
    if (error && error->code == Errc::stopped) next_ = seeds_.size();
    if (!over_) errors_[index] = std::move(error);
    --running_;
  }
  advance(core);
}

Result<JoinReport> JoinOperation::give_up() {
  {
    const std::lock_guard lock{mutex_};
    over_ = true;
  }
  return outcome();
}

Result<JoinReport> JoinOperation::outcome() const {
  const std::lock_guard lock{mutex_};
  JoinReport report;
  for (std::size_t i = 0; i < seeds_.size(); ++i) {
    report.seeds.push_back({seeds_[i].address, errors_[i]});
  }
  if (report.contacted() > 0) return report;
  const auto stopped =
      std::ranges::find_if(errors_, [](const auto& error) { return error->code == Errc::stopped; });
  if (stopped != errors_.end()) return **stopped;
  return Error{Errc::no_seed_answered, seeds_.front().address, to_string(*errors_.front())};
}

}  // namespace gossipod::cluster
