// Ring: n production machines that know one another, on a network without loss and with one
// latency. Only machines and codec, no sessions: thousands of periods of hundreds of members within
// a second, for the numbers that theory gives and for benchmarks. Streams are refused.
//
// Threads: one. Same seed, same run.
#pragma once

#include <gossipod/swim/node.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <vector>

namespace gossipod::test {

class Ring {
 public:
  // Everybody knows everybody, and has told all of it.
  Ring(std::size_t members, const Config& config, std::uint64_t seed);

  void run_until(TimePoint end);
  void run_for(Duration span) { run_until(now_ + span); }
  // One synchronous round: everybody's deadlines first, then all datagrams that came of them.
  void round(Duration interval);

  // It neither hears nor says anything from now on.
  void silence(std::size_t who);
  void resume(std::size_t who);  // it was stopped for a while
  // It is back, with a newer incarnation, and everybody knows at once.
  void revive(std::size_t who);
  void set_metadata(std::size_t who, std::string_view metadata);
  void forget_what_is_told();  // everybody has told everything

  [[nodiscard]] std::size_t size() const { return machines_.size(); }
  [[nodiscard]] TimePoint now() const { return now_; }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t received() const { return received_; }
  [[nodiscard]] Incarnation incarnation(std::size_t who, std::size_t whom) const;

  // Called for every event, and for every ping on its way.
  std::function<void(std::size_t by, const swim::Event&)> on_event;
  std::function<void(std::size_t from, std::size_t to)> on_ping;

 private:
  struct Datagram {
    TimePoint due;
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::vector<std::uint8_t> bytes;
  };
  struct Deadline {
    TimePoint at;
    std::uint32_t who = 0;
    friend bool operator<(const Deadline& a, const Deadline& b) {
      return a.at != b.at ? a.at > b.at : a.who > b.who;  // the earliest on top
    }
  };
  void introduce(std::size_t who, std::size_t whom, Incarnation incarnation);
  void deliver(const Datagram& datagram);
  void collect(std::size_t who);  // after an input
  void schedule(std::size_t who);

  std::shared_ptr<swim::IdentityPool> pool_;
  std::vector<Counters> counters_;
  std::vector<swim::Node> machines_;
  std::vector<bool> silent_;
  std::vector<TimePoint> scheduled_;
  std::priority_queue<Deadline> deadlines_;
  std::deque<Datagram> flying_;
  std::vector<std::uint8_t> scratch_;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  TimePoint now_{std::chrono::hours{1}};
};

}  // namespace gossipod::test
