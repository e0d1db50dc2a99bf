// Once: an outcome that is told once, by whoever has it first: the node, or who cancels.
//
// Threads: any. The function is called without the lock.
#pragma once

#include <gossipod/error.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace gossipod::cluster {

template <class T>
class Once : public std::enable_shared_from_this<Once<T>> {
 public:
  using Done = std::function<void(Result<T>)>;

  explicit Once(Done done) : done_{std::move(done)} {}

  void tell(Result<T> result) {
    tell_if([&]() -> std::optional<Result<T>> { return std::move(result); });
  }
  // Asks for the outcome only if nobody has told one, under the lock; it may say that there is
  // none yet. False: so it was.
  template <class Make>
  bool tell_if(Make make) {
    std::optional<Result<T>> result;
    Done done;
    {
      const std::lock_guard lock{mutex_};
      if (over_) return true;
      result = make();
      if (!result) return false;
      over_ = true;
      done = std::exchange(done_, nullptr);
    }
    done(*std::move(result));
    return true;
  }
  [[nodiscard]] bool over() const {
    const std::lock_guard lock{mutex_};
    return over_;
  }

  // Tells `cancelled` when the token says so, and then runs `after`. Once, and before anybody else
  // knows of this object but the node.
  void cancel_with(const std::stop_token& token, std::function<void()> after) {
    if (!token.stop_possible()) return;
    auto cancel = [weak = this->weak_from_this(), after = std::move(after)] {
      const auto self = weak.lock();
      if (self == nullptr) return;
      self->tell(Error{Errc::cancelled, {}, "what had begun may still complete"});
      if (after) after();
    };
    on_stop_.emplace(token, std::move(cancel));
  }

 private:
  mutable std::mutex mutex_;
  Done done_;
  bool over_ = false;
  // Not touched again until the end: it may run while it is made, and on any thread.
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace gossipod::cluster
