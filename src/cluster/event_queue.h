// EventQueue: events on their way from the protocol to the application.
//
// Membership is never lost: it waits, and above `merge_above` waiting events it is merged per
// member (merge_waiting.h), which bounds it by the number of members. User messages are bounded in
// bytes: best-effort ones by `message_bytes`, reliable ones by twice that.
//
// Threads: push, reclaim and close on the loop's, everything else on any. References to members
// that were taken out wait here until the loop's thread comes by, for only it may give them up. All
// memory but that of messages is taken and given back by it, too.
#pragma once

#include <gossipod/event.h>
#include <gossipod/limits.h>
#include <gossipod/time.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "cluster/waiting_event.h"

namespace gossipod::cluster {

class EventQueue {
 public:
  explicit EventQueue(std::size_t message_bytes,
                      std::size_t merge_above = limits::events_merged_above);
  ~EventQueue();
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  // False: a message for which there is no room.
  [[nodiscard]] bool push(WaitingEvent event);
  // Gives up the references that were taken out. Cheap if there are none.
  void reclaim() {
    if (taken_any_.load(std::memory_order_relaxed)) reclaim_taken();
  }
  // What waits is forgotten, nothing comes any more.
  void close();

  [[nodiscard]] std::optional<Event> pop();
  // Waits for one; nothing: none came in time, or the queue was closed.
  [[nodiscard]] std::optional<Event> pop(Duration longest);
  [[nodiscard]] std::size_t size() const;
  // Readable while an event waits; made when first asked for. -1: the system has none left.
  [[nodiscard]] int descriptor();

 private:
  using Lock = std::unique_lock<std::mutex>;
  [[nodiscard]] static std::size_t cost(const WaitingEvent& event);
  // Of an empty queue, which most of a thousand nodes in one process have.
  static constexpr std::size_t bytes_kept_max = 1 << 10;

  [[nodiscard]] bool empty() const { return next_ == events_.size(); }
  std::optional<Event> take(Lock lock);
  void reclaim_taken();
  void drop_taken();
  void free_all();
  void show_readiness();

  const std::size_t message_bytes_;
  const std::size_t merge_above_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<WaitingEvent> events_;
  std::size_t next_ = 0;      // what is before it was taken,
  std::size_t given_up_ = 0;  // and so much of that refers to nobody any more
  std::atomic<bool> taken_any_{false};
  std::size_t messages_ = 0;  // how many of those that wait are
  std::size_t message_bytes_waiting_ = 0;
  std::size_t merge_at_;
  int descriptor_ = -1;
  bool readable_ = false;  // the descriptor
  bool closed_ = false;
};

}  // namespace gossipod::cluster
