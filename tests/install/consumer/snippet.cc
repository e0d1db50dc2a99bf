// The first program of everybody who comes from the Rust crate: its own durations, in C++.
#include <gossipod/gossipod.h>

#include <chrono>
#include <cstdio>
#include <string>

using gossipod::Gossipod;
using namespace std::chrono_literals;

int main() {
  auto config = gossipod::ConfigBuilder{}
                    .with_name("NODE_1")
                    .with_addr("127.0.0.1")
                    .with_port(7948)
                    .with_probing_interval(1s)
                    .with_ack_timeout(500ms)
                    .with_indirect_ack_timeout(1s)
                    .with_suspicious_timeout(5s)
                    .with_network_type(gossipod::NetworkType::lan)
                    .build();
  if (!config) return gossipod::report(config.error());
  auto node = Gossipod::start(*config);
  if (!node) return gossipod::report(node.error());
  if (auto joined = node->join({"127.0.0.1:7947"}, 5s); !joined) {
    return gossipod::report(joined.error());
  }
  for (const auto& member : node->members()) {
    std::printf("%s is %s\n", std::string{member.name()}.c_str(), to_string(member.state()));
  }
  if (auto left = node->leave(5s); !left) return gossipod::report(left.error());
}
