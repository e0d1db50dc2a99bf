// PushPull: with whom and when to compare everything, what we say then, and how we take what was
// said (memberlist; SWIM has no such thing).
//
// The answer many joiners need is encoded once per change, and shared. What others believe of the
// dead is only a suspicion for us: they may be wrong, and we can ask.
//
// Threads: none.
#pragma once

#include <gossipod/swim/node.h>

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
  [[nodiscard]] TimePoint next_deadline() const { return next_at_; }

  void dial(TimePoint now, OperationId operation, const Peer& to, bool join);
  // Everything we know, as one message.
  [[nodiscard]] SharedBytes state(bool join);
  // Takes all of it, or refuses it whole, with a reason.
  [[nodiscard]] std::optional<Error> merge(TimePoint now, const wire::PushPull& remote);

 private:
  [[nodiscard]] std::optional<std::string> incompatible(const wire::PushPull& remote) const;
  [[nodiscard]] std::vector<std::uint8_t> encode(bool join, Bytes user_state) const;

  struct Cached {
    SharedBytes bytes;
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
};

}  // namespace gossipod::swim
