// PushPull: with whom and when to compare everything, what we say then, and how we take what was
// said (memberlist; SWIM has no such thing).
//
// During a burst of joins gossip alone leaves gaps: each claim is told a limited number of times,
// and among many nodes and many claims somebody misses some. So whoever learned of many members
// within a second asks once more, a little later, somebody at random.
//
// The answer many joiners need is encoded once per change, and shared. What others believe of the
// dead is only a suspicion for us: they may be wrong, and we can ask.
//
// Threads: none.
#pragma once

#include <gossipod/swim/node.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "swim/claims.h"
#include "swim/context.h"
#include "swim/exchanges.h"
#include "swim/member_table.h"

namespace gossipod::swim {

class PushPull {
 public:
  PushPull(Context& context, MemberTable& table, Claims& claims, Exchanges& exchanges)
      : context_{context}, table_{table}, claims_{claims}, exchanges_{exchanges} {}

  void begin(TimePoint now);
  void on_deadline(TimePoint now);
  [[nodiscard]] TimePoint next_deadline() const { return std::min(next_at_, again_at_); }
  // After an input: was that a burst?
  void watch(TimePoint now);

  void dial(TimePoint now, OperationId operation, const Peer& to, bool join);
  // Everything we know, as one message.
  [[nodiscard]] SharedBytes state(bool join);
  // Takes all of it, or refuses it whole, with a reason.
  [[nodiscard]] std::optional<Error> merge(TimePoint now, const wire::PushPull& remote);

 private:
  static constexpr std::uint64_t burst = 16;  // members learned within burst_window
  static constexpr Duration burst_window = std::chrono::seconds{1};
  static constexpr Duration joining = std::chrono::seconds{60};  // for so long one is a joiner

  void ask_again(TimePoint now);
  void dial_somebody(TimePoint now);
  [[nodiscard]] std::optional<std::string> incompatible(const wire::PushPull& remote) const;
  [[nodiscard]] std::vector<std::uint8_t> encode(bool join, Bytes user_state) const;

  struct Cached {
    // Shared while somebody still sends it, and gone then: it is as large as the whole table.
    std::weak_ptr<const std::vector<std::uint8_t>> bytes;
    std::uint64_t epoch = 0;
    std::vector<std::uint8_t> user_state;
  };
  Context& context_;
  MemberTable& table_;
  Claims& claims_;
  Exchanges& exchanges_;
  std::array<Cached, 2> cached_;  // by join
  std::vector<MemberIndex> partner_;
  TimePoint next_at_ = never;
  TimePoint joined_at_{};            // when we began, or last asked to join
  TimePoint again_at_ = never;       // because of a burst
  std::uint64_t learned_asked_ = 0;  // when that was decided
  TimePoint window_start_ = TimePoint::min();
  std::uint64_t learned_before_ = 0;  // at the start of the window
};

}  // namespace gossipod::swim
