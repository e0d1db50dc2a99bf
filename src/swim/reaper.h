// Reaper: forgets who has been gone for long enough, at the end of each round of probes, as
// memberlist does, and by a timer, since rounds are long in large groups. Never ourselves.
//
// Threads: none.
#pragma once

#include <gossipod/time.h>

#include "swim/context.h"
#include "swim/dissemination.h"
#include "swim/member_table.h"

namespace gossipod::swim {

class Reaper {
 public:
  Reaper(Context& context, MemberTable& table, Dissemination& dissemination)
      : context_{context}, table_{table}, dissemination_{dissemination} {}

  void begin(TimePoint now) { next_at_ = now + interval(); }
  void reap(TimePoint now);
  void on_deadline(TimePoint now);
  [[nodiscard]] TimePoint next_deadline() const { return next_at_; }

 private:
  [[nodiscard]] Duration interval() const;

  Context& context_;
  MemberTable& table_;
  Dissemination& dissemination_;
  TimePoint next_at_ = never;
};

}  // namespace gossipod::swim
