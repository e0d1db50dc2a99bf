// Two members of one cluster, both in this process for the sake of brevity.
#include <gossipod/gossipod.h>

#include <chrono>
#include <cstdio>
#include <string>

using gossipod::Gossipod;
using namespace std::chrono_literals;

gossipod::Result<Gossipod> start(const char* name) {
  auto config = gossipod::ConfigBuilder{}
                    .with_name(name)
                    .with_addr("127.0.0.1")
                    .with_port(0)  // any that is free
                    .with_network_type(gossipod::NetworkType::local)
                    .build();
  if (!config) return config.error();  // which field, its value, and what would be right
  return Gossipod::start(*config);     // running when it returns
}

int main() {
  auto anna = start("anna");
  if (!anna) return gossipod::report(anna.error());
  auto bert = start("bert");
  if (!bert) return gossipod::report(bert.error());

  const std::string seed = to_string(anna->local_endpoint());
  if (auto joined = bert->join({seed}, 5s); !joined) return gossipod::report(joined.error());

  for (const auto& member : bert->members()) {
    std::printf("bert knows %s: %s\n", std::string{member.name()}.c_str(),
                to_string(member.state()));
  }
  if (auto left = bert->leave(5s); !left) return gossipod::report(left.error());
  std::puts("bert said goodbye");
}
