// RingUser: whoever has requests in a ring, at most one of each kind at a time. The kernel knows it
// by its address, so it lives until the last of its requests came back: as long the core holds it.
//
// Threads: the loop's.
#pragma once

#include <liburing.h>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace gossipod::runtime {

class RingCore;

class RingUser {
 public:
  static constexpr unsigned kinds_max = 4;
  // In place of a kind, for what has no user: see RingCore.
  static constexpr unsigned tag_bits = 3;
  static constexpr unsigned tag_send = 6;
  static constexpr unsigned tag_none = 7;

  explicit RingUser(RingCore& core) : core_{core} {}
  virtual ~RingUser() = default;
  RingUser(const RingUser&) = delete;
  RingUser& operator=(const RingUser&) = delete;

  // Takes note, and calls nobody who could do anything: that has its time later in the turn. If no
  // more is to come, the request is no longer in flight.
  virtual void on_completion(unsigned kind, int result, unsigned flags) = 0;

  // Later in the turn, if it had itself called (RingCore::call_later): now it may do anything.
  virtual void call() {}

  [[nodiscard]] bool in_flight(unsigned kind) const { return (flying_ & (1u << kind)) != 0; }
  [[nodiscard]] bool in_flight() const { return flying_ != 0; }

 protected:
  // The request is filled in, but for whom it comes back to.
  void launch(io_uring_sqe& request, unsigned kind);
  // It comes back soon, one way or another.
  void cancel(unsigned kind);
  [[nodiscard]] virtual std::shared_ptr<RingUser> itself() = 0;
  [[nodiscard]] RingCore& ring_core() { return core_; }

 private:
  friend class RingCore;
  [[nodiscard]] std::uint64_t data(unsigned kind) const {
    return reinterpret_cast<std::uintptr_t>(this) | kind;
  }

  RingCore& core_;         // only while attached, or in flight
  unsigned flying_ = 0;    // a bit for each kind
  std::size_t place_ = 0;  // in the core's list, while anything is in flight
};
static_assert(alignof(RingUser) >= 1u << RingUser::tag_bits);
static_assert(RingUser::kinds_max <= RingUser::tag_send);

}  // namespace gossipod::runtime
