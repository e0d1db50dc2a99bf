// What a test does in the child of fork(), and how its parent hears whether all was as it should
// be.
#pragma once

#include <gossipod/error.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <string>

#include "integration/world.h"

namespace gossipod::test {

// In a child: the test's own machinery belongs to the parent.
class Checks {
 public:
  void that(bool holds, int line = __builtin_LINE()) {
    if (holds) return;
    ++failed_;
    std::fprintf(stderr, "in the child: line %d does not hold\n", line);
  }
  template <class T>
  void refused(const Result<T>& result, int line = __builtin_LINE()) {
    that(!result && result.error().code == Errc::stopped &&
             result.error().detail.find("fork") != std::string::npos,
         line);
  }
  [[nodiscard]] int failed() const { return failed_; }

 private:
  int failed_ = 0;
};

// True if a child that does this ends in time, and all its checks held.
inline bool in_child(const std::function<void(Checks&)>& what) {
  const pid_t child = ::fork();
  if (child == 0) {
    Checks checks;
    what(checks);
    ::_exit(checks.failed() == 0 ? 0 : 1);
  }
  EXPECT_GT(child, 0);
  int status = -1;
  const bool ended = eventually([&] { return ::waitpid(child, &status, WNOHANG) == child; }, 30s);
  if (!ended) {
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
  }
  EXPECT_TRUE(ended) << "the child hangs";
  return ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace gossipod::test
