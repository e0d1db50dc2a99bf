#include "swim/catch_up.h"

namespace gossipod::swim {

void CatchUp::on_seed_kept(TimePoint now, std::size_t members) {
  if (active()) return;
  quiet_enough_ = 1;
  begin(now, members);
}

void CatchUp::on_heard(TimePoint now, std::uint64_t heard, std::size_t members) {
  if (heard == heard_before_) return;
  if (members > large_from) {
    heard_before_ = heard;
    if (!is_joiner(now)) return;
    quiet_enough_ = 1;
    if (!active()) return begin(now, members);
    if (!asking_) put_off(now, members);
    return;
  }
  if (now > window_start_ + burst_window) {
    window_start_ = now;
    heard_before_ = heard - 1;
  }
  if (heard - heard_before_ <= burst || !is_joiner(now)) return;
  quiet_enough_ = quiet_in_a_burst;
  if (active()) return;
  begin(now, members);
  window_start_ = now;
  heard_before_ = heard;
}

void CatchUp::begin(TimePoint now, std::size_t members) {
  quiet_ = 0;
  plan(now, members);
}

// When the claims that are on their way will have come, and not all at once.
void CatchUp::plan(TimePoint now, std::size_t members) {
  planned_at_ = now;
  ask_at_ = now + pause(members) + rng_.below(pause(members));
}

void CatchUp::put_off(TimePoint now, std::size_t members) {
  const TimePoint planned_at = planned_at_;
  const TimePoint latest = planned_at + put_off_pauses * pause(members);
  plan(now, members);
  planned_at_ = planned_at;
  ask_at_ = std::min(ask_at_, std::max(now, latest));
}

// Less often the larger the answers are.
Duration CatchUp::pause(std::size_t members) const {
  const std::size_t share = members > large_from ? pause_share_of_many : pause_share;
  const auto shares = static_cast<std::int64_t>(members / share);
  return std::max(took_, shortest_pause * std::max<std::int64_t>(1, shares));
}

void CatchUp::on_asked(TimePoint now, std::uint64_t learned) {
  ask_at_ = never;
  asked_at_ = now;
  learned_asked_ = learned;
  asking_ = true;
}

bool CatchUp::on_answer(TimePoint now, std::uint64_t learned, std::size_t members) {
  asking_ = false;
  took_ = now - asked_at_;
  // As long as members keep coming there is more to miss.
  quiet_ = learned == learned_asked_ ? quiet_ + 1 : 0;
  if (learned - learned_asked_ > burst) joined_at_ = now;
  const bool content = quiet_ >= quiet_enough_ || !is_joiner(now);
  if (!content) plan(now, members);
  return content;
}

void CatchUp::on_no_answer(TimePoint now, std::size_t members) {
  asking_ = false;
  ask_at_ = never;
  if (is_joiner(now)) plan(now, members);
}

std::size_t CatchUp::oldest_asked(std::size_t places) {
  constexpr std::size_t share = 4;
  // Of many, those heard of last: who was heard of a little earlier came before a thousand others.
  constexpr std::size_t of_many = 3;
  const std::size_t latest =
      places > large_from ? of_many : std::max<std::size_t>(places / share, 1);
  return places - std::min(places, latest);
}

}  // namespace gossipod::swim
