// A thousand starts and stops leave nothing behind: no descriptor, no thread, no memory, neither of
// the allocator nor of the system, and no socket that only the kernel still holds.
#include <fcntl.h>
#include <gossipod/gossipod.h>
#include <gtest/gtest.h>
#include <malloc.h>  // tidy: allow includes: the only way to ask the allocator what it holds
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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

// What is mapped to be written: rings, their buffers, pages that mark a fork.
struct Mapped {
  std::size_t count = 0;
  std::size_t bytes = 0;
};
Mapped mapped() {
  Mapped all;
  std::ifstream maps{"/proc/self/maps"};
  for (std::string line; std::getline(maps, line);) {
    std::size_t from = 0;
    std::size_t to = 0;
    char writable = '-';
    if (std::sscanf(line.c_str(), "%zx-%zx %*c%c", &from, &to, &writable) != 3) continue;
    if (writable != 'w') continue;
    ++all.count;
    all.bytes += to - from;
  }
  return all;
}

// Sockets that are bound in this thread's network, whoever holds them.
std::size_t bound() {
  std::size_t count = 0;
  std::ifstream datagrams{"/proc/thread-self/net/udp"};
  for (std::string line; std::getline(datagrams, line);) ++count;
  std::ifstream streams{"/proc/thread-self/net/tcp"};
  for (std::string line; std::getline(streams, line);) {
    count += line.find(" 00000000:0000 0A ") != std::string::npos;  // listens
  }
  return count;
}

// In a network of its own, where that is allowed: there all sockets are ours.
class Restart : public testing::Test {
 protected:
  void SetUp() override {
    apart_ = before_ >= 0 && ::unshare(CLONE_NEWNET) == 0;
    if (!apart_) return;
    const int control = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq request{};
    std::memcpy(request.ifr_name, "lo", 3);
    request.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
    EXPECT_EQ(::ioctl(control, SIOCSIFFLAGS, &request), 0);
    ::close(control);
  }
  void TearDown() override {
    EXPECT_TRUE(!apart_ || ::setns(before_, CLONE_NEWNET) == 0);
    ::close(before_);
  }
  void leaves_nothing_behind(const std::function<void()>& once) const;

 private:
  const int before_ = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  bool apart_ = false;
};

void Restart::leaves_nothing_behind(const std::function<void()>& once) const {
  // What is made once and kept, by the allocator, by OpenSSL, by the system's library.
  for (int i = 0; i < times / 10; ++i) once();
  const std::size_t descriptors = entries("/proc/self/fd");
  const std::size_t threads = entries("/proc/self/task");
  const std::size_t heap = heap_bytes();
  const Mapped maps = mapped();
  const std::size_t sockets = bound();
  for (int i = 0; i < times && !testing::Test::HasFailure(); ++i) once();
  EXPECT_EQ(entries("/proc/self/fd"), descriptors);
  // An ended thread is listed for a moment longer.
  EXPECT_TRUE(test::eventually([&] { return entries("/proc/self/task") == threads; }));
  EXPECT_LT(heap_bytes(), heap + 64 * static_cast<std::size_t>(times));
  // The kernel takes a ring apart a moment after it was closed.
  EXPECT_TRUE(!apart_ || test::eventually([&] { return bound() <= sockets; }));
  if (!counts_heap) return;  // sanitizers map what they like
  EXPECT_LT(mapped().count, maps.count + times / 20);
  EXPECT_LT(mapped().bytes, maps.bytes + static_cast<std::size_t>(times) * 4096 / 2);
}

TEST_F(Restart, OfOneNode) {
  leaves_nothing_behind([] {
    Gossipod node = started(built(quick("a")));
    EXPECT_GE(node.event_descriptor(), 0);
  });
}

TEST_F(Restart, OfAPairThatMeets) {
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

TEST_F(Restart, OfAHostAndItsNodes) {
  leaves_nothing_behind([] {
    Host host = hosted();
    auto a = host.start(built(quick("a")));
    auto b = host.start(built(quick("b")));
    ASSERT_TRUE(a && b);
    EXPECT_TRUE(a->send_to(b->local_endpoint(), "hello"));
  });
}

TEST_F(Restart, OfNodesOnAHostThatStays) {
  Host host = hosted();
  auto seed = host.start(built(quick("seed")));
  ASSERT_TRUE(seed);
  leaves_nothing_behind([&] {
    auto node = host.start(built(quick("a")));
    ASSERT_TRUE(node);
    EXPECT_TRUE(node->broadcast("hello"));
  });
}

// Its neighbours have receptions under way the whole time.
TEST_F(Restart, OfANodeThatComesBackToItsPort) {
  Host host = hosted();
  std::vector<Gossipod> neighbours;
  for (const char* name : {"b", "c", "d"}) {
    auto neighbour = host.start(built(quick(name)));
    ASSERT_TRUE(neighbour);
    neighbours.push_back(*std::move(neighbour));
  }
  std::uint16_t port = 0;
  leaves_nothing_behind([&] {
    auto node = host.start(built(quick("a").with_port(port)));
    ASSERT_TRUE(node) << to_string(node.error());
    port = node->local_endpoint().port;
    EXPECT_TRUE(node->send_to(neighbours[0].local_endpoint(), "hello"));
    EXPECT_TRUE(neighbours[0].send_to(node->local_endpoint(), "hello"));
    while (neighbours[0].next_event()) continue;  // what nobody fetches is kept
  });
}

TEST_F(Restart, OfStartsThatFail) {
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
