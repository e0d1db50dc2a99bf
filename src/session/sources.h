// Sources: whose datagrams and streams are looked at at all.
//
// Threads: the session's.
#pragma once

#include <gossipod/config.h>

#include <algorithm>
#include <vector>

namespace gossipod::session {

class Sources {
 public:
  explicit Sources(const Config& config) {
    if (config.filter_sources) allowed_ = config.allowed;
  }
  [[nodiscard]] bool allow(const Endpoint& from) const {
    const auto holds = [&](const Prefix& prefix) { return prefix.contains(from); };
    return allowed_.empty() || std::ranges::any_of(allowed_, holds);
  }

 private:
  std::vector<Prefix> allowed_;  // none: everybody
};

}  // namespace gossipod::session
