// Which body a node runs on, and what is said of that, where the sandbox allows io_uring and where
// it does not. A sandbox cannot be left again, so each test has a child of its own for it.
#include <gossipod/gossipod.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace gossipod::test {
namespace {

using namespace std::chrono_literals;

class Memo final : public Observer {
 public:
  [[nodiscard]] Fact::Level level() const noexcept override { return Fact::Level::info; }
  void on_fact(const Fact& fact) noexcept override {
    if (fact.id == Fact::Id::started) said = to_string(fact);
  }
  std::string said;
};

// As a container's seccomp profile does it.
bool forbid_io_uring(int number) {
  const auto refuse = SECCOMP_RET_ERRNO | static_cast<unsigned>(number);
  std::array program{
      sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
      sock_filter BPF_STMT(BPF_RET | BPF_K, refuse),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{program.size(), program.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

// What `speak` says in a child of this process.
std::string in_child(const std::function<std::string()>& speak) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string said = speak();
    const auto written = ::write(ends[1], said.data(), said.size());
    ::_exit(written == static_cast<ssize_t>(said.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string all;
  std::array<char, 4096> some{};
  for (ssize_t got = 0; (got = ::read(ends[0], some.data(), some.size())) > 0;) {
    all.append(some.data(), static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0 ? all : all + " (ended badly)";
}

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
    if (!forbid_io_uring(EPERM)) return std::string{"no filter"};
    const auto host = Host::start(Body::io_uring);
    const bool right = !host && host.error().code == Errc::unsupported;
    return meet(Body::io_uring) + "|" + (right ? "unsupported" : "something else");
  });
  EXPECT_TRUE(denied.ends_with("|unsupported")) << denied;
  EXPECT_NE(denied.find("io_uring: forbidden by a sandbox"), std::string::npos) << denied;
  const std::string absent = in_child(
      [] { return forbid_io_uring(ENOSYS) ? meet(Body::io_uring) : std::string{"no filter"}; });
  EXPECT_NE(absent.find("io_uring: the kernel has none"), std::string::npos) << absent;
}

#if defined(GOSSIPOD_TEST_ASIO)
TEST(BodyChoice, WhereItIsForbiddenTheOtherIsTakenAndSaysWhy) {
  const std::string said = in_child(
      [] { return forbid_io_uring(EPERM) ? meet(Body::automatic) : std::string{"no filter"}; });
  EXPECT_TRUE(said.starts_with("asio|")) << said;
  EXPECT_NE(said.find("body=asio"), std::string::npos) << said;
  EXPECT_NE(said.find("io_uring: forbidden by a sandbox"), std::string::npos) << said;
}
#endif

#endif

}  // namespace
}  // namespace gossipod::test
