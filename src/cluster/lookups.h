// Lookups: the questions of one node for the addresses of hosts that are not answered yet.
//
// Threads: the loop's. Ownership: the loop outlives what is begun on it; end() before that.
#pragma once

#include <gossipod/config.h>
#include <gossipod/loop.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "cluster/seeds.h"
#include "runtime/resolver.h"

namespace gossipod::cluster {

class Lookups {
 public:
  using Done = runtime::Resolver::Done;

  // From now on they are asked for.
  void begin(Loop& loop, const Config& config);
  // `wanted` is asked by sweep(); `done` is called once, on a later turn, or by end(), or, no
  // longer wanted, not at all.
  void add(const Place& place, std::function<bool()> wanted, Done done);
  // Takes back what nobody wants any more.
  void sweep();
  // All end with that.
  void end(const Error& why);
  [[nodiscard]] std::size_t size() const { return open_.size(); }

 private:
  struct Open {
    std::function<bool()> wanted;
    Done done;
    std::unique_ptr<runtime::Resolver> resolver;
  };
  void finish(std::uint64_t number, const runtime::Resolver::Answer& answer);

  Loop* loop_ = nullptr;  // null: not begun, or ended
  runtime::Question question_;
  std::map<std::uint64_t, Open> open_;
  std::uint64_t last_ = 0;
};

}  // namespace gossipod::cluster
