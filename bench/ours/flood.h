// Flood: more pings than a process of nodes can answer at its leisure. To each node so many are on
// their way at any time; every answer is followed by the next ping. What costs there is packets,
// hardly ever waking up.
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/time.h>
#include <netinet/in.h>

#include <vector>

namespace gossipod::bench {

class Flood {
 public:
  void aim(const Endpoint& node);  // at this one too
  // False if they do not answer.
  [[nodiscard]] bool run(Duration window);

 private:
  std::vector<sockaddr_in> nodes_;
};

}  // namespace gossipod::bench
