// A layer on top of swim::Node, turned by the same session, driver and network as the node itself.
#include <gossipod/session/session.h>
#include <gossipod/virtual.h>

#include <gtest/gtest.h>

#include <map>

#include "runtime/driver.h"
#include "runtime/turn_buffers.h"
#include "scenario/lamport_machine.h"
#include "session/session_impl.h"

namespace gossipod::sim::test {
namespace {

using namespace std::chrono_literals;

class LamportWorld {
 public:
  void add() {
    const std::size_t i = nodes_.size();
    Node& node = *nodes_.emplace_back(std::make_unique<Node>());
    const auto config = ConfigBuilder{}
                            .with_name("m" + std::to_string(i))
                            .with_bind("10.0.0." + std::to_string(i + 1) + ":7946")
                            .build();
    node.driver.emplace(buffers_, node.counters, [&node](TimePoint) {
      while (auto event = node.session->poll_event()) node.heard.push_back(*event);
    });
    node.link = *loop_.attach({config->bind, 1 << 20}, *node.driver);
    const swim::NodeContext context{
        .seed = i + 1, .local = node.link->local(), .pool = pool_, .counters = &node.counters};
    node.session.emplace(
        *config,
        session::SessionContext{
            .entropy = &loop_.entropy(), .scratch = &scratch_, .counters = &node.counters},
        LamportMachine{*config, context, loop_.now()});
    node.driver->join(*node.session, *node.link, config->packet_bytes);
    if (i > 0) machine(i).node().join(loop_.now(), 0, {nodes_[0]->link->local(), {}});
    touch(i);
  }
  ~LamportWorld() {
    for (auto& node : nodes_) node->driver->part();
  }
  LamportMachine& machine(std::size_t i) { return nodes_[i]->session->machine(); }
  void fire(std::size_t i, std::string_view text) {
    machine(i).fire(text);
    touch(i);
  }
  [[nodiscard]] const std::vector<LamportEvent>& heard(std::size_t i) { return nodes_[i]->heard; }
  void run_for(Duration span) { loop_.run_for(span); }

 private:
  struct Node {
    Counters counters;
    std::optional<runtime::Driver<session::Session<LamportMachine>>> driver;
    std::unique_ptr<Link> link;
    std::optional<session::Session<LamportMachine>> session;
    std::vector<LamportEvent> heard;
  };
  void touch(std::size_t i) {
    nodes_[i]->driver->touch();
    loop_.reschedule(*nodes_[i]->driver);
  }
  VirtualLoop loop_{{.seed = 7}};
  std::shared_ptr<swim::IdentityPool> pool_ = std::make_shared<swim::IdentityPool>(7);
  runtime::TurnBuffers buffers_;
  session::Scratch scratch_;
  std::vector<std::unique_ptr<Node>> nodes_;
};

TEST(Lamport, EverybodyHearsEverythingOnceInAnOrderThatRespectsCauses) {
  LamportWorld world;
  for (int i = 0; i < 6; ++i) world.add();
  world.run_for(5s);
  world.fire(0, "cause");
  world.run_for(5s);
  world.fire(5, "effect");  // by somebody who has heard the cause
  world.fire(3, "elsewhere");
  world.run_for(10s);
  for (std::size_t i = 0; i < 6; ++i) {
    std::map<std::string, std::uint64_t> times;
    for (const LamportEvent& event : world.heard(i)) times[event.text] = event.time;
    EXPECT_EQ(world.heard(i).size(), 3u) << i;
    EXPECT_EQ(times.size(), 3u) << i;
    EXPECT_LT(times["cause"], times["effect"]) << i;
    EXPECT_EQ(times["effect"], times["elsewhere"]) << i;  // neither knew of the other
  }
}

// The clock comes with the push-pull, so that a newcomer's first event is not in the past.
TEST(Lamport, ANewcomersClockIsNotBehind) {
  LamportWorld world;
  world.add();
  for (int i = 0; i < 10; ++i) world.fire(0, "tick " + std::to_string(i));
  world.run_for(1s);
  world.add();
  world.run_for(2s);
  EXPECT_GE(world.machine(1).clock(), 10u);
  world.fire(1, "hello");
  world.run_for(5s);
  EXPECT_EQ(world.heard(0).back(), (LamportEvent{11, "hello"}));
}

}  // namespace
}  // namespace gossipod::sim::test
