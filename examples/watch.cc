// watch NAME ADDRESS [SEED...]: a member that prints what it hears, tells everybody each line of
// its input, and says goodbye when that ends.
//
//   watch a 127.0.0.1:7946
//   watch b 127.0.0.1:7947 127.0.0.1:7946
#include <gossipod/gossipod.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

using namespace std::chrono_literals;

// Runs on a thread of its own, so it may take its time and call the node.
class Printer final : public gossipod::EventHandler {
 public:
  void on_event(const gossipod::Event& event) override {
    const std::string what = event.kind == gossipod::Event::Kind::message
                                 ? "from " + to_string(event.from) + ": " + event.data
                                 : event.member.name + " " + to_string(event.member.endpoint);
    std::printf("%s %s\n", to_string(event.kind), what.c_str());
    std::fflush(stdout);
  }
};

int main(int count, char** arguments) {
  if (count < 3) {
    std::fputs("usage: watch NAME ADDRESS [SEED...]\n", stderr);
    return 2;
  }
  const auto config =
      gossipod::ConfigBuilder{}.with_name(arguments[1]).with_bind(arguments[2]).build();
  if (!config) return gossipod::report(config.error());
  gossipod::Parts parts;
  parts.handler = std::make_shared<Printer>();
  auto node = gossipod::Gossipod::start(*config, parts);
  if (!node) return gossipod::report(node.error());

  const std::vector<std::string> seeds(arguments + 3, arguments + count);
  if (!seeds.empty()) {
    if (auto joined = node->join(seeds, 5s); !joined) return gossipod::report(joined.error());
  }
  for (std::string line; std::getline(std::cin, line);) {  // each line goes to everybody
    if (auto told = node->broadcast(line); !told) gossipod::report(told.error());
  }
  if (auto left = node->leave(5s); !left) return gossipod::report(left.error());
}
