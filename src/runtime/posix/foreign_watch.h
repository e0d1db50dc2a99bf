// ForeignWatch: a descriptor that belongs to somebody else (a resolver's), watched until it is
// unwatched. It is never closed here.
//
// Threads: the loop's.
#pragma once

#include <gossipod/error.h>
#include <gossipod/loop.h>
#include <gossipod/reactor.h>

#include <functional>
#include <memory>
#include <utility>

#include "runtime/posix/loop_core.h"

namespace gossipod::runtime {

class ForeignWatch final : public Reactor::Waiter,
                           public std::enable_shared_from_this<ForeignWatch> {
 public:
  ForeignWatch(LoopCore& core, Loop::Interest interest, std::function<void(Loop::Interest)> ready)
      : core_{core}, interest_{interest}, ready_{std::move(ready)} {}

  Result<void> start(int descriptor) {
    auto watch = core_.reactor().watch(descriptor, *this);
    if (!watch) return watch.error();
    watch_ = std::move(*watch);
    wait();
    return {};
  }
  void stop() { watch_.reset(); }

  void on_ready(bool readable, bool writable) override {
    const auto self = shared_from_this();  // it may be unwatched by the one it calls
    LoopCore::Turn turn{core_};
    waits_.read &= !readable;
    waits_.write &= !writable;
    ready_({readable, writable});
    wait();
  }

 private:
  void wait() {
    if (!watch_) return;
    if (interest_.read && !waits_.read) {
      waits_.read = true;
      watch_->want_read();
    }
    if (interest_.write && !waits_.write) {
      waits_.write = true;
      watch_->want_write();
    }
  }

  LoopCore& core_;
  Loop::Interest interest_;
  Loop::Interest waits_;
  std::function<void(Loop::Interest)> ready_;
  std::unique_ptr<Reactor::Watch> watch_;
};

}  // namespace gossipod::runtime
