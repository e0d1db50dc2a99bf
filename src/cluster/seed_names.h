// SeedNames: the host names that join() was given. An endpoint that was a seed is remembered by the
// machine and tried again; but a name may lead elsewhere tomorrow. So whoever is alone has them
// looked up again, and joins whatever they lead to then.
//
// Threads: the loop's. Bounded: limits::seed_names_max; the first ones stay.
#pragma once

#include <gossipod/config.h>
#include <gossipod/loop.h>

#include <functional>
#include <optional>
#include <vector>

#include "cluster/seeds.h"
#include "runtime/alarm.h"

namespace gossipod::cluster {

class SeedNames {
 public:
  // Called when it is time to try them, alone or not; until retried() there is no other time.
  using Retry = std::function<void(const std::vector<Seed>&)>;

  void begin(Loop& loop, const Config& config, Retry retry);
  void end();
  // Keeps those that are host names, once each.
  void remember(const Seed& seed);
  void retried();
  // We have said goodbye, and want to be left alone.
  void forget() { end(); }
  [[nodiscard]] bool empty() const { return names_.empty(); }

 private:
  Loop* loop_ = nullptr;  // null: nobody wants to try again
  Duration interval_{};
  Retry retry_;
  std::vector<Seed> names_;
  std::optional<runtime::Alarm> alarm_;  // once there is a name
};

}  // namespace gossipod::cluster
