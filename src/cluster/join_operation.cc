#include "cluster/join_operation.h"

#include <algorithm>
#include <utility>

#include "cluster/node_core.h"

namespace gossipod::cluster {
namespace {

const char* reason(Errc why) {
  switch (why) {
    case Errc::timed_out:
      return "did not answer in time";
    case Errc::cancelled:
      return "had not answered when the join was cancelled";
    default:
      return "had not answered when the node stopped";
  }
}

}  // namespace

JoinOperation::JoinOperation(std::vector<Seed> seeds, std::size_t at_once, Done done)
    : at_once_{at_once}, done_{std::move(done)} {
  rows_.reserve(seeds.size());
  for (Seed& seed : seeds) {
    Row& row = rows_.emplace_back(Row{std::move(seed), false, std::nullopt});
    if (row.seed.endpoint) continue;
    row.known = true;
    row.error = row.seed.endpoint.error();
  }
}

std::optional<Error> JoinOperation::nonsense() const {
  if (at_once_ == 0) return Error{Errc::invalid_config, "at_once", "0: nobody would be asked"};
  if (rows_.empty()) return Error{Errc::invalid_address, "seeds", "none given"};
  const bool none =
      std::ranges::none_of(rows_, [](const Row& row) { return row.seed.endpoint.has_value(); });
  if (none) return rows_.front().error;
  return std::nullopt;
}

void JoinOperation::start(NodeCore& core) { advance(core); }

void JoinOperation::advance(NodeCore& core) {
  while (true) {
    std::size_t index = 0;
    {
      const std::lock_guard lock{mutex_};
      while (next_ < rows_.size() && rows_[next_].known) ++next_;
      if (over_ || next_ == rows_.size() || running_ == at_once_) break;
      index = next_++;
      ++running_;
    }
    // The seed never changes, so it can be read without the lock, which must not be held here.
    const Seed& seed = rows_[index].seed;
    core.join({*seed.endpoint, seed.name},
              [self = shared_from_this(), &core, index](const Result<Duration>& result) {
                self->finish(core, index, result ? std::nullopt : std::optional{result.error()});
              });
  }
  Done done;
  {
    const std::lock_guard lock{mutex_};
    if (over_ || running_ > 0 || next_ < rows_.size()) return;
    over_ = true;
    done = std::exchange(done_, nullptr);
  }
  done(outcome());
}

void JoinOperation::finish(NodeCore& core, std::size_t index, std::optional<Error> error) {
  if (error && error->code == Errc::stopped) give_up(Errc::stopped);
  {
    const std::lock_guard lock{mutex_};
    --running_;
    if (!over_) {
      rows_[index].known = true;
      rows_[index].error = std::move(error);
    }
  }
  advance(core);
}

void JoinOperation::give_up(Errc why) {
  Done done;
  {
    const std::lock_guard lock{mutex_};
    if (over_) return;
    over_ = true;
    for (Row& row : rows_) {
      if (row.known) continue;
      row.known = true;
      row.error = Error{why, row.seed.address, reason(why)};
    }
    done = std::exchange(done_, nullptr);
  }
  done(outcome());
}

void JoinOperation::refuse(const Error& why) {
  Done done;
  {
    const std::lock_guard lock{mutex_};
    if (over_) return;
    over_ = true;
    done = std::exchange(done_, nullptr);
  }
  done(why);
}

void JoinOperation::cancel_with(const std::stop_token& token) {
  on_stop_.emplace(token, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->give_up(Errc::cancelled);
  });
}

// An answer is more than all that went wrong beside it.
Result<JoinReport> JoinOperation::outcome() const {
  const std::lock_guard lock{mutex_};
  JoinReport report;
  for (const Row& row : rows_) report.seeds.push_back({row.seed.address, row.error});
  if (report.contacted() > 0) return report;
  for (const Errc ended : {Errc::stopped, Errc::cancelled}) {
    for (const Row& row : rows_) {
      if (row.error->code == ended) return *row.error;
    }
  }
  return Error{Errc::no_seed_answered, rows_.front().seed.address, to_string(*rows_.front().error)};
}

}  // namespace gossipod::cluster
