// JoinOperation: one call of join(): all seeds, a bounded number of them at a time, and what became
// of each.
//
// Threads: start() on the loop's; give_up() on any.
#pragma once

#include <gossipod/gossipod.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "cluster/seeds.h"

namespace gossipod::cluster {

class NodeCore;

class JoinOperation : public std::enable_shared_from_this<JoinOperation> {
 public:
  static constexpr std::size_t at_once = 8;
  using Done = std::function<void(Result<JoinReport>)>;

  explicit JoinOperation(std::vector<Seed> seeds);

  // The first reason, if none of the seeds leads anywhere.
  [[nodiscard]] std::optional<Error> nonsense() const;
  void start(NodeCore& core, Done done);
  // What there is so far; of the rest no more begins, and it counts as timed_out.
  [[nodiscard]] Result<JoinReport> give_up();

 private:
  void advance(NodeCore& core);
  void finish(NodeCore& core, std::size_t index, std::optional<Error> error);
  [[nodiscard]] Result<JoinReport> outcome() const;

  mutable std::mutex mutex_;
  std::vector<Seed> seeds_;
  std::vector<std::optional<Error>> errors_;  // by seed: timed_out until it is known
  std::size_t next_ = 0;
  std::size_t running_ = 0;
  bool over_ = false;
  Done done_;
};

}  // namespace gossipod::cluster
