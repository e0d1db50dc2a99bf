// ping_node [--name NODE_1] [--ip 127.0.0.1] [--port 7948] [--join-addr HOST:PORT]: sends {ping, n}
// to everybody else every two seconds, and shows who answers. Ctrl-C says goodbye.
//
//   ping_node --name NODE_1 --port 7948
//   pong_node --name NODE_2 --port 7947 --join-addr 127.0.0.1:7948
#include <gossipod/gossipod.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "ping_pong.h"

using namespace std::chrono_literals;

class Game final : public gossipod::EventHandler {
 public:
  void on_join(const gossipod::Member& member) override {
    std::printf("%s joined\n", member.name.c_str());
  }
  void on_leave(const gossipod::Member& member) override {
    std::printf("%s left\n", member.name.c_str());
  }
  void on_dead(const gossipod::Member& member) override {
    std::printf("%s failed\n", member.name.c_str());
  }
  void on_message(const gossipod::Endpoint& from, std::string_view data) override {
    const auto ball = Ball::decode(data);
    if (!ball || ball->word != "pong") return;
    std::printf("got %s from %s\n", ball->encode().c_str(), to_string(from).c_str());
  }
};

int main(int count, char** arguments) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const auto flags = parse_flags(count, arguments, {.name = "NODE_1"});
  if (!flags) return 2;
  const sigset_t signals = block_signals();

  gossipod::Parts parts;
  parts.handler = std::make_shared<Game>();
  auto node = start(*flags, parts);
  if (!node) return gossipod::report(node.error());

  std::uint64_t sent = 0;
  const timespec interval{.tv_sec = 2, .tv_nsec = 0};
  while (sigtimedwait(&signals, nullptr, &interval) < 0) {  // two seconds without a signal
    if (node->members().size() < 2) continue;
    const Ball ball{"ping", ++sent};
    for (const auto& member : node->members()) {
      if (member.name() == flags->name) continue;
      // A datagram: it may get lost, and then there is no pong to it.
      if (auto done = node->send(member.name(), ball.encode()); !done) {
        gossipod::report(done.error());
      }
    }
    std::printf("sent %s\n", ball.encode().c_str());
  }
  if (auto left = node->leave(5s); !left) return gossipod::report(left.error());
}
