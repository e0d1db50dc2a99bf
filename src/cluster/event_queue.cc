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
  events_.push_back(std::move(event));
  if (events_.size() - messages_ > merge_at_) {
    merge_waiting(events_);
    merge_at_ = std::max(merge_above_, 2 * (events_.size() - messages_));
  }
  show_readiness();
  arrived_.notify_one();
  return true;
}

void EventQueue::reclaim_taken() {
  std::vector<WaitingEvent> taken;
  {
    const Lock lock{mutex_};
    taken.swap(taken_);
    taken_any_.store(false, std::memory_order_relaxed);
  }
}

void EventQueue::close() {
  const Lock lock{mutex_};
  closed_ = true;
  events_.clear();
  taken_.clear();
  messages_ = 0;
  message_bytes_waiting_ = 0;
  show_readiness();
  arrived_.notify_all();
}

std::optional<Event> EventQueue::pop() { return take(Lock{mutex_}); }

std::optional<Event> EventQueue::pop(Duration longest) {
  Lock lock{mutex_};
  arrived_.wait_for(lock, bounded(longest), [&] { return closed_ || !events_.empty(); });
  return take(std::move(lock));
}

std::optional<Event> EventQueue::take(Lock lock) {
  if (events_.empty()) return std::nullopt;
  WaitingEvent waiting = std::move(events_.front());
  events_.pop_front();
  if (events_.empty()) merge_at_ = merge_above_;
  show_readiness();
  if (waiting.kind == Event::Kind::message) {
    --messages_;
    message_bytes_waiting_ -= cost(waiting);
    lock.unlock();  // it may be large, and it refers to nobody
    return to_event(waiting);
  }
  std::optional<Event> event = to_event(waiting);
  taken_.push_back(std::move(waiting));
  taken_any_.store(true, std::memory_order_relaxed);
  return event;
}

std::size_t EventQueue::size() const {
  const Lock lock{mutex_};
  return events_.size();
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
  if (descriptor_ < 0 || readable_ == !events_.empty()) return;
  readable_ = !events_.empty();
  std::uint64_t count = 1;
  // Neither can fail: the counter goes from 0 to 1 and back.
  const auto done = readable_ ? ::write(descriptor_, &count, sizeof count)
                              : ::read(descriptor_, &count, sizeof count);
  static_cast<void>(done);
}

}  // namespace gossipod::cluster
