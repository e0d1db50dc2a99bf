// A thousand starts and stops leave nothing behind: no descriptor, no thread, no memory.
#include <gossipod/gossipod.h>
#include <gtest/gtest.h>
#include <malloc.h>  // tidy: allow includes: the only way to ask the allocator what it holds

#include <cstddef>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <string>

#include "integration/world.h"

namespace gossipod {
namespace {

using test::address;
using test::built;
using test::hosted;
using test::patience;
using test::quick;
using test::started;

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int times = 100;  // everything costs ten times as much
constexpr bool counts_heap = false;
#else
constexpr int times = 1000;
constexpr bool counts_heap = true;
#endif

std::size_t entries(const char* folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{folder}, {}));
}
std::size_t heap_bytes() { return counts_heap ? ::mallinfo2().uordblks : 0; }

void leaves_nothing_behind(const std::function<void()>& once) {
  // What is made once and kept, by the allocator, by OpenSSL, by the system's library.
  for (int i = 0; i < times / 10; ++i) once();
  const std::size_t descriptors = entries("/proc/self/fd");
  const std::size_t threads = entries("/proc/self/task");
  const std::size_t heap = heap_bytes();
  for (int i = 0; i < times && !testing::Test::HasFailure(); ++i) once();
  EXPECT_EQ(entries("/proc/self/fd"), descriptors);
  // An ended thread is listed for a moment longer.
  EXPECT_TRUE(test::eventually([&] { return entries("/proc/self/task") == threads; }));
  EXPECT_LT(heap_bytes(), heap + 64 * static_cast<std::size_t>(times));
}

TEST(Restart, OfOneNode) {
  leaves_nothing_behind([] {
    Gossipod node = started(built(quick("a")));
    EXPECT_GE(node.event_descriptor(), 0);
  });
}

TEST(Restart, OfAPairThatMeets) {
  const auto recorder = std::make_shared<test::Recorder>();
  std::size_t met = 0;
  leaves_nothing_behind([&] {
    Parts parts;
    parts.handler = recorder;
    const std::vector<std::uint8_t> key(32, 7);
    Gossipod a = started(built(quick("a").with_key(Bytes{key})), parts);
    Gossipod b = started(built(quick("b").with_key(Bytes{key})));
    EXPECT_TRUE(b.join({address(a)}, patience));
    EXPECT_TRUE(b.send_reliable("a", "hello", patience));
    ++met;
    EXPECT_TRUE(recorder->await(Event::Kind::message, {}, 1));
    recorder->forget();
  });
  EXPECT_EQ(met, static_cast<std::size_t>(times + times / 10));
}

TEST(Restart, OfAHostAndItsNodes) {
  leaves_nothing_behind([] {
    Host host = hosted();
    auto a = host.start(built(quick("a")));
    auto b = host.start(built(quick("b")));
    ASSERT_TRUE(a && b);
    EXPECT_TRUE(a->send_to(b->local_endpoint(), "hello"));
  });
}

TEST(Restart, OfNodesOnAHostThatStays) {
  Host host = hosted();
  auto seed = host.start(built(quick("seed")));
  ASSERT_TRUE(seed);
  leaves_nothing_behind([&] {
    auto node = host.start(built(quick("a")));
    ASSERT_TRUE(node);
    EXPECT_TRUE(node->broadcast("hello"));
  });
}

TEST(Restart, OfStartsThatFail) {
  Gossipod taken = started(built(quick("a")));
  const std::uint16_t port = taken.local_endpoint().port;
  leaves_nothing_behind([&] {
    auto node = Gossipod::start(built(quick("b").with_port(port)));
    ASSERT_FALSE(node);
    EXPECT_EQ(node.error().code, Errc::address_in_use);
  });
}

}  // namespace
}  // namespace gossipod
