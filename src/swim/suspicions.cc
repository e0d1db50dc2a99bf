#include "swim/suspicions.h"

#include <gossipod/assert.h>

#include <algorithm>
#include <utility>

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
  suspicion.calls = 0;
  suspicion.answered = false;
  if (course.call_gap > Duration{0}) arm_call(slot, now + course.first_call);
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
  ++suspicion.call_generation;
  suspicion.accusers.clear();
  free_.push_back(slot);
  if (--count_ > 0) return;
  heap_.clear();  // whatever is left in them is stale
  calls_.clear();
}

TimePoint Suspicions::next_deadline() {
  drop_stale();
  const TimePoint end = heap_.empty() ? never : heap_.front().at;
  return calls_.empty() ? end : std::min(end, calls_.front().at);
}

std::optional<MemberIndex> Suspicions::poll_expired(TimePoint now) {
  drop_stale();
  if (heap_.empty() || heap_.front().at > now) return std::nullopt;
  return suspicions_[heap_.front().slot].member;
}

std::optional<Suspicions::Call> Suspicions::poll_call(TimePoint now) {
  drop_stale();
  if (calls_.empty() || calls_.front().at > now) return std::nullopt;
  const std::uint32_t slot = calls_.front().slot;
  Suspicion& suspicion = suspicions_[slot];
  const Course& course = suspicion.course;
  const bool late = now + course.call_gap >= suspicion.start + course.low;
  arm_call(slot, now + (late ? course.late_gap : course.call_gap));
  return Call{.member = suspicion.member,
              .number = suspicion.calls++,
              .answered = std::exchange(suspicion.answered, false),
              .doubtful = course.wanted == 0 || suspicion.confirmations < course.wanted};
}

void Suspicions::begin_anew(std::uint32_t slot, TimePoint now) {
  Suspicion& suspicion = suspicions_[slot];
  GOSSIPOD_ASSERT(suspicion.running);
  const Course& course = suspicion.course;
  suspicion.start = now;
  suspicion.confirmations = 0;
  suspicion.accusers.resize(1);
  suspicion.answered = true;
  suspicion.calls = 0;
  arm(slot, now + (course.wanted == 0 ? course.low : course.high));
  if (course.call_gap > Duration{0}) arm_call(slot, now + course.call_gap);
}

Suspicions::Outcome Suspicions::outcome(std::uint32_t slot) const {
  const Suspicion& suspicion = suspicions_[slot];
  GOSSIPOD_ASSERT(suspicion.running);
  return {suspicion.confirmations, suspicion.course.wanted, suspicion.accusers.front()};
}

void Suspicions::delay(Duration lateness) {
  heap_.clear();
  calls_.clear();
  for (std::uint32_t slot = 0; slot < suspicions_.size(); ++slot) {
    Suspicion& suspicion = suspicions_[slot];
    if (!suspicion.running) continue;
    suspicion.start += lateness;
    arm(slot, suspicion.deadline + lateness);
    if (suspicion.course.call_gap > Duration{0}) arm_call(slot, suspicion.call_at + lateness);
  }
}

void Suspicions::arm(std::uint32_t slot, TimePoint at) {
  Suspicion& suspicion = suspicions_[slot];
  suspicion.deadline = at;
  push(heap_, &Suspicion::generation, {at, slot, ++suspicion.generation});
}

void Suspicions::arm_call(std::uint32_t slot, TimePoint at) {
  Suspicion& suspicion = suspicions_[slot];
  suspicion.call_at = at;
  push(calls_, &Suspicion::call_generation, {at, slot, ++suspicion.call_generation});
}

// Whoever is accused and cleared over and over leaves a stale entry each time, none of which comes
// to the top as long as an earlier suspicion runs.
void Suspicions::push(Heap& heap, Generation generation, const Entry& entry) {
  constexpr std::size_t few = 64;
  if (heap.size() >= 2 * count_ + few) {
    std::erase_if(heap, [&](const Entry& old) { return is_stale(old, generation); });
    std::make_heap(heap.begin(), heap.end(), later);
  }
  heap.push_back(entry);
  std::push_heap(heap.begin(), heap.end(), later);
}

void Suspicions::drop_stale() {
  const auto drop = [this](Heap& heap, Generation generation) {
    while (!heap.empty() && is_stale(heap.front(), generation)) {
      std::pop_heap(heap.begin(), heap.end(), later);
      heap.pop_back();
    }
  };
  drop(heap_, &Suspicion::generation);
  drop(calls_, &Suspicion::call_generation);
}

}  // namespace gossipod::swim
