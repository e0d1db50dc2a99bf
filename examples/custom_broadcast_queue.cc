// custom_broadcast_queue: a queue of your own for what is broadcast. This one keeps one message for
// each key: a newer reading of a sensor takes the place of the older one, which nobody wants any
// more, and goes first.
#include <gossipod/gossipod.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

using gossipod::Bytes;
using gossipod::Gossipod;
using gossipod::Result;
using namespace std::chrono_literals;

// "temperature=21": the key is what is before the "=".
class NewestOnly final : public gossipod::UserBroadcasts {
 public:
  // How often each message is told. For a cluster that may be large take retransmit_multiplier *
  // log10(members + 1): nobody but us counts.
  explicit NewestOnly(int times) : times_{times} {}

  // add() is called by the node on its thread, as all of these are: no lock is needed.
  Result<void> add(std::string_view message) noexcept override {
    if (message.size() > longest) {
      return gossipod::Error{gossipod::Errc::too_large, "message", "at most 1000 bytes"};
    }
    const std::string_view key = key_of(message);
    waiting_.remove_if([&](const Waiting& old) { return key_of(old.text) == key; });
    waiting_.push_front({std::string{message}, times_});
    next_ = waiting_.end();  // it may have stood at one that is gone
    return {};
  }

  // Each message goes into a packet at most once, so we walk through the list once for each packet.
  void begin_packet() noexcept override { next_ = waiting_.begin(); }

  Bytes next(std::size_t room) noexcept override {
    while (next_ != waiting_.end()) {
      const auto told = next_++;
      if (told->text.size() > room) continue;  // in another packet
      // What is returned must stay until the next call, even if it was told for the last time.
      last_ = told->text;
      if (--told->times == 0) waiting_.erase(told);
      return gossipod::as_bytes(last_);
    }
    return {};
  }

 private:
  static constexpr std::size_t longest = 1000;
  static std::string_view key_of(std::string_view text) { return text.substr(0, text.find('=')); }

  struct Waiting {
    std::string text;
    int times;
  };
  int times_;
  std::list<Waiting> waiting_;
  std::list<Waiting>::iterator next_ = waiting_.end();
  std::string last_;
};

// Remembers the last reading.
class Display final : public gossipod::EventHandler {
 public:
  void on_message(const gossipod::Endpoint& /*from*/, std::string_view data) override {
    const std::lock_guard lock{mutex_};
    last_ = data;
    ++heard_;
    changed_.notify_all();
  }
  bool await(std::string_view reading, std::chrono::seconds longest) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, longest, [&] { return last_ == reading; });
  }
  int heard() {
    const std::lock_guard lock{mutex_};
    return heard_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string last_;
  int heard_ = 0;
};

Result<Gossipod> start(std::string_view name, gossipod::Parts parts) {
  const auto config = gossipod::ConfigBuilder{}
                          .with_name(name)
                          .with_port(0)
                          .with_network_type(gossipod::NetworkType::local)
                          .build();
  if (!config) return config.error();
  return Gossipod::start(*config, std::move(parts));
}

int main() {
  gossipod::Parts of_sensor;
  of_sensor.user_broadcasts = std::make_shared<NewestOnly>(3);
  auto sensor = start("sensor", of_sensor);
  if (!sensor) return gossipod::report(sensor.error());

  const auto display = std::make_shared<Display>();
  gossipod::Parts of_display;
  of_display.handler = display;
  auto wall = start("wall", of_display);
  if (!wall) return gossipod::report(wall.error());
  if (auto joined = wall->join({to_string(sensor->local_endpoint())}, 10s); !joined) {
    return gossipod::report(joined.error());
  }

  constexpr int readings = 1000;
  std::string reading;
  for (int i = 1; i <= readings; ++i) {
    reading = "temperature=" + std::to_string(i);
    if (auto told = sensor->broadcast(reading); !told) return gossipod::report(told.error());
  }
  if (!display->await(reading, 30s)) {
    std::puts("the last reading has not come");
    return 1;
  }
  std::printf("the wall shows %s\n", reading.c_str());
  std::printf("most of the older readings were never sent: %s\n",
              display->heard() < readings / 2 ? "yes" : "no");
  const auto refused = sensor->broadcast(std::string(2000, 'x'));
  std::printf("a long one: %s\n", refused ? "sent" : to_string(refused.error()).c_str());
}
