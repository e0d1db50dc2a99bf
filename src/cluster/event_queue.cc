#include "cluster/event_queue.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "cluster/merge_waiting.h"
#include "cluster/waiter.h"

namespace gossipod::cluster {

EventQueue::EventQueue(std::size_t message_bytes, std::size_t merge_above)
    : message_bytes_{message_bytes}, merge_above_{merge_above}, merge_at_{merge_above} {}

EventQueue::~EventQueue() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

// An empty message takes memory too.
std::size_t EventQueue::cost(const WaitingEvent& event) {
  return sizeof(WaitingEvent) + sizeof(WaitingEvent::More) + event.more->data.size();
}

bool EventQueue::push(WaitingEvent event) {
  const Lock lock{mutex_};
  if (closed_) return true;
  if (event.kind == Event::Kind::message) {
    const std::size_t bytes = cost(event);
    const std::size_t most = event.more->reliable ? 2 * message_bytes_ : message_bytes_;
    // However large, the only one fits: or one that never could would be lost each time it is sent.
    if (messages_ > 0 && message_bytes_waiting_ + bytes > most) return false;
    ++messages_;
    message_bytes_waiting_ += bytes;
  }
  if (events_.size() == events_.capacity() && next_ > events_.size() / 2) drop_taken();
  events_.push_back(std::move(event));
  if (events_.size() - next_ - messages_ > merge_at_) {
    drop_taken();
    merge_waiting(events_);
    merge_at_ = std::max(merge_above_, 2 * (events_.size() - messages_));
  }
  show_readiness();
  arrived_.notify_one();
  return true;
}

void EventQueue::reclaim_taken() {
  const Lock lock{mutex_};
  taken_any_.store(false, std::memory_order_relaxed);
  if (!empty()) {  // the others are not moved for it
    for (; given_up_ < next_; ++given_up_) events_[given_up_] = {};
    return;
  }
  drop_taken();
  if (events_.capacity() * sizeof(WaitingEvent) > bytes_kept_max) free_all();
}

void EventQueue::drop_taken() {
  events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(next_));
  next_ = given_up_ = 0;
}

// Not shrink_to_fit(), which does nothing where exceptions are not compiled.
void EventQueue::free_all() {
  std::vector<WaitingEvent>{}.swap(events_);
  next_ = given_up_ = 0;
}

void EventQueue::close() {
  const Lock lock{mutex_};
  closed_ = true;
  free_all();
  messages_ = 0;
  message_bytes_waiting_ = 0;
  show_readiness();
  arrived_.notify_all();
}

std::optional<Event> EventQueue::pop() { return take(Lock{mutex_}); }

std::optional<Event> EventQueue::pop(Duration longest) {
  Lock lock{mutex_};
  arrived_.wait_for(lock, bounded(longest), [&] { return closed_ || !empty(); });
  return take(std::move(lock));
}

std::optional<Event> EventQueue::take(Lock lock) {
  if (empty()) return std::nullopt;
  WaitingEvent& waiting = events_[next_++];
  taken_any_.store(true, std::memory_order_relaxed);
  if (empty()) merge_at_ = merge_above_;
  show_readiness();
  if (waiting.kind != Event::Kind::message) return to_event(waiting);
  --messages_;
  message_bytes_waiting_ -= cost(waiting);
  const WaitingEvent message = std::move(waiting);
  lock.unlock();  // it may be large, and it refers to nobody
  return to_event(message);
}

std::size_t EventQueue::size() const {
  const Lock lock{mutex_};
  return events_.size() - next_;
}

int EventQueue::descriptor() {
  const Lock lock{mutex_};
  if (descriptor_ < 0) {
    descriptor_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    show_readiness();
  }
  return descriptor_;
}

void EventQueue::show_readiness() {
  if (descriptor_ < 0 || readable_ != empty()) return;
  readable_ = !empty();
  std::uint64_t count = 1;
  // Neither can fail: the counter goes from 0 to 1 and back.
  const auto done = readable_ ? ::write(descriptor_, &count, sizeof count)
                              : ::read(descriptor_, &count, sizeof count);
  static_cast<void>(done);
}

}  // namespace gossipod::cluster
