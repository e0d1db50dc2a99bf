// Waiter: one result, on its way from the loop's thread to the thread that waits for it.
//
// Threads: any.
#pragma once

#include <gossipod/error.h>
#include <gossipod/loop.h>
#include <gossipod/time.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace gossipod::cluster {

// No wait is so long that adding it to the present overflows.
[[nodiscard]] inline Duration bounded(Duration longest) {
  return std::clamp(longest, Duration{0}, Duration{std::chrono::hours{24 * 365}});
}

template <class T>
class Waiter {
 public:
  // The first result counts.
  void set(Result<T> result) {
    const std::lock_guard lock{mutex_};
    if (result_) return;
    result_.emplace(std::move(result));
    ready_.notify_all();
  }
  [[nodiscard]] bool is_set() const {
    const std::lock_guard lock{mutex_};
    return result_.has_value();
  }
  void wait(Duration longest) {
    std::unique_lock lock{mutex_};
    ready_.wait_for(lock, bounded(longest), [&] { return result_.has_value(); });
  }
  // Once, by the one who waited: the result, or timed_out; a later one is dropped.
  [[nodiscard]] Result<T> take() {
    const std::lock_guard lock{mutex_};
    if (result_) return std::move(*result_);
    result_.emplace(Error{Errc::timed_out, {}, {}});
    return Error{Errc::timed_out, {}, "it may still happen"};
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::optional<Result<T>> result_;
};

// On a loop without a thread, whoever waits turns it.
template <class T>
void wait_on(Loop& loop, Waiter<T>& waiter, Duration longest) {
  if (!loop.turned_by_caller()) return waiter.wait(longest);
  loop.turn(Duration{0});  // it may have stood still, and its time with it
  const TimePoint until = loop.now() + bounded(longest);
  while (!waiter.is_set() && loop.now() < until) loop.turn(until - loop.now());
}

}  // namespace gossipod::cluster
