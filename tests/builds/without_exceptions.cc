// A program with exceptions on a library without: a handler that throws ends the program, even if
// whoever runs the handlers would catch what comes out.
#include <gossipod/gossipod.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace gossipod;

namespace {

class Thrower final : public EventHandler {
 public:
  void on_message(const Endpoint&, std::string_view) override {
    throw std::runtime_error{"the handler threw"};
  }
};

void careful(const std::function<void()>& task) {
  try {
    task();
  } catch (const std::exception& error) {
    std::printf("it came through: %s\n", error.what());
  }
}

}  // namespace

int main() {
  Parts parts;
  parts.handler = std::make_shared<Thrower>();
  parts.executor = [](std::function<void()> task) { careful(task); };
  auto node = Gossipod::start(
      *ConfigBuilder{}.with_name("a").with_addr("127.0.0.1").with_port(0).build(), parts);
  if (!node) {
    std::printf("%s\n", to_string(node.error()).c_str());
    return 1;
  }
  std::printf("runs on %s\n", std::string{node->stats().body}.c_str());
  std::fflush(stdout);
  const auto met = [](const Members& members) { return members.size() > 1; };
  for (int i = 0; i < 100; ++i) {
    if (!node->send_to(node->local_endpoint(), "hello")) return 1;
    (void)node->wait_until(met, std::chrono::milliseconds{100});
  }
  std::printf("it went on\n");
  return 0;
}
