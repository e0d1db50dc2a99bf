#include "base/config_defaults.h"

namespace gossipod {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Config's own values are those of the LAN.
Config defaults_of(NetworkType type) {
  Config config;
  switch (type) {
    case NetworkType::lan:
      break;
    case NetworkType::local:
      config.stream_timeout = seconds{1};
      config.indirect_checks = 1;
      config.retransmit_multiplier = 2;
      config.suspicion_multiplier = 3;
      config.push_pull_interval = seconds{15};
      config.ack_timeout = milliseconds{200};
      config.gossip_interval = milliseconds{100};
      config.gossip_to_the_dead = seconds{15};
      break;
    case NetworkType::wan:
      config.stream_timeout = seconds{30};
      config.suspicion_multiplier = 6;
      config.push_pull_interval = seconds{60};
      config.probing_interval = seconds{5};
      config.ack_timeout = seconds{3};
      config.gossip_interval = milliseconds{500};
      config.gossip_nodes = 4;
      config.gossip_to_the_dead = seconds{60};
      break;
  }
  return config;
}

}  // namespace gossipod
