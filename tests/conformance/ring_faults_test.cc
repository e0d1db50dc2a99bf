// A kernel that refuses a ring, that lacks something, or that changes its mind: a ring says what it
// has, tells what it has lost, and does neither spin nor end the program.

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "conformance/world.h"
#include "runtime/io_uring/uring_loop.h"
#include "support/descriptors.h"
#include "support/sandbox.h"

namespace gossipod::test {
namespace {

using runtime::RingOptions;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A ring with two nodes, for whoever cannot be sure that it will last: no expectation in here.
struct World {
  explicit World(const RingOptions& options = {}) {
    auto made = runtime::make_uring_loop(options);
    if (!made) return;
    loop = *std::move(made);
    for (Node* node : {&a, &b}) {
      auto attached = loop->attach({.bind = loopback()}, node->sink);
      if (attached) node->link = *std::move(attached);
    }
  }
  struct Node {
    Recorder sink;
    std::unique_ptr<Link> link;
    [[nodiscard]] std::size_t send(const Endpoint& to, std::size_t size) const {
      const auto bytes = pattern(size);
      const std::array batch{TxDatagram{{to, {}}, bytes}};
      return link->send(batch);
    }
  };
  bool until(const std::function<bool()>& so) const {
    const TimePoint last = loop->now() + seconds{20};
    while (!so() && loop->now() < last) loop->turn(milliseconds{20});
    return so();
  }

  Node a;
  Node b;
  std::unique_ptr<Loop> loop;
};

class RingFaults : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto made = runtime::make_uring_loop(); !made) {
      GTEST_SKIP() << "this machine cannot: " << to_string(made.error());
    }
  }
};

bool linux_at_least(int major, int minor) {
  utsname name{};
  int has_major = 0;
  int has_minor = 0;
  ::uname(&name);
  if (std::sscanf(name.release, "%d.%d", &has_major, &has_minor) != 2) return false;
  return has_major > major || (has_major == major && has_minor >= minor);
}

TEST_F(RingFaults, AllThatMakesItFastIsInUse) {
  if (!linux_at_least(6, 1)) GTEST_SKIP() << "an older kernel";
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit enough{std::max<rlim_t>(limit.rlim_cur, std::min<rlim_t>(limit.rlim_max, 8192)),
                      limit.rlim_max};
  if (enough.rlim_cur < 4096) GTEST_SKIP() << "few descriptors";
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &enough), 0);
  const World all;
  EXPECT_EQ(all.loop->features(),
            "single_issuer multishot_receive multishot_accept registered_files");
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  const World none{{.single_issuer = false,
                    .multishot_receive = false,
                    .multishot_accept = false,
                    .registered_files = false}};
  EXPECT_EQ(none.loop->features(), "");
}

// As a kernel that cannot receive many and does not say so when it is asked for its operations.
TEST_F(RingFaults, WhatTheKernelDoesNotKnowIsDoneTheOldWay) {
  World world{{.multishot_unheard_of = true}};
  world.a.link->open(StreamId{1}, {world.b.link->local(), {}});
  world.a.link->write(StreamId{1}, shared(pattern(1000)));
  for (std::size_t i = 0; i < 100; ++i) ASSERT_EQ(world.a.send(world.b.link->local(), 100), 1u);
  EXPECT_TRUE(world.until(
      [&] { return world.b.sink.packets.size() == 100 && world.b.sink.incoming.size() == 1; }));
  const StreamId incoming = world.b.sink.incoming[0];
  EXPECT_TRUE(world.until([&] { return world.b.sink[incoming].bytes.size() == 1000; }));
  EXPECT_EQ(world.loop->features().find("multishot"), std::string::npos);
  EXPECT_EQ(world.a.sink.troubles[Trouble::receive_failed], 0u);
  EXPECT_EQ(world.a.sink.troubles[Trouble::accept_paused], 0u);
}

TEST_F(RingFaults, ASandboxThatForbidsOnlyPartOfItIsNamed) {
  struct Case {
    long call;
    int error;
    const char* said;
  };
  for (const Case& refused : {Case{SYS_io_uring_register, EPERM, "io_uring_register"},
                              Case{SYS_io_uring_enter, EPERM, "io_uring_enter"},
                              Case{SYS_io_uring_enter, ENOSYS, "io_uring_enter"}}) {
    const std::string said = in_child([&]() -> std::string {
      if (!forbid(refused.call, refused.error)) return "no filter";
      const auto made = runtime::make_uring_loop();
      return made ? "made" : to_string(made.error());
    });
    EXPECT_NE(said.find("io_uring: forbidden by a sandbox"), std::string::npos) << said;
    EXPECT_NE(said.find(refused.said), std::string::npos) << said;
  }
}

// Whatever it is that the kernel does not let us do any more, after it let us begin.
TEST_F(RingFaults, WaitingThatIsRefusedIsCountedAndCostsNoTime) {
  for (const long call : {SYS_io_uring_enter, SYS_io_uring_register}) {
    const std::string said = in_child([&]() -> std::string {
      World world;
      if (call == SYS_io_uring_enter) world.loop->turn(Duration{0});
      if (!forbid(call, EPERM)) return "no filter";
      const TimePoint since = world.loop->now();
      for (int i = 0; i < 5; ++i) world.loop->turn(seconds{60});
      if (world.loop->now() - since < milliseconds{50}) return "it does not rest";
      if (world.loop->now() - since > seconds{50}) return "it does not look at its deadlines";
      world.a.sink.deadline = world.loop->now();
      world.loop->reschedule(world.a.sink);
      world.loop->turn(seconds{60});
      if (world.a.sink.turns == 0) return "no turn";
      const std::uint64_t told = world.a.sink.troubles[Trouble::wait_refused];
      return told >= 5 ? "" : "told " + std::to_string(told);
    });
    EXPECT_EQ(said, "") << call;
  }
}

