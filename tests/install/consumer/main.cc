// A user's program: all it knows of gossipod is what was installed.
#include <gossipod/gossipod.h>

#include <chrono>
#include <cstdio>

int main() {
  using namespace std::chrono_literals;
  auto config = gossipod::ConfigBuilder{}.with_name("consumer").with_port(0).build();
  if (!config) return gossipod::report(config.error());
  auto node = gossipod::Gossipod::start(*config);
  if (!node) return gossipod::report(node.error());
  const std::size_t members = node->members().size();
  if (auto left = node->leave(5s); !left) return gossipod::report(left.error());
  std::printf("members: %zu\n", members);
  return members == 1 ? 0 : 1;
}
