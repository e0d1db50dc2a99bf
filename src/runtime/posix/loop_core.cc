#include "runtime/posix/loop_core.h"

#include <gossipod/assert.h>
#include <gossipod/entropy.h>

#include <algorithm>
#include <utility>

#include "runtime/posix/driven_sink.h"
#include "runtime/posix/foreign_watch.h"

namespace gossipod::runtime {

using std::chrono::steady_clock;

LoopCore::LoopCore(Reactor& reactor)
    : reactor_{reactor},
      start_{steady_clock::now()},
      links_{nullptr},
      stream_buffer_{std::make_unique_for_overwrite<std::uint8_t[]>(stream_buffer_bytes)},
      lingerers_{[this] { reschedule_lingerers(); }},
      entropy_{system_entropy()} {}

LoopCore::~LoopCore() = default;

void LoopCore::shut() {
  closed_ = true;
  // Tasks may own links, so they go first; and not under the lock.
  std::vector<std::function<void()>> posted;
  {
    const std::scoped_lock lock{mutex_};
    posted.swap(posted_);
  }
  posted.clear();
  const auto tasks = std::exchange(tasks_, {});
  for (const auto& [descriptor, watch] : foreign_) watch->stop();
  foreign_.clear();
  for (std::size_t slot = 0; slot < links_.size(); ++slot) {
    if (links_[slot] != nullptr) links_[slot]->detach();
  }
  lingerers_.reset_all();
}

// --- Time

TimePoint LoopCore::read_clock() const {
  return TimePoint{std::chrono::duration_cast<Duration>(steady_clock::now() - start_)};
}

// The timer is moved forward, and back only from where it would ring far too early: to wake an idle
// machine costs more than that. A little too early it may ring, and is set again: cheaper than
// moving it with every packet.
void LoopCore::arm() {
  const TimePoint next = deadlines_.next();
  if (closed_ || next == armed_) return;
  if (next == never) {
    armed_ = never;
    return reactor_.wake_never();
  }
  constexpr Duration far_too_early = std::chrono::milliseconds{100};
  if (next > armed_ && next < armed_ + far_too_early) return;
  armed_ = next;
  // The clock of the system ends before that of the protocol.
  constexpr Duration far = std::chrono::hours{24 * 365};
  const Duration after = std::clamp(next, TimePoint{}, TimePoint{far}).time_since_epoch();
  reactor_.wake_at(start_ + std::chrono::duration_cast<steady_clock::duration>(after));
}

void LoopCore::on_timer() {
  Turn turn{*this};
  armed_ = never;
  run_due();
  arm();
}

void LoopCore::run_due() {
  auto due = std::exchange(due_, {});
  while (deadlines_.next() <= now_) {
    const std::uint32_t slot = deadlines_.top();
    deadlines_.pop();
    if (slot == lingerers_slot) {
      lingerers_.on_deadline(now_);
      deadlines_.set(lingerers_slot, lingerers_.next_deadline());
    } else {
      due.push_back(links_[slot]->shared_from_this());
    }
  }
  for (const auto& link : due) link->turn(now_);
  due.clear();
  if (due.capacity() > due_.capacity()) due_ = std::move(due);
}

// --- Links

std::shared_ptr<Turnable> LoopCore::drive(Sink& sink) {
  auto driven = std::make_shared<DrivenSink>(*this, sink, take_slot());
  enter(*driven, sink);
  schedule(*driven);
  return driven;
}

std::uint32_t LoopCore::take_slot() {
  if (free_slots_.empty()) {
    links_.push_back(nullptr);
    return static_cast<std::uint32_t>(links_.size() - 1);
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  return slot;
}

void LoopCore::enter(Turnable& link, Sink& sink) {
  links_[link.slot()] = &link;
  sinks_.emplace(&sink, &link);
  due_.reserve(links_.capacity());  // all may be due at once
}

void LoopCore::forget(Turnable& link) {
  deadlines_.set(link.slot(), never);
  sinks_.erase(link.sink());
  links_[link.slot()] = nullptr;
  free_slots_.push_back(link.slot());
  arm();
}

void LoopCore::reschedule(Sink& sink) {
  if (const auto found = sinks_.find(&sink); found != sinks_.end()) schedule(*found->second);
}

void LoopCore::schedule(Turnable& link) {
  deadlines_.set(link.slot(), link.due());
  arm();
}

bool LoopCore::linger(const std::shared_ptr<Stream>& stream) {
  const std::size_t nodes = links_.size() - 1 - free_slots_.size();  // slot 0 is none
  const bool had_room = lingerers_.add(now(), stream, nodes);
  reschedule_lingerers();
  return had_room;
}

void LoopCore::reschedule_lingerers() {
  deadlines_.set(lingerers_slot, lingerers_.next_deadline());
  arm();
}

// --- Tasks

bool LoopCore::post(std::function<void()> task) {
  const std::scoped_lock lock{mutex_};
  posted_.push_back(std::move(task));
  return posted_.size() == 1;
}

// Those that were posted before. One by one, because a task may turn the loop, or end it.
void LoopCore::run_tasks() {
  Turn turn{*this};
  {
    const std::scoped_lock lock{mutex_};
    for (auto& task : posted_) tasks_.push_back(std::move(task));
    posted_.clear();
  }
  for (std::size_t left = tasks_.size(); left > 0 && !tasks_.empty(); --left) {
    const auto task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
  }
}

// --- Descriptors of others

Result<void> LoopCore::watch(int descriptor, Loop::Interest interest,
                             std::function<void(Loop::Interest)> ready) {
  unwatch(descriptor);
  const auto watch = std::make_shared<ForeignWatch>(*this, interest, std::move(ready));
  if (auto started = watch->start(descriptor); !started) return started;
  foreign_.emplace(descriptor, watch);
  return {};
}

void LoopCore::unwatch(int descriptor) {
  const auto found = foreign_.find(descriptor);
  if (found == foreign_.end()) return;
  const auto watch = std::move(found->second);
  foreign_.erase(found);
  watch->stop();
}

}  // namespace gossipod::runtime
