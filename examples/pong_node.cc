// pong_node [--name NODE_2] [--ip 127.0.0.1] [--port 7947] [--join-addr 127.0.0.1:7948]: joins, and
// answers each {ping, n} with a {pong, m}, where m counts what we have answered. Ctrl-C says
// goodbye.
#include <gossipod/gossipod.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>

#include "ping_pong.h"

using namespace std::chrono_literals;

// A handler exists before its node does, so the node is handed in later. A ping that comes before
// that gets no answer, as if it had been lost.
class Player final : public gossipod::EventHandler {
 public:
  void play_on(gossipod::Gossipod* node) {
    const std::lock_guard lock{mutex_};
    node_ = node;
  }

  void on_message(const gossipod::Endpoint& from, std::string_view data) override {
    const auto ball = Ball::decode(data);
    if (!ball || ball->word != "ping") return;
    const std::lock_guard lock{mutex_};
    if (node_ == nullptr) return;
    const Ball answer{"pong", ++answered_};
    std::printf("got %s, answer %s\n", ball->encode().c_str(), answer.encode().c_str());
    if (auto sent = node_->send_to(from, answer.encode()); !sent) gossipod::report(sent.error());
  }

 private:
  std::mutex mutex_;
  gossipod::Gossipod* node_ = nullptr;
  std::uint64_t answered_ = 0;
};

int main(int count, char** arguments) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const auto flags = parse_flags(count, arguments,
                                 {.name = "NODE_2", .port = 7947, .join_addr = "127.0.0.1:7948"});
  if (!flags) return 2;
  const sigset_t signals = block_signals();

  const auto player = std::make_shared<Player>();
  gossipod::Parts parts;
  parts.handler = player;
  auto node = start(*flags, parts);
  if (!node) return gossipod::report(node.error());
  player->play_on(&*node);

  int signal = 0;
  sigwait(&signals, &signal);
  player->play_on(nullptr);
  if (auto left = node->leave(5s); !left) return gossipod::report(left.error());
}
