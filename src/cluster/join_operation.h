// JoinOperation: one call of join(): all seeds, a bounded number of them at a time, and what became
// of each.
//
// A seed that is a host's name is looked up, and then all its addresses are asked: two halves of a
// group that starts could otherwise each find itself and be content. The first one that answers
// answers for the seed; those that are left then are asked in the background.
//
// Threads: start() on the loop's; give_up() on any, also before start(). Whatever comes first, the
// last answer or giving up, is the outcome.
#pragma once

#include <gossipod/join.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "cluster/seeds.h"

namespace gossipod::cluster {

class NodeCore;

class JoinOperation : public std::enable_shared_from_this<JoinOperation> {
 public:
  // Called once, without a lock, on the thread that brings the outcome.
  using Done = std::function<void(Result<JoinReport>)>;

  JoinOperation(std::vector<Seed> seeds, std::size_t at_once, Done done);

  // Why it makes no sense to start: no seed leads anywhere, or none may be asked.
  [[nodiscard]] std::optional<Error> nonsense() const;
  void start(NodeCore& core);
  // The outcome is what there is so far. Of the rest no more begins: it failed with `why`, which is
  // timed_out, cancelled or stopped. False: there was an outcome already.
  bool give_up(Errc why);
  // The outcome is that error, whatever there is.
  void refuse(const Error& why);
  // Gives up when the token says so, and then runs `after`. Once, before start().
  void cancel_with(const std::stop_token& token, std::function<void()> after);

 private:
  // An address that is to be asked; or, none known yet, a host that is to be looked up.
  struct Question {
    std::size_t row = 0;
    std::optional<Endpoint> where;
  };
  void advance(NodeCore& core);
  [[nodiscard]] std::optional<Question> next();
  void ask(NodeCore& core, const Question& question);
  void take_addresses(const NodeCore& core, std::size_t index,
                      const Result<std::vector<Endpoint>>& found);
  void finish(NodeCore& core, std::size_t index, std::optional<Error> error);
  void end_if_known();
  [[nodiscard]] bool wanted() const;
  [[nodiscard]] Result<JoinReport> outcome() const;

  struct Row {
    Seed seed;                   // never changes
    std::size_t questions = 0;   // waiting or running
    bool known = false;          // what became of it
    std::optional<Error> error;  // the first one, until it is known; then that, or none
    void settle(std::optional<Error> what);
  };
  mutable std::mutex mutex_;
  std::vector<Row> rows_;
  const std::size_t at_once_;
  std::deque<Question> waiting_;
  std::size_t running_ = 0;
  bool over_ = false;      // there is an outcome
  bool given_up_ = false;  // and no more is asked
  bool advancing_ = false;
  Done done_;
  // Not touched again until the end: it may run while it is made, and on any thread.
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace gossipod::cluster
