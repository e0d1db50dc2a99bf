// While nothing changes, the whole process allocates nothing: protocol, envelope, sockets, loop and
// publishing, with keys. (Between push-pulls: those carry everything, and are as large as the
// table.)
#include <gossipod/gossipod.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "integration/world.h"
#include "support/heap_calls.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using test::eventually;

constexpr std::size_t crowd = 20;

std::vector<Gossipod> crowd_of(Host& host) {
  std::vector<Gossipod> nodes;
  const std::vector<std::uint8_t> key(32, 7);
  for (std::size_t i = 0; i < crowd; ++i) {
    auto builder = test::quick("node-" + std::to_string(i));
    // Told so often that nobody misses it: there is no push-pull to make up for it.
    builder.with_key(key).with_push_pull_interval(Duration{0}).with_retransmit_multiplier(6);
    auto node = host.start(test::built(builder));
    EXPECT_TRUE(node);
    if (!node) return nodes;
    nodes.push_back(*std::move(node));
    if (i == 0) continue;
    EXPECT_TRUE(nodes[i].join({test::address(nodes[0])}, test::patience));
  }
  return nodes;
}

// Whatever may happen when the machine is busy, and is a change: then memory may be taken.
std::uint64_t changes(const std::vector<Gossipod>& nodes) {
  constexpr std::array seen{Counter::claims_alive,  Counter::claims_suspect, Counter::claims_dead,
                            Counter::probes_failed, Counter::late_turns,     Counter::refutations,
                            Counter::streams_opened};
  std::uint64_t sum = 0;
  for (const Gossipod& node : nodes) {
    const Stats stats = node.stats();
    for (const Counter counter : seen) sum += stats[counter];
    sum += stats.queue_length + stats.streams_open;
  }
  return sum;
}

// Have all probed ten times more? Asking takes no memory.
class Probed {
 public:
  explicit Probed(const std::vector<Gossipod>& nodes) : nodes_{nodes} {
    for (std::size_t i = 0; i < crowd; ++i) wanted_[i] = nodes[i].stats()[Counter::probes] + 10;
  }
  bool operator()() const {
    for (std::size_t i = 0; i < crowd; ++i) {
      if (nodes_[i].stats()[Counter::probes] < wanted_[i]) return false;
    }
    return true;
  }

 private:
  const std::vector<Gossipod>& nodes_;
  std::array<std::uint64_t, crowd> wanted_{};
};

TEST(SteadyState, NobodyInTheProcessAsksForMemory) {
  Host host = test::hosted();
  const std::vector<Gossipod> nodes = crowd_of(host);
  ASSERT_EQ(nodes.size(), crowd);
  ASSERT_TRUE(eventually([&] {
    return std::ranges::all_of(nodes, [](const Gossipod& node) {
      return node.members().size() == crowd && node.stats().queue_length == 0;
    });
  }));
  // A time in which nothing changed, after each buffer has had its largest moment. On a busy
  // machine the first may not be one; what asked for memory regularly would do so in all of them.
  std::uint64_t calls = 0;
  for (int tries = 0; tries < 20; ++tries) {
    const std::function<bool()> probed = Probed{nodes};
    const std::uint64_t changed = changes(nodes);
    const std::uint64_t before = test::heap_calls();
    ASSERT_GT(before, 0u);  // it does count
    ASSERT_TRUE(eventually(probed));
    calls = test::heap_calls() - before;
    if (calls == 0 && changes(nodes) == changed) return;
  }
  FAIL() << calls << " calls while at least 200 members were probed, on " << test::body_name();
}

TEST(Hosts, NodesOfSeveralThreadsAreOneCluster) {
  auto host = Host::start(HostOptions{.body = test::body(), .threads = 3});
  ASSERT_TRUE(host);
  const std::vector<Gossipod> nodes = crowd_of(*host);
  EXPECT_TRUE(eventually([&] {
    return std::ranges::all_of(nodes,
                               [](const Gossipod& node) { return node.members().size() == crowd; });
  }));
}

TEST(Hosts, ThereIsNoHostWithoutAThread) {
  for (const std::size_t threads : {std::size_t{0}, std::size_t{10'000}}) {
    const auto host = Host::start(HostOptions{.body = test::body(), .threads = threads});
    ASSERT_FALSE(host);
    EXPECT_EQ(host.error().code, Errc::invalid_config);
    EXPECT_EQ(host.error().field, "threads");
  }
}

}  // namespace
}  // namespace gossipod
