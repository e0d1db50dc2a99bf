#include "swim/suspicions.h"

#include <gossipod/assert.h>

#include <algorithm>

#include "swim/formulas.h"

namespace gossipod::swim {
namespace {

// The earliest on top; equal ones in the order of their slots, so that runs are repeatable.
constexpr auto later = [](const auto& a, const auto& b) {
  return a.at != b.at ? a.at > b.at : a.slot > b.slot;
};

}  // namespace

std::uint32_t Suspicions::begin(MemberIndex member, IdentityRef accuser, const Course& course,
                                TimePoint now) {
  std::uint32_t slot = static_cast<std::uint32_t>(suspicions_.size());
  if (free_.empty()) {
    suspicions_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  Suspicion& suspicion = suspicions_[slot];
  suspicion.member = member;
  suspicion.confirmations = 0;
  suspicion.running = true;
  suspicion.start = now;
  suspicion.course = course;
  suspicion.accusers.push_back(std::move(accuser));
  ++count_;
  arm(slot, now + (course.wanted == 0 ? course.low : course.high));
  return slot;
}

bool Suspicions::confirm(std::uint32_t slot, const IdentityRef& accuser, TimePoint now) {
  Suspicion& suspicion = suspicions_[slot];
  GOSSIPOD_ASSERT(suspicion.running);
  if (suspicion.confirmations >= suspicion.course.wanted) return false;
  for (const IdentityRef& known : suspicion.accusers) {
    if (known->name() == accuser->name()) return false;
  }
  suspicion.accusers.push_back(accuser);
  ++suspicion.confirmations;
  const Duration total = suspicion_timeout(suspicion.confirmations, suspicion.course.wanted,
                                           suspicion.course.low, suspicion.course.high);
  arm(slot, std::max(now, suspicion.start + total));
  return true;
}

void Suspicions::lift(std::uint32_t slot) {
  Suspicion& suspicion = suspicions_[slot];
  GOSSIPOD_ASSERT(suspicion.running);
  suspicion.running = false;
  ++suspicion.generation;
  suspicion.accusers.clear();
  free_.push_back(slot);
  if (--count_ == 0) heap_.clear();  // whatever is left in it is stale
}

TimePoint Suspicions::next_deadline() {
  drop_stale();
  return heap_.empty() ? never : heap_.front().at;
}

std::optional<MemberIndex> Suspicions::poll_expired(TimePoint now) {
  drop_stale();
  if (heap_.empty() || heap_.front().at > now) return std::nullopt;
  return suspicions_[heap_.front().slot].member;
}

Suspicions::Outcome Suspicions::outcome(std::uint32_t slot) const {
  const Suspicion& suspicion = suspicions_[slot];
  GOSSIPOD_ASSERT(suspicion.running);
  return {suspicion.confirmations, suspicion.course.wanted, suspicion.accusers.front()};
}

void Suspicions::delay(Duration lateness) {
  heap_.clear();
  for (std::uint32_t slot = 0; slot < suspicions_.size(); ++slot) {
    Suspicion& suspicion = suspicions_[slot];
    if (!suspicion.running) continue;
    suspicion.start += lateness;
    arm(slot, suspicion.deadline + lateness);
  }
}

void Suspicions::arm(std::uint32_t slot, TimePoint at) {
  Suspicion& suspicion = suspicions_[slot];
  suspicion.deadline = at;
  heap_.push_back({at, slot, ++suspicion.generation});
  std::push_heap(heap_.begin(), heap_.end(), later);
}

void Suspicions::drop_stale() {
  while (!heap_.empty() && heap_.front().generation != suspicions_[heap_.front().slot].generation) {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    heap_.pop_back();
  }
}

}  // namespace gossipod::swim
