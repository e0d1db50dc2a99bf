// JoinOperation: one call of join(): all seeds, a bounded number of them at a time, and what became
// of each.
//
// Threads: start() on the loop's; give_up() on any, also before start(). Whatever comes first, the
// last answer or giving up, is the outcome.
#pragma once

#include <gossipod/join.h>

#include <cstddef>
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
  // timed_out, cancelled or stopped.
  void give_up(Errc why);
  // The outcome is that error, whatever there is.
  void refuse(const Error& why);
  // Gives up when the token says so. Once, before start().
  void cancel_with(const std::stop_token& token);

 private:
  void advance(NodeCore& core);
  void finish(NodeCore& core, std::size_t index, std::optional<Error> error);
  [[nodiscard]] Result<JoinReport> outcome() const;

  struct Row {
    Seed seed;  // never changes
    bool known = false;
    std::optional<Error> error;  // once it is known
  };
  mutable std::mutex mutex_;
  std::vector<Row> rows_;
  const std::size_t at_once_;
  std::size_t next_ = 0;
  std::size_t running_ = 0;
  bool over_ = false;
  Done done_;
  // Not touched again until the end: it may run while it is made, and on any thread.
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace gossipod::cluster
