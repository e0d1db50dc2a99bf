// SharedCharges: bytes that many streams are written at the same time, as one object, and that are
// charged once for as long as any of them holds it. Whoever asks us for all we know after each
// change that it makes gets another object each time, and reads none of them.
//
// Threads: the session's.
#pragma once

#include <gossipod/assert.h>
#include <gossipod/loop.h>

#include <cstddef>
#include <map>

#include "session/budget.h"

namespace gossipod::session {

class SharedCharges {
 public:
  explicit SharedCharges(Budget& budget) : budget_{budget} {}

  // One more holds it; false: the budget does not allow it. Each hold is let go once, by somebody
  // who has the object until then.
  [[nodiscard]] bool hold(const SharedBytes& bytes) {
    Held& held = held_.try_emplace(bytes.get(), budget_).first->second;
    if (held.holders == 0 && !held.charge.set(bytes->size())) {
      held_.erase(bytes.get());
      return false;
    }
    ++held.holders;
    return true;
  }
  void let_go(const SharedBytes& bytes) {
    const auto held = held_.find(bytes.get());
    GOSSIPOD_ASSERT(held != held_.end());
    if (--held->second.holders == 0) held_.erase(held);
  }

 private:
  struct Held {
    explicit Held(Budget& budget) : charge{budget} {}
    Charge charge;
    std::size_t holders = 0;
  };
  Budget& budget_;
  std::map<const void*, Held> held_;
};

}  // namespace gossipod::session
