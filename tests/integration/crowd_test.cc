// A crowd on one loop: hundreds of nodes in one process, with real sockets, and one thread for the
// protocol of all of them. All see all, and nobody accuses anybody.
#include <gossipod/gossipod.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "integration/world.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::patience;

// GOSSIPOD_CROWD says how many.
std::size_t crowd_size() {
  if (const char* text = std::getenv("GOSSIPOD_CROWD")) return std::strtoull(text, nullptr, 10);
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  return 100;  // everything costs ten times as much
#else
  return 500;
#endif
}

std::size_t resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  std::size_t total = 0;
  std::size_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Config config(std::size_t i) {
  ConfigBuilder builder;
  builder.with_name("node-" + std::to_string(i)).with_addr("127.0.0.1").with_port(0);
  return test::built(builder);  // the timings of a data centre
}

TEST(Crowd, OfOneHostSeesItselfWhole) {
  const std::size_t crowd = crowd_size();
  const std::size_t before = resident_bytes();
  Host host = test::hosted();
  std::vector<Gossipod> nodes;
  nodes.reserve(crowd);
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < crowd; ++i) {
    auto node = host.start(config(i));
    ASSERT_TRUE(node) << to_string(node.error());
    nodes.push_back(*std::move(node));
  }
  const double started = seconds_since(start);

  // Each joins the first, eight at once.
  const std::string first = test::address(nodes[0]);
  std::atomic<std::size_t> next{1};
  std::atomic<std::size_t> failed{0};
  std::vector<std::thread> joiners;
  for (int i = 0; i < 8; ++i) {
    joiners.emplace_back([&] {
      for (std::size_t mine = next++; mine < crowd; mine = next++) {
        failed += nodes[mine].join({first}, patience) ? 0 : 1;
      }
    });
  }
  for (std::thread& joiner : joiners) joiner.join();
  const double joined = seconds_since(start);
  EXPECT_EQ(failed, 0u);
  EXPECT_TRUE(eventually([&] {
    return std::ranges::all_of(
        nodes, [&](const Gossipod& node) { return node.members().size() == crowd; });
  }));
  const double whole = seconds_since(start);

  // And stays whole while everybody probes five times more.
  std::vector<std::uint64_t> probes;
  for (const Gossipod& node : nodes) probes.push_back(node.stats()[Counter::probes]);
  EXPECT_TRUE(eventually([&] {
    for (std::size_t i = 0; i < crowd; ++i) {
      if (nodes[i].stats()[Counter::probes] < probes[i] + 5) return false;
    }
    return true;
  }));
  const std::size_t after = resident_bytes();
  std::size_t joins = 0;
  std::size_t accusations = 0;
  for (Gossipod& node : nodes) {
    EXPECT_EQ(node.members().size(), crowd);
    while (const auto event = node.next_event()) {
      joins += event->kind == Event::Kind::join;
      accusations += event->kind == Event::Kind::suspect;
      EXPECT_NE(event->kind, Event::Kind::dead) << event->member.name;
    }
  }
  EXPECT_EQ(joins, crowd * crowd);
  std::uint64_t late = 0;
  for (const Gossipod& node : nodes) late += node.stats()[Counter::late_turns];
  std::printf(
      "%s, %zu nodes: all started after %.2f s, joined after %.2f s, all saw all after %.2f s; "
      "%.1f KiB resident each; %zu suspicions, %llu late turns\n",
      test::body_name().c_str(), crowd, started, joined, whole,
      static_cast<double>(after - before) / 1024 / static_cast<double>(crowd), accusations,
      static_cast<unsigned long long>(late));
}

}  // namespace
}  // namespace gossipod
