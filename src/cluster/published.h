// Published: what other threads may see of a node at any time, without waiting for the protocol;
// and how they wait for it to change.
//
// Threads: written on the loop's, read on any.
#pragma once

#include <gossipod/members.h>
#include <gossipod/numbers.h>
#include <gossipod/stats.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <utility>

namespace gossipod::cluster {

class Published {
  static constexpr std::size_t gauge_count = 8;
  template <class S>
  static auto gauges(S& stats) {
    return std::array{&stats.health_score,    &stats.queue_length,     &stats.members_alive,
                      &stats.members_suspect, &stats.members_dead,     &stats.members_left,
                      &stats.streams_open,    &stats.primary_key_seals};
  }

 public:
  void set_self(MemberIndex self, std::string_view body) {
    self_ = self;
    body_ = body;
  }
  void set_running(bool running) {
    const std::lock_guard lock{mutex_};
    running_.store(running, std::memory_order_release);
    changed_.notify_all();
  }
  void set_members(Members members) {
    {
      const std::lock_guard lock{mutex_};
      std::swap(members_, members);
      changed_.notify_all();
    }  // the old ones go without the lock
  }
  void set_gauges(const Stats& stats) {
    const auto values = gauges(stats);
    for (std::size_t i = 0; i < values.size(); ++i) {
      gauges_[i].store(*values[i], std::memory_order_relaxed);
    }
  }

  [[nodiscard]] Counters& counters() { return counters_; }
  [[nodiscard]] bool running() const { return running_.load(std::memory_order_acquire); }
  [[nodiscard]] MemberIndex self() const { return self_; }
  [[nodiscard]] Members members() const {
    const std::lock_guard lock{mutex_};
    return members_;
  }
  // Until there is another snapshot than that of `epoch`, the node stops, or `until` has come.
  void await_change(std::uint64_t epoch, std::chrono::steady_clock::time_point until) const {
    std::unique_lock lock{mutex_};
    changed_.wait_until(lock, until, [&] { return members_.epoch() != epoch || !running(); });
  }
  [[nodiscard]] Stats stats() const {
    Stats stats;
    for (std::size_t i = 0; i < counter_count; ++i) {
      stats.counters[i] = counters_[static_cast<Counter>(i)];
    }
    const auto values = gauges(stats);
    for (std::size_t i = 0; i < values.size(); ++i) {
      *values[i] = gauges_[i].load(std::memory_order_relaxed);
    }
    stats.body = body_;
    return stats;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Members members_;
  Counters counters_;
  std::array<std::atomic<std::uint64_t>, gauge_count> gauges_{};
  std::atomic<bool> running_{false};
  MemberIndex self_;       // set once, before anybody else knows of this node
  std::string_view body_;  // a literal
};

}  // namespace gossipod::cluster
