// Crowd: one production machine among puppets, which answer its pings and say nothing else unless
// they are told to. For what one member does in a group of a given size, to the nanosecond.
//
// Threads: one. No chance but the machine's own dice.
#pragma once

#include <gossipod/swim/node.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gossipod::theory {

class Crowd {
 public:
  // The machine and `members` - 1 puppets "p0", "p1", ..., of which it has told everybody.
  Crowd(std::size_t members, Config config);

  void run_for(Duration span);
  // Until it happens, or an hour is over.
  void run_until(const std::function<bool()>& happened);
  void alive(std::string_view name, std::uint32_t incarnation);
  void suspect(std::string_view name, std::uint32_t incarnation, std::string_view from);
  void say_everything();  // until there is nothing left to tell
  void ignore(std::string_view name) { deaf_.insert(std::string{name}); }

  [[nodiscard]] TimePoint now() const { return now_; }
  [[nodiscard]] std::uint32_t health() const;

  // For every message it sends, every event, every stream it wants.
  std::function<void(const Endpoint& to, const wire::Message&)> on_sent;
  std::function<void(const swim::Event&)> on_event;
  std::function<void()> on_stream;

 private:
  void collect();

  std::shared_ptr<swim::IdentityPool> pool_ = std::make_shared<swim::IdentityPool>(7);
  Counters counters_;
  TimePoint now_{std::chrono::hours{1}};
  swim::Node node_;
  std::set<std::string, std::less<>> deaf_;
  std::vector<std::uint8_t> scratch_;
};

}  // namespace gossipod::theory
