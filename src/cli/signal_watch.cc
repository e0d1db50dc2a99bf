#include "cli/signal_watch.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <utility>

namespace gossipod::cli {
namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

void block_stop_signals() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void unblock_stop_signals() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

int open_stop_signals() {
  const sigset_t set = stop_signals();
  return signalfd(-1, &set, SFD_CLOEXEC);
}

SignalWatch::SignalWatch(std::function<void()> first)
    : first_{std::move(first)},
      signals_{open_stop_signals()},
      stop_{eventfd(0, EFD_CLOEXEC)},
      thread_{[this] { watch(); }} {}

SignalWatch::~SignalWatch() {
  const std::uint64_t one = 1;
  // An eventfd takes the first value it is given, always.
  [[maybe_unused]] const ssize_t written = write(stop_, &one, sizeof one);
  thread_.join();
  if (ending_.joinable()) ending_.join();
  close(stop_);
  close(signals_);
}

void SignalWatch::watch() {
  std::array<pollfd, 2> polled{{{signals_, POLLIN, 0}, {stop_, POLLIN, 0}}};
  for (;;) {
    if (poll(polled.data(), polled.size(), -1) < 0) continue;
    if (polled[1].revents != 0) return;
    signalfd_siginfo info;
    if (polled[0].revents == 0 || read(signals_, &info, sizeof info) != sizeof info) continue;
    if (ending_.joinable()) _exit(128 + static_cast<int>(info.ssi_signo));
    ending_ = std::thread{first_};
  }
}

}  // namespace gossipod::cli
