// SignalWatch: SIGINT and SIGTERM as a call on a thread of its own. The first one asks for an
// orderly end; a second one ends the process at once, whatever else is going on.
//
// The signals must be blocked (block_stop_signals) before any thread starts, so that they come here
// and nowhere else.
#pragma once

#include <functional>
#include <thread>

namespace gossipod::cli {

void block_stop_signals();
void unblock_stop_signals();  // in a child, before it becomes another program
// A descriptor from which signalfd_siginfo can be read; the caller closes it.
[[nodiscard]] int open_stop_signals();

class SignalWatch {
 public:
  // `first` runs on the watch's thread.
  explicit SignalWatch(std::function<void()> first);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  void watch();
  std::function<void()> first_;
  int signals_;
  int stop_;            // an eventfd
  std::thread ending_;  // runs first_, so that a second signal is still heard
  std::thread thread_;  // the last member: it uses all others
};

}  // namespace gossipod::cli
