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
    Row& row = rows_.emplace_back(Row{std::move(seed), 0, false, std::nullopt});
    if (row.seed.place) {
      const Place& place = *row.seed.place;
      row.questions = 1;
      waiting_.push_back(
          {rows_.size() - 1, place.host.empty() ? std::optional{place.endpoint} : std::nullopt});
    } else {
      row.settle(row.seed.place.error());
    }
  }
}

// One question of this seed has its answer.
void JoinOperation::Row::settle(std::optional<Error> what) {
  if (questions > 0) --questions;
  if (known) return;
  if (!what) {
    error.reset();
  } else if (!error) {
    error = std::move(what);
  }
  known = !error || questions == 0;
}

std::optional<Error> JoinOperation::nonsense() const {
  if (at_once_ == 0) return Error{Errc::invalid_config, "at_once", "0: nobody would be asked"};
  if (rows_.empty()) return Error{Errc::invalid_address, "seeds", "none given"};
  const bool none =
      std::ranges::none_of(rows_, [](const Row& row) { return row.seed.place.has_value(); });
  if (none) return rows_.front().error;
  return std::nullopt;
}

void JoinOperation::start(NodeCore& core) {
  for (const Row& row : rows_) core.remember(row.seed);
  advance(core);
}

void JoinOperation::advance(NodeCore& core) {
  if (advancing_) return;  // an answer came at once
  advancing_ = true;
  while (const auto question = next()) ask(core, *question);
  advancing_ = false;
  end_if_known();
}

std::optional<JoinOperation::Question> JoinOperation::next() {
  const std::lock_guard lock{mutex_};
  if (given_up_ || waiting_.empty() || running_ == at_once_) return std::nullopt;
  ++running_;
  const Question question = waiting_.front();
  waiting_.pop_front();
  return question;
}

// The seed never changes, so it can be read without the lock, which must not be held here.
void JoinOperation::ask(NodeCore& core, const Question& question) {
  const std::size_t index = question.row;
  const Seed& seed = rows_[index].seed;
  const auto self = shared_from_this();
  if (question.where) {
    return core.join(
        {*question.where, seed.name}, [self, &core, index](const Result<Duration>& result) {
          self->finish(core, index, result ? std::nullopt : std::optional{result.error()});
        });
  }
  core.look_up(
      *seed.place, [self] { return self->wanted(); },
      [self, &core, index](const Result<std::vector<Endpoint>>& found) {
        if (!found) return self->finish(core, index, found.error());
        self->take_addresses(core, index, found);
        self->advance(core);
      });
}

void JoinOperation::take_addresses(const NodeCore& core, std::size_t index,
                                   const Result<std::vector<Endpoint>>& found) {
  // A name may stand for the whole group, so for us too. Only if it stands for nobody else we are
  // the one to ask, as if our address had been given.
  std::vector<Endpoint> others = *found;
  std::erase_if(others, [&](const Endpoint& endpoint) { return core.is_own(endpoint); });
  const std::lock_guard lock{mutex_};
  --running_;
  rows_[index].questions += others.empty() ? found->size() : others.size();
  --rows_[index].questions;
  for (const Endpoint& endpoint : others.empty() ? *found : others) {
    waiting_.push_back({index, endpoint});
  }
}

void JoinOperation::finish(NodeCore& core, std::size_t index, std::optional<Error> error) {
  if (error && error->code == Errc::stopped) give_up(Errc::stopped);
  {
    const std::lock_guard lock{mutex_};
    --running_;
    if (!over_) rows_[index].settle(std::move(error));
  }
  advance(core);
}

void JoinOperation::end_if_known() {
  Done done;
  {
    const std::lock_guard lock{mutex_};
    if (over_ || !std::ranges::all_of(rows_, &Row::known)) return;
    over_ = true;
    done = std::exchange(done_, nullptr);
  }
  done(outcome());
}

bool JoinOperation::wanted() const {
  const std::lock_guard lock{mutex_};
  return !given_up_;
}

bool JoinOperation::give_up(Errc why) {
  Done done;
  {
    const std::lock_guard lock{mutex_};
    if (over_) return false;
    over_ = true;
    given_up_ = true;
    for (Row& row : rows_) {
      if (row.known) continue;
      row.known = true;
      row.error = Error{why, row.seed.address, reason(why)};
    }
    done = std::exchange(done_, nullptr);
  }
  done(outcome());
  return true;
}

void JoinOperation::refuse(const Error& why) {
  Done done;
  {
    const std::lock_guard lock{mutex_};
    if (over_) return;
    over_ = true;
    given_up_ = true;
    done = std::exchange(done_, nullptr);
  }
  done(why);
}

void JoinOperation::cancel_with(const std::stop_token& token, std::function<void()> after) {
  on_stop_.emplace(token, [weak = weak_from_this(), after = std::move(after)] {
    const auto self = weak.lock();
    if (self != nullptr && self->give_up(Errc::cancelled)) after();
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
