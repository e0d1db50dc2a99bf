// PushPull: with whom and when to compare everything, what we say then, and how we take what was
// said (memberlist; SWIM has no such thing).
//
// During a burst of joins gossip alone leaves gaps: each claim is told a limited number of times,
// and among many nodes and many claims somebody misses some. So a joiner that hears of many others
// within a second asks once more, a little later, one of those it learned of last, for who came
// later was told more; and again, until that brings nothing new. So does, once, whoever kept to
// itself what its seed had said: it cannot know who joined beside it. The question says nothing but
// who we are: what we know the others know, and to say it would cost more than all it brings.
//
// The answer many joiners need is encoded once per change, and shared. A seed that is too busy to
// hear us is asked again, later and later, at random. What others believe of the dead is only a
// suspicion for us: they may be wrong, and we can ask.
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
  [[nodiscard]] TimePoint next_deadline() const {
    return std::min({next_at_, again_at_, busy_at_});
  }
  // After an input: was that a burst?
  void watch(TimePoint now);

  void dial(TimePoint now, OperationId operation, const Peer& to, bool join);
  // The one who was asked is too busy. False: it has been for too long.
  [[nodiscard]] bool ask_later(TimePoint now, const Exchange& exchange);
  // A question of a burst got no answer: so it has not brought nothing.
  void on_unanswered(TimePoint now);
  // Everything we know, as one message.
  [[nodiscard]] SharedBytes state(bool join);
  // What we begin an exchange with.
  [[nodiscard]] SharedBytes question(const Exchange& exchange);
  // Takes all of it, or refuses it whole, with a reason. The answer to a question of ours that
  // teaches us what our side of the network knows already is not told on.
  [[nodiscard]] std::optional<Error> merge(TimePoint now, const wire::PushPull& remote,
                                           const Exchange* ours = nullptr);

 private:
  static constexpr std::uint64_t burst = 8;  // more members heard of within burst_window
  static constexpr Duration burst_window = std::chrono::seconds{1};
  static constexpr Duration again_pause = std::chrono::milliseconds{250};
  static constexpr std::size_t again_share = 256;  // for each so many members as long again
  static constexpr std::size_t latest_share = 4;   // who is asked again: of the last quarter
  static constexpr std::uint32_t quiet_in_a_burst = 2;
  static constexpr std::size_t told_on_up_to = 32;    // of an answer to one who was alone
  static constexpr std::size_t told_on_below = 1024;  // while we are about to ask again
  static constexpr Duration joining = std::chrono::seconds{60};  // for so long one is a joiner

  // A question that is asked later.
  struct Later {
    TimePoint at;
    Exchange exchange;
  };
  static constexpr Duration busy_first = std::chrono::milliseconds{100};
  static constexpr std::uint32_t busy_doublings = 4;
  static constexpr Duration busy_longest = std::chrono::seconds{60};

  void begin_asking(TimePoint now);
  void ask_again(TimePoint now);
  void ask_the_busy(TimePoint now);
  void dial_somebody(TimePoint now, bool again);
  void open(TimePoint now, Exchange exchange);
  [[nodiscard]] std::optional<std::string> incompatible(const wire::PushPull& remote) const;
  enum class Who : std::uint8_t { all, ourselves };
  [[nodiscard]] LargeBytes encode(bool join, Bytes user_state, Who who) const;
  [[nodiscard]] Bytes user_state(bool join) const;

  struct Cached {
    // Shared while somebody still sends it, and gone then: it is as large as the whole table.
    std::weak_ptr<const LargeBytes> bytes;
    std::uint64_t epoch = 0;
    std::vector<std::uint8_t> user_state;
  };
  Context& context_;
  MemberTable& table_;
  Claims& claims_;
  Exchanges& exchanges_;
  std::array<Cached, 2> cached_;  // by join
  std::vector<MemberIndex> partner_;
  std::vector<Later> later_;
  TimePoint busy_at_ = never;  // the first of them
  TimePoint next_at_ = never;
  TimePoint joined_at_{};            // when we began, or last asked to join
  TimePoint again_at_ = never;       // because of a burst
  std::uint64_t learned_asked_ = 0;  // when we asked last
  std::uint32_t quiet_ = 0;          // questions in a row that brought nothing
  std::uint32_t quiet_enough_ = 1;   // then we are content
  std::uint64_t taught_ = 0;         // learned by answers to our own questions
  TimePoint window_start_ = TimePoint::min();
  std::uint64_t learned_before_ = 0;  // at the start of the window
};

}  // namespace gossipod::swim
