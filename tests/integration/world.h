// What the tests with real sockets share: the body they run on, short timings, and waiting for
// conditions, never for time.
#pragma once

#include <gossipod/gossipod.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/body.h"

namespace gossipod::test {

using namespace std::chrono_literals;

// Longer than anything should take on a busy machine.
inline constexpr Duration patience = 60s;

// On loopback, on a free port, with timings for a test.
inline ConfigBuilder quick(std::string_view name) {
  ConfigBuilder builder;
  builder.with_name(name)
      .with_addr("127.0.0.1")
      .with_port(0)
      .with_body(body())
      .with_network_type(NetworkType::local)
      .with_probing_interval(200ms)
      .with_ack_timeout(80ms)
      .with_indirect_ack_timeout(160ms)
      .with_suspicious_timeout(400ms)
      .with_suspicion_max_multiplier(2)
      .with_gossip_interval(20ms);
  return builder;
}

inline Config built(const ConfigBuilder& builder) {
  const auto config = builder.build();
  EXPECT_TRUE(config) << (config ? "" : to_string(config.error()));
  return config ? *config : Config{};
}

inline Gossipod started(const Config& config, Parts parts = {}) {
  auto node = Gossipod::start(config, std::move(parts));
  EXPECT_TRUE(node) << (node ? "" : to_string(node.error()));
  return *std::move(node);  // ends the test program if there is none
}

inline Host hosted() {
  auto host = Host::start(body());
  EXPECT_TRUE(host) << (host ? "" : to_string(host.error()));
  return *std::move(host);  // ends the test program if there is none
}

inline std::string address(const Gossipod& node) { return to_string(node.local_endpoint()); }

// True as soon as the condition holds; false when patience is over.
inline bool eventually(const std::function<bool()>& holds, Duration longest = patience) {
  const auto until = std::chrono::steady_clock::now() + longest;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(1ms);  // between two looks, not instead of one
  }
  return true;
}

// Events until one of that kind about that member; the others are passed over.
inline bool sees(Gossipod& node, Event::Kind kind, std::string_view member) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until) {
    const auto event = node.next_event(1s);
    if (event && event->kind == kind && event->member.name == member) return true;
  }
  return false;
}

// Keeps all events, and lets others wait for some.
class Recorder final : public EventHandler {
 public:
  void on_event(const Event& event) override {
    {
      const std::lock_guard lock{mutex_};
      events_.push_back(event);
      changed_.notify_all();
    }
    EventHandler::on_event(event);
    if (then) then(event);
  }
  [[nodiscard]] std::vector<Event> events() const {
    const std::lock_guard lock{mutex_};
    return events_;
  }
  [[nodiscard]] std::size_t count(Event::Kind kind, std::string_view member = {}) const {
    const std::lock_guard lock{mutex_};
    return count_locked(kind, member);
  }
  bool await(Event::Kind kind, std::string_view member = {}, std::size_t times = 1) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, patience, [&] { return count_locked(kind, member) >= times; });
  }

  void forget() {
    const std::lock_guard lock{mutex_};
    events_.clear();
  }

  std::function<void(const Event&)> then;  // set before the node starts

 private:
  [[nodiscard]] std::size_t count_locked(Event::Kind kind, std::string_view member) const {
    std::size_t found = 0;
    for (const Event& event : events_) {
      found += event.kind == kind && (member.empty() || event.member.name == member);
    }
    return found;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Event> events_;
};

}  // namespace gossipod::test