TEST_F(RingFaults, ADescriptorStaysUntilTheKernelSawWhatNamesIt) {
  const std::string said = in_child([]() -> std::string {
    World world;
    world.loop->turn(Duration{0});
    world.a.link->open(StreamId{1}, {world.b.link->local(), {}});
    if (!forbid(SYS_io_uring_enter, EPERM)) return "no filter";
    const std::size_t before = descriptors();
    world.a.link->reset(StreamId{1});
    world.loop->turn(Duration{0});
    if (descriptors() != before) return "closed";
    const Endpoint at = world.a.link->local();
    world.a.link.reset();
    if (socket_at(SOCK_DGRAM, at.port) < 0) return "the sockets are closed";
    world.loop.reset();
    return descriptors() < before ? "" : "never closed";
  });
  EXPECT_EQ(said, "");
}

// The stream has been read, and cannot be asked for more.
TEST_F(RingFaults, AStreamThatCannotGoOnIsToldSo) {
  const std::string said = in_child([]() -> std::string {
    World world{{.submissions = 4}};
    World::Node& a = world.a;
    a.link->open(StreamId{1}, {world.b.link->local(), {}});
    if (!world.until(
            [&] { return a.sink[StreamId{1}].opened && !world.b.sink.incoming.empty(); })) {
      return "no stream";
    }
    bool forbidden = false;
    a.sink.bytes_came = [&](StreamId) {
      forbidden = forbid(SYS_io_uring_enter, EPERM);
      for (int i = 0; i < 100 && a.send(world.b.link->local(), 10) == 1; ++i) continue;
    };
    world.b.link->write(world.b.sink.incoming[0], shared(pattern(100)));
    if (!world.until([&] { return forbidden; })) return "no bytes";
    for (int i = 0; i < 10 && !a.sink[StreamId{1}].closed; ++i) world.loop->turn(milliseconds{20});
    if (!a.sink[StreamId{1}].closed) return "not told";
    return a.sink[StreamId{1}].why ? "" : "not told why";
  });
  EXPECT_EQ(said, "");
}

// The kernel takes all that wait, whatever anybody thinks of them: not if that may be too much.
TEST_F(RingFaults, AFloodOfConnectionsDoesNotTakeAllDescriptors) {
  const std::string said = in_child([]() -> std::string {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = 1000;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return "no limit";
    World world;
    if (world.loop->features().find("multishot_accept") != std::string::npos) return "endless";
    World::Node& a = world.a;
    world.loop->turn(Duration{0});
    for (std::uint32_t i = 1; i <= 300; ++i) {
      world.b.link->open(StreamId{i}, {a.link->local(), {}});
    }
    std::size_t most = 0;
    std::size_t before = descriptors();
    while (a.sink.incoming.size() < 300 && a.sink.turns < 1000) {
      world.loop->turn(milliseconds{20});
      most = std::max(most, descriptors() - std::min(before, descriptors()));
      before = descriptors();
    }
    if (a.sink.incoming.size() != 300) return "not all came";
    return most <= 65 ? "" : std::to_string(most) + " at once";
  });
  EXPECT_EQ(said, "");
}

TEST_F(RingFaults, BuffersOfStreamsThatAreUsedUpAreTold) {
  World world{{.stream_buffers = 1, .stream_buffers_max = 2}};
  constexpr std::uint32_t count = 20;
  for (std::uint32_t i = 1; i <= count; ++i) {
    world.a.link->open(StreamId{i}, {world.b.link->local(), {}});
    world.a.link->write(StreamId{i}, shared(pattern(100'000)));
  }
  EXPECT_TRUE(world.until([&] {
    return world.b.sink.incoming.size() == count &&
           std::ranges::all_of(world.b.sink.incoming, [&](StreamId id) {
             return world.b.sink[id].bytes.size() == 100'000;
           });
  }));
  EXPECT_GT(world.b.sink.troubles[Trouble::stream_stalled], 0u);
}

// An interface of short packets, and a socket that may not keep as many as this takes.
bool narrow_network() {
  if (::unshare(CLONE_NEWNET) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
  const int control = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", 3);
  request.ifr_mtu = 1500;
  bool so = ::ioctl(control, SIOCSIFMTU, &request) == 0;
  request.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
  so = so && ::ioctl(control, SIOCSIFFLAGS, &request) == 0;
  ::close(control);
  return so;
}

TEST_F(RingFaults, WhatTheKernelHasNoRoomForIsTold) {
  const std::string said = in_child([]() -> std::string {
    if (!narrow_network()) return "no namespace";
    World world;
    const Endpoint at = world.a.link->local();
    const int little = 1;
    if (::setsockopt(socket_at(SOCK_DGRAM, at.port), SOL_SOCKET, SO_SNDBUF, &little,
                     sizeof little) != 0) {
      return "no limit";
    }
    for (int i = 0; i < 3; ++i) {
      if (world.a.send(world.b.link->local(), 60'000) != 1) return "not taken";
    }
    if (world.a.send(world.b.link->local(), 100) != 1) return "not taken";
    if (!world.until([&] { return world.b.sink.packets.size() == 1; })) return "nothing came";
    if (world.b.send(at, 100) != 1) return "not taken";
    if (!world.until([&] { return world.a.sink.packets.size() == 1; })) return "nothing came back";
    const std::uint64_t told = world.a.sink.troubles[Trouble::packet_not_sent];
    return told == 3 ? "" : "told " + std::to_string(told);
  });
  if (said == "no namespace") GTEST_SKIP() << said;
  EXPECT_EQ(said, "");
}

}  // namespace
}  // namespace gossipod::test
