// A user's program without exceptions and RTTI, with a handler of its own. It waits for a guest
// until its input ends.
#if defined(__cpp_exceptions) || defined(__cpp_rtti)
#error "to be compiled with -fno-exceptions -fno-rtti"
#endif

#include <gossipod/gossipod.h>

#include <cstdio>
#include <memory>

class Host final : public gossipod::EventHandler {
 public:
  void on_join(const gossipod::Member& member) override {
    std::printf("%s came\n", member.name.c_str());
    std::fflush(stdout);
  }
  void on_leave(const gossipod::Member& member) override {
    std::printf("%s went\n", member.name.c_str());
    std::fflush(stdout);
  }
};

int main() {
  auto config = gossipod::ConfigBuilder{}.with_name("strict").with_port(0).build();
  if (!config) return gossipod::report(config.error());
  gossipod::Parts parts;
  parts.handler = std::make_shared<Host>();
  auto node = gossipod::Gossipod::start(*config, parts);
  if (!node) return gossipod::report(node.error());
  std::printf("at %u\n", unsigned{node->local_endpoint().port});
  std::fflush(stdout);
  while (std::getchar() != EOF) continue;
}
