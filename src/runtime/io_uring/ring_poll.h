// RingPoll: the waiting for one descriptor of others. Its waiter is called in the middle of a turn,
// when everything that came back has been seen.
//
// Threads: the loop's.
#pragma once

#include <gossipod/reactor.h>

#include <memory>

#include "runtime/io_uring/ring_user.h"

namespace gossipod::runtime {

class RingPoll final : public RingUser, public std::enable_shared_from_this<RingPoll> {
 public:
  // What the reactor's user holds.
  class Handle final : public Reactor::Watch {
   public:
    explicit Handle(std::shared_ptr<RingPoll> poll) : poll_{std::move(poll)} {}
    ~Handle() override { poll_->end(); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    void want_read() override { poll_->ask(read); }
    void want_write() override { poll_->ask(write); }

   private:
    std::shared_ptr<RingPoll> poll_;
  };

  RingPoll(RingCore& core, int descriptor, Reactor::Waiter& waiter)
      : RingUser{core}, descriptor_{descriptor}, waiter_{&waiter} {}
  void on_completion(unsigned kind, int result, unsigned flags) override;
  void call() override;

 private:
  enum Kind : unsigned { read, write };
  void ask(Kind kind);
  void end();
  [[nodiscard]] std::shared_ptr<RingUser> itself() override { return shared_from_this(); }

  int descriptor_;
  Reactor::Waiter* waiter_;  // null: nobody waits any more
  bool readable_ = false;
  bool writable_ = false;
};

}  // namespace gossipod::runtime
