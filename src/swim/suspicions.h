// Suspicions: when a suspicion becomes a death (SWIM 4.2, Lifeguard's LHA-Suspicion).
//
// Each begins at its longest and is shortened by every member that independently agrees. Deadlines
// sit in a heap; one that was shortened or lifted leaves a stale entry behind, which is skipped.
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
  };

  // Returns the slot, to be kept in the member's row until lift().
  std::uint32_t begin(MemberIndex member, IdentityRef accuser, const Course& course, TimePoint now);
  // True if it was news: another accuser, and more were wanted.
  bool confirm(std::uint32_t slot, const IdentityRef& accuser, TimePoint now);
  void lift(std::uint32_t slot);

  [[nodiscard]] TimePoint next_deadline();
  // A suspicion that is over; the caller decides and lifts it.
  [[nodiscard]] std::optional<MemberIndex> poll_expired(TimePoint now);

  struct Outcome {
    std::uint32_t confirmations = 0;
    std::uint32_t wanted = 0;
    IdentityRef accuser;  // the first one
  };
  [[nodiscard]] Outcome outcome(std::uint32_t slot) const;
  // We were not there for that long: everything ends later by it.
  void delay(Duration lateness);
  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  struct Suspicion {
    MemberIndex member;
    std::uint32_t generation = 0;
    std::uint32_t confirmations = 0;
    bool running = false;
    TimePoint start;
    TimePoint deadline;
    Course course;
    std::vector<IdentityRef> accusers;  // by name; at most wanted + 1
  };
  struct Entry {
    TimePoint at;
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;
  };
  void arm(std::uint32_t slot, TimePoint at);
  void drop_stale();

  std::vector<Suspicion> suspicions_;
  std::vector<std::uint32_t> free_;
  std::vector<Entry> heap_;
  std::size_t count_ = 0;
};

}  // namespace gossipod::swim
