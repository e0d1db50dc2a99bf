// The public face on a network in virtual time: the same Gossipod, no thread, no socket, and the
// same run for the same seed.
#include <gossipod/gossipod.h>
#include <gossipod/virtual.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace gossipod {
namespace {

using namespace std::chrono_literals;

Config config(std::size_t i) {
  ConfigBuilder builder;
  builder.with_name("node-" + std::to_string(i)).with_addr("10.0.0." + std::to_string(i + 1));
  auto built = builder.build();
  EXPECT_TRUE(built);
  return *std::move(built);
}

struct Cluster {
  Cluster(std::uint64_t seed, std::size_t size)
      : loop{std::make_shared<VirtualLoop>(options(seed))} {
    for (std::size_t i = 0; i < size; ++i) {
      Parts parts;
      parts.loop = loop;
      auto node = Gossipod::start(config(i), parts);
      EXPECT_TRUE(node);
      nodes.push_back(*std::move(node));
    }
  }
  static VirtualOptions options(std::uint64_t seed) {
    VirtualOptions options;
    options.seed = seed;
    return options;
  }
  bool join_all() {
    const std::string first = to_string(nodes[0].local_endpoint());
    return std::all_of(nodes.begin() + 1, nodes.end(),
                       [&](Gossipod& node) { return node.join({first}, 10s).has_value(); });
  }
  [[nodiscard]] bool whole() const {
    return std::ranges::all_of(
        nodes, [&](const Gossipod& node) { return node.members().size() == nodes.size(); });
  }
  bool become_whole(Duration longest) {
    const TimePoint until = loop->now() + longest;
    while (!whole() && loop->now() < until) loop->run_for(100ms);
    return whole();
  }

  std::shared_ptr<VirtualLoop> loop;
  std::vector<Gossipod> nodes;
};

TEST(VirtualCluster, TwoHundredAndTheSameRunTwice) {
  std::uint64_t hashes[3] = {};
  std::size_t run = 0;
  for (const std::uint64_t seed : {7u, 7u, 8u}) {
    Cluster cluster{seed, 200};
    ASSERT_TRUE(cluster.join_all());
    ASSERT_TRUE(cluster.become_whole(30s));
    cluster.loop->run_for(10s);
    EXPECT_TRUE(cluster.whole());
    for (Gossipod& node : cluster.nodes) {
      while (const auto event = node.next_event()) EXPECT_EQ(event->kind, Event::Kind::join);
    }
    hashes[run++] = cluster.loop->trace_hash();
  }
  EXPECT_EQ(hashes[0], hashes[1]);
  EXPECT_NE(hashes[0], hashes[2]);
}

TEST(VirtualCluster, WhoWaitsTurnsTheLoop) {
  Cluster cluster{1, 3};
  ASSERT_TRUE(cluster.join_all());
  EXPECT_TRUE(cluster.nodes[0].send_reliable("node-1", "hello", 5s));
  std::string heard;
  while (auto event = cluster.nodes[1].next_event(5s)) {
    if (event->kind == Event::Kind::message) {
      heard = event->data;
      break;
    }
  }
  EXPECT_EQ(heard, "hello");
  // Nobody listens there, and virtual time passes until that is known.
  const TimePoint before = cluster.loop->now();
  const auto joined = cluster.nodes[0].join({"10.0.0.99:7946"}, 3s);
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, Errc::no_seed_answered);
  EXPECT_LE(cluster.loop->now() - before, 3s);
  EXPECT_TRUE(cluster.nodes[2].leave(10s));
  cluster.loop->run_for(1s);
  EXPECT_EQ(cluster.nodes[0].members().size(), 2u);
  cluster.nodes[1].stop();
  const TimePoint until = cluster.loop->now() + 1min;
  while (cluster.nodes[0].members().size() == 2 && cluster.loop->now() < until) {
    cluster.loop->run_for(100ms);
  }
  EXPECT_EQ(cluster.nodes[0].members().size(), 1u);
  const Members members = cluster.nodes[0].members();
  const MemberEntry* lost = members.find("node-1");
  ASSERT_NE(lost, nullptr);
  EXPECT_EQ(lost->state(), MemberState::dead);
}

// Accepts, and says nothing: a seed that hangs.
TEST(VirtualCluster, ASeedThatHangsIsGivenUpAtTheDeadline) {
  Cluster cluster{1, 3};
  cluster.loop->cut_both_ways(cluster.nodes[0].local_endpoint(), cluster.nodes[1].local_endpoint());
  const TimePoint before = cluster.loop->now();
  const auto joined = cluster.nodes[0].join(
      {to_string(cluster.nodes[1].local_endpoint()), to_string(cluster.nodes[2].local_endpoint())},
      2s);
  ASSERT_TRUE(joined);
  EXPECT_GE(cluster.loop->now() - before, 2s);
  EXPECT_LT(cluster.loop->now() - before, 3s);
  ASSERT_EQ(joined->seeds.size(), 2u);
  ASSERT_TRUE(joined->seeds[0].error);
  EXPECT_EQ(joined->seeds[0].error->code, Errc::timed_out);
  EXPECT_FALSE(joined->seeds[1].error);
}

TEST(VirtualCluster, HandlersRunOnTheLoopAndMayCallBack) {
  struct Echo final : EventHandler {
    void on_message(const Endpoint&, std::string_view data) override {
      EXPECT_EQ(std::this_thread::get_id(), home);
      EXPECT_TRUE((*self)->send_reliable("node-0", "re: " + std::string{data}, 5s));
      self->reset();
    }
    std::optional<Gossipod>* self = nullptr;
    std::thread::id home = std::this_thread::get_id();
  };
  Cluster cluster{1, 1};
  auto echo = std::make_shared<Echo>();
  std::optional<Gossipod> other;
  echo->self = &other;
  Parts parts;
  parts.loop = cluster.loop;
  parts.handler = echo;
  auto started = Gossipod::start(config(1), parts);
  ASSERT_TRUE(started);
  other.emplace(*std::move(started));
  ASSERT_TRUE(other->join({to_string(cluster.nodes[0].local_endpoint())}, 5s));
  ASSERT_TRUE(cluster.nodes[0].send_reliable("node-1", "question", 5s));
  std::string answer;
  while (auto event = cluster.nodes[0].next_event(5s)) {
    if (event->kind == Event::Kind::message) {
      answer = event->data;
      break;
    }
  }
  EXPECT_EQ(answer, "re: question");
  cluster.loop->run_for(1s);
  EXPECT_FALSE(other);
}

}  // namespace
}  // namespace gossipod
