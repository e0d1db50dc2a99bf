// Which body a node runs on, and what is said of that, where the sandbox allows io_uring and where
// it does not. A sandbox cannot be left again, so each test has a child of its own for it.
#include <gossipod/gossipod.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "support/sandbox.h"

namespace gossipod::test {
namespace {

using namespace std::chrono_literals;

class Memo final : public Observer {
 public:
  [[nodiscard]] Fact::Level level() const noexcept override { return Fact::Level::info; }
  void on_fact(const Fact& fact) noexcept override {
    if (fact.id == Fact::Id::started) said += (said.empty() ? "" : "|") + to_string(fact);
  }
  std::string said;
};

Config config(std::string_view name, Body body) {
  return *ConfigBuilder{}
              .with_name(name)
              .with_addr("127.0.0.1")
              .with_port(0)
              .with_body(body)
              .build();
}

// Two nodes that meet: the body and the fact of the first, or why not.
std::string meet(Body body) {
  const auto memo = std::make_shared<Memo>();
  Parts parts;
  parts.observer = memo;
  auto one = Gossipod::start(config("one", body), parts);
  if (!one) return to_string(one.error());
  auto two = Gossipod::start(config("two", body));
  if (!two) return to_string(two.error());
  const std::array seeds{to_string(one->local_endpoint())};
  if (auto joined = two->join(seeds, 20s); !joined) return to_string(joined.error());
  const auto both = [](const Members& members) { return members.size() == 2; };
  if (!one->wait_until(both, 20s)) return "they did not meet";
  const std::string body_name{one->stats().body};
  one->stop();
  return body_name + "|" + memo->said;
}

TEST(BodyChoice, ANamedOneIsTaken) {
#if defined(GOSSIPOD_TEST_IO_URING)
  const std::string fast = in_child([] { return meet(Body::io_uring); });
  EXPECT_TRUE(fast.starts_with("io_uring|")) << fast;
  EXPECT_NE(fast.find("body=io_uring"), std::string::npos) << fast;
  EXPECT_NE(fast.find("features="), std::string::npos) << fast;
  EXPECT_EQ(fast.find("why="), std::string::npos) << fast;
  const std::string best = in_child([] { return meet(Body::automatic); });
  EXPECT_TRUE(best.starts_with("io_uring|")) << best;
#endif
#if defined(GOSSIPOD_TEST_ASIO)
  const std::string portable = in_child([] { return meet(Body::asio); });
  EXPECT_TRUE(portable.starts_with("asio|")) << portable;
  EXPECT_NE(portable.find("body=asio"), std::string::npos) << portable;
  EXPECT_EQ(portable.find("why="), std::string::npos) << portable;
#endif
}

#if defined(GOSSIPOD_TEST_IO_URING)

TEST(BodyChoice, WhereItIsForbiddenAskingForItIsAnErrorThatSaysWhy) {
  const std::string denied = in_child([] {
    if (!forbid(SYS_io_uring_setup, EPERM)) return std::string{"no filter"};
    const auto host = Host::start(Body::io_uring);
    const bool right = !host && host.error().code == Errc::unsupported;
    return meet(Body::io_uring) + "|" + (right ? "unsupported" : "something else");
  });
  EXPECT_TRUE(denied.ends_with("|unsupported")) << denied;
  EXPECT_NE(denied.find("io_uring: forbidden by a sandbox"), std::string::npos) << denied;
  const std::string absent = in_child([] {
    return forbid(SYS_io_uring_setup, ENOSYS) ? meet(Body::io_uring) : std::string{"no filter"};
  });
  EXPECT_NE(absent.find("io_uring: the kernel has none"), std::string::npos) << absent;
}

// What the kernel's own switch looks like to whoever may not, without touching that of this
// machine.
bool switch_off(const char* path) {
  if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount(path, "/proc/sys/kernel/io_uring_disabled", nullptr, MS_BIND, nullptr) == 0;
}

TEST(BodyChoice, TheKernelsSwitchIsNamed) {
  const std::string path =
      testing::TempDir() + "gossipod_io_uring_disabled." + std::to_string(::getpid());
  std::ofstream{path} << "2\n";
  const std::string said = in_child([&]() -> std::string {
    if (!switch_off(path.c_str())) return "no namespace";
    return forbid(SYS_io_uring_setup, EPERM) ? meet(Body::io_uring) : "no filter";
  });
  std::filesystem::remove(path);
  if (said == "no namespace") GTEST_SKIP() << said;
  EXPECT_NE(said.find("io_uring: kernel.io_uring_disabled is 2"), std::string::npos) << said;
}

#if defined(GOSSIPOD_TEST_ASIO)
TEST(BodyChoice, WhereItIsForbiddenTheOtherIsTakenAndSaysWhy) {
  const std::string said = in_child([] {
    return forbid(SYS_io_uring_setup, EPERM) ? meet(Body::automatic) : std::string{"no filter"};
  });
  EXPECT_TRUE(said.starts_with("asio|")) << said;
  EXPECT_NE(said.find("body=asio"), std::string::npos) << said;
  EXPECT_NE(said.find("io_uring: forbidden by a sandbox"), std::string::npos) << said;
}

// Without an observer of one's own one sees warnings only, and of a host with many nodes one is
// enough.
TEST(BodyChoice, WhereItIsForbiddenTheFirstOfALoopSaysSoAloud) {
  const std::string said = in_child([]() -> std::string {
    if (!forbid(SYS_io_uring_setup, EPERM)) return "no filter";
    auto host = Host::start();
    if (!host) return to_string(host.error());
    Parts parts;
    const auto memo = std::make_shared<Memo>();
    parts.observer = memo;
    for (const char* name : {"one", "two"}) {
      if (auto node = host->start(config(name, Body::automatic), parts); !node) {
        return to_string(node.error());
      }
    }
    return memo->said;
  });
  EXPECT_TRUE(said.starts_with("warning started name=one ")) << said;
  EXPECT_NE(said.find("|info started name=two "), std::string::npos) << said;
}

TEST(BodyChoice, ANamedOneIsNothingToWarnOf) {
  const std::string said = in_child([]() -> std::string {
    return forbid(SYS_io_uring_setup, EPERM) ? meet(Body::asio) : "no filter";
  });
  EXPECT_TRUE(said.starts_with("asio|info started ")) << said;
}
#endif

#endif

}  // namespace
}  // namespace gossipod::test
