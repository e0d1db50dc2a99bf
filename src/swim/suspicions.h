// Suspicions: when a suspicion becomes a death (SWIM 4.2, Lifeguard's LHA-Suspicion).
//
// Each begins at its longest and is shortened by every member that independently agrees. Deadlines
// sit in a heap; one that was shortened or lifted leaves a stale entry behind, which is skipped,
// and thrown out when most are. Beside it a heap of the same kind says when a suspect is due to be
// asked again (LastCalls).
//
// Threads: none. Allocates: only when somebody is suspected.
#pragma once

#include <gossipod/swim/identity.h>
#include <gossipod/time.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "swim/member_table.h"

namespace gossipod::swim {

class Suspicions {
 public:
  // How one suspicion runs: from `high` to `low` with `wanted` confirmations.
  struct Course {
    Duration low{};
    Duration high{};
    std::uint32_t wanted = 0;
    // When the suspect is asked again, from the start: at first_call, every call_gap until low, and
    // every late_gap from then on. A call_gap of 0: never.
    Duration first_call{};
    Duration call_gap{};
    Duration late_gap{};
  };

  // Returns the slot, to be kept in the member's row until lift().
  std::uint32_t begin(MemberIndex member, IdentityRef accuser, const Course& course, TimePoint now);
  // True if it was news: another accuser, and more were wanted.
  bool confirm(std::uint32_t slot, const IdentityRef& accuser, TimePoint now);
  void lift(std::uint32_t slot);

  [[nodiscard]] TimePoint next_deadline();
  // A suspicion that is over; the caller decides and lifts it.
  [[nodiscard]] std::optional<MemberIndex> poll_expired(TimePoint now);
  // Somebody who is to be asked again now.
  struct Call {
    MemberIndex member;
    std::uint32_t number = 0;  // the how many-th for this suspicion, from 0
    bool answered = false;     // it did answer the last time, but did not contradict
    bool doubtful = false;     // fewer agree than could, or nobody could
  };
  [[nodiscard]] std::optional<Call> poll_call(TimePoint now);
  // The suspect answered: all begins anew, and the next call comes soon.
  void begin_anew(std::uint32_t slot, TimePoint now);

  struct Outcome {
    std::uint32_t confirmations = 0;
    std::uint32_t wanted = 0;
    IdentityRef accuser;  // the first one
  };
  [[nodiscard]] Outcome outcome(std::uint32_t slot) const;
  // We were not there for that long: everything ends later by it.
  void delay(Duration lateness);
  [[nodiscard]] std::size_t size() const { return count_; }
  // Stale ones included, of both kinds: how much is kept.
  [[nodiscard]] std::size_t entries() const { return heap_.size() + calls_.size(); }

 private:
  struct Suspicion {
    MemberIndex member;
    std::uint32_t generation = 0;
    std::uint32_t confirmations = 0;
    std::uint32_t call_generation = 0;
    std::uint32_t calls = 0;
    bool running = false;
    bool answered = false;
    TimePoint start;
    TimePoint deadline;
    TimePoint call_at;
    Course course;
    std::vector<IdentityRef> accusers;  // by name; at most wanted + 1
  };
  struct Entry {
    TimePoint at;
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;
  };
  using Heap = std::vector<Entry>;
  void arm(std::uint32_t slot, TimePoint at);
  void arm_call(std::uint32_t slot, TimePoint at);
  using Generation = std::uint32_t Suspicion::*;
  void push(Heap& heap, Generation generation, const Entry& entry);
  [[nodiscard]] bool is_stale(const Entry& entry, Generation generation) const {
    return entry.generation != suspicions_[entry.slot].*generation;
  }
  void drop_stale();

  std::vector<Suspicion> suspicions_;
  std::vector<std::uint32_t> free_;
  Heap heap_;
  Heap calls_;
  std::size_t count_ = 0;
};

}  // namespace gossipod::swim
