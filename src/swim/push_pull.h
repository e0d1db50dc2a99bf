// PushPull: with whom and when to compare everything, what we say then, and how we take what was
// said (memberlist; SWIM has no such thing).
//
// A question that we ask again, because others joined beside us (CatchUp), says who we are, and
// in a large cluster whom we learned of last: of the rest, to say it would cost more than it
// brings. One about a suspicion says who we are and what we believe of the peer: our doubts of
// others would come back as the peer's.
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

#include "swim/catch_up.h"
#include "swim/claims.h"
#include "swim/context.h"
#include "swim/exchanges.h"
#include "swim/member_table.h"

namespace gossipod::swim {

class PushPull {
 public:
  PushPull(Context& context, MemberTable& table, Claims& claims, Exchanges& exchanges)
      : context_{context},
        table_{table},
        claims_{claims},
        exchanges_{exchanges},
        catch_up_{context.rng} {}

  void begin(TimePoint now);
  void on_deadline(TimePoint now);
  [[nodiscard]] TimePoint next_deadline() const {
    return std::min({next_at_, catch_up_.next_deadline(), busy_at_});
  }
  // After an input: was that a burst?
  void watch(TimePoint now);

  void dial(TimePoint now, OperationId operation, const Peer& to, bool join);
  // Asks one member for everything, in brief.
  void ask(TimePoint now, MemberIndex member) { dial(now, member, {.brief = true}); }
  // The same of somebody who can be reached. Too often, or without push-pulls: of nobody.
  void ask_for_an_opinion(TimePoint now);
  // From time to time, and not only to join.
  [[nodiscard]] bool is_regular() const { return next_at_ != never; }
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
  static constexpr std::size_t told_on_up_to = 32;  // of an answer to one who was alone
  // In a large cluster a question that is asked again also says whom we learned of last: so those
  // who came last, whom all ask, soon know each other.
  static constexpr std::uint32_t told_when_asking = 128;
  static constexpr std::size_t row_bytes_usual = 128;
  static constexpr int opinions_per_interval = 16;

  // A question that is asked later.
  struct Later {
    TimePoint at;
    Exchange exchange;
  };
  static constexpr Duration busy_first = std::chrono::milliseconds{100};
  static constexpr std::uint32_t busy_doublings = 4;
  static constexpr Duration busy_longest = std::chrono::seconds{60};

  void ask_again(TimePoint now);
  void ask_the_busy(TimePoint now);
  void remind();
  void pick_anybody();                              // into partner_
  [[nodiscard]] Duration interval_by_size() const;  // between comparisons, by the size
  [[nodiscard]] bool is_asked(MemberIndex member) const;
  void dial(TimePoint now, MemberIndex member, Exchange exchange = {});
  void open(TimePoint now, Exchange exchange);
  // The next few, whose rows will be looked for together.
  void take_some(wire::Records& records, std::vector<wire::Record>& some) const;
  void take(TimePoint now, const wire::Record& record, std::string_view self);
  // Whom a table is about, besides us: all from a place on, and one before it.
  struct About {
    std::uint32_t first = 0;
    std::optional<MemberIndex> also{};
  };
  [[nodiscard]] LargeBytes encode(bool join, Bytes user_state, const About& about) const;
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
  TimePoint opinion_at_{};  // not before
  CatchUp catch_up_;
  bool kept_ = false;         // what we hear to ourselves, lately
  std::uint64_t taught_ = 0;  // learned by answers to our own questions
};

}  // namespace gossipod::swim
