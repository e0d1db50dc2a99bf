#include "swim/reaper.h"

#include <algorithm>

#include "swim/merge_rule.h"

namespace gossipod::swim {

void Reaper::reap(TimePoint now) {
  if (table_.count(MemberState::dead) + table_.count(MemberState::left) == 0) return;
  for (std::uint32_t place = 0; place < table_.slots(); ++place) {
    const MemberIndex member{place};
    const Row& row = table_[member];
    if (!row.identity || member == context_.self || !is_gone(row.state)) continue;
    if (now - row.changed <= context_.config.gossip_to_the_dead) continue;
    dissemination_.forget(member);
    table_.remove(member);
  }
}

void Reaper::on_deadline(TimePoint now) {
  if (next_at_ > now) return;
  next_at_ = now + interval();
  reap(now);
}

Duration Reaper::interval() const {
  return std::max<Duration>(context_.config.gossip_to_the_dead, std::chrono::seconds{1});
}

}  // namespace gossipod::swim
