#include <gossipod/entropy.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <set>

namespace gossipod {
namespace {

using Nonce = std::array<std::uint8_t, 12>;

TEST(SystemEntropy, NeverGivesTheSameNonceTwice) {
  const auto entropy = system_entropy();
  std::set<Nonce> seen;
  for (int i = 0; i < 10'000; ++i) {
    Nonce nonce{};
    entropy->fill(nonce);
    EXPECT_TRUE(seen.insert(nonce).second);
  }
}

TEST(SystemEntropy, TwoSourcesDiffer) {
  Nonce a{};
  Nonce b{};
  system_entropy()->fill(a);
  system_entropy()->fill(b);
  EXPECT_NE(a, b);
}

// The next nonce of the parent lies ready in memory when the child is made; the child must not use
// it.
TEST(SystemEntropy, AChildDoesNotInheritTheBatch) {
  const auto entropy = system_entropy();
  Nonce first{};
  entropy->fill(first);
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Nonce nonce{};
    entropy->fill(nonce);
    const bool said = ::write(pipe[1], nonce.data(), nonce.size()) == ssize_t{12};
    ::_exit(said ? 0 : 1);
  }
  Nonce ours{};
  entropy->fill(ours);
  Nonce theirs{};
  ASSERT_EQ(::read(pipe[0], theirs.data(), theirs.size()), ssize_t{12});
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_NE(ours, theirs);
  EXPECT_NE(theirs, Nonce{});
  ::close(pipe[0]);
  ::close(pipe[1]);
}

}  // namespace
}  // namespace gossipod
