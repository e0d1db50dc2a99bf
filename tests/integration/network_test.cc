// The interface goes down, and comes up again: in a network namespace of the test's own. Members
// lose each other and find each other, nobody spins, and a stream that was on its way arrives
// whole.
#include <gossipod/gossipod.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <future>
#include <optional>
#include <string>
#include <thread>

#include "integration/world.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::built;
using test::eventually;
using test::patience;
using test::quick;
using test::started;
using Clock = std::chrono::steady_clock;

// The loopback of the namespace that this thread is in.
class Loopback {
 public:
  ~Loopback() {
    if (socket_ >= 0) ::close(socket_);
  }
  void set_up(bool up) const {
    ifreq request{};
    std::memcpy(request.ifr_name, "lo", 3);
    ASSERT_EQ(::ioctl(socket_, SIOCGIFFLAGS, &request), 0) << std::strerror(errno);
    const int flags = up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP;
    request.ifr_flags = static_cast<short>(flags);
    ASSERT_EQ(::ioctl(socket_, SIOCSIFFLAGS, &request), 0) << std::strerror(errno);
  }

 private:
  int socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

std::chrono::microseconds cpu_time() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto of = [](const timeval& time) {
    return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

// Only this thread and those it starts are in the namespace: the loops' are among them.
std::optional<std::string> own_namespace() {
  if (::unshare(CLONE_NEWNET) == 0) return std::nullopt;
  return std::string{"no network namespace of our own: "} + std::strerror(errno);
}

Config lasting(const char* name) {
  return built(quick(name)
                   .with_stream_timeout(patience)
                   .with_reconnect_interval(300ms)
                   .with_push_pull_interval(500ms));
}

bool counts(const Gossipod& witness, const char* name) {
  const Members members = witness.members();
  const MemberEntry* entry = members.find(name);
  return entry != nullptr && entry->counts();
}

void goes_down_and_up() {
  const Loopback loopback;
  loopback.set_up(true);
  Gossipod a = started(lasting("a"));
  Gossipod b = started(lasting("b"));
  ASSERT_TRUE(b.join({address(a)}, patience));

  // On its way when it happens: more than the kernel buffers.
  std::string large(20'000'000, 'x');
  for (std::size_t i = 0; i < large.size(); i += 1000) large[i] = static_cast<char>('a' + i % 23);
  auto sent = std::async(std::launch::async, [&] { return a.send_reliable("b", large, patience); });
  const auto before = b.stats()[Counter::streams_received_bytes];
  ASSERT_TRUE(eventually([&] { return b.stats()[Counter::streams_received_bytes] > before; }));
  loopback.set_up(false);
  const auto cpu = cpu_time();
  const auto since = Clock::now();
  EXPECT_TRUE(eventually([&] { return !counts(a, "b") && !counts(b, "a"); }));
  // Whoever spins takes a core for each node.
  EXPECT_TRUE(eventually([&] { return Clock::now() - since > 2s; }));
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
  EXPECT_LT(cpu_time() - cpu, (Clock::now() - since) / 2);
#endif
  EXPECT_EQ(a.join({"127.0.0.1:1"}, 1s).error().code, Errc::no_seed_answered);

  loopback.set_up(true);
  EXPECT_TRUE(eventually([&] { return counts(a, "b") && counts(b, "a"); }));
  EXPECT_TRUE(a.ping("b"));
  const auto outcome = sent.get();
  EXPECT_TRUE(outcome) << to_string(outcome.error());
  bool whole = false;
  while (auto event = b.next_event(patience)) {
    if (event->kind != Event::Kind::message) continue;
    whole = event->data == large;
    break;
  }
  EXPECT_TRUE(whole);
}

TEST(Network, AnInterfaceThatGoesDownAndUp) {
  std::optional<std::string> missing;
  std::thread inside{[&] {
    missing = own_namespace();
    if (!missing) goes_down_and_up();
  }};
  inside.join();
  if (missing) GTEST_SKIP() << *missing;
}

}  // namespace
}  // namespace gossipod
