// PollReactor: a loop of your own, as the sockets of a node see it, here on poll(2). It is all you
// have to write for another kind of loop.
//
// Threads: one.
#pragma once

#include <gossipod/reactor.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using gossipod::Result;
using std::chrono::steady_clock;

class PollReactor final : public gossipod::runtime::Reactor {
 public:
  Result<std::unique_ptr<Watch>> watch(int descriptor, Waiter& waiter) override {
    entries_.push_back(std::make_shared<Entry>(Entry{descriptor, &waiter}));
    return std::unique_ptr<Watch>{std::make_unique<PollWatch>(entries_.back())};
  }
  void wake_at(steady_clock::time_point at) override { wake_ = at; }

  void turn(gossipod::runtime::SocketEngine& engine) {  // one pass of the loop
    std::erase_if(entries_, [](const auto& entry) { return entry->waiter == nullptr; });
    std::vector<pollfd> ready;
    for (const auto& entry : entries_) ready.push_back({entry->descriptor, entry->wanted, 0});
    const auto wait = std::clamp<steady_clock::duration>(wake_ - steady_clock::now(), 0s, 1s);
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
    ::poll(ready.data(), ready.size(), static_cast<int>(milliseconds));
    for (std::size_t i = 0; i < ready.size(); ++i) {  // whoever is called may watch more, or less
      const auto entry = entries_[i];
      const bool broken = (ready[i].revents & ~(POLLIN | POLLOUT)) != 0;
      const short got = entry->wanted & (broken ? short{POLLIN | POLLOUT} : ready[i].revents);
      entry->wanted &= static_cast<short>(~got);  // each wish is for one call
      if (got != 0) entry->waiter->on_ready((got & POLLIN) != 0, (got & POLLOUT) != 0);
    }
    if (wake_ > steady_clock::now()) return;
    wake_ = steady_clock::time_point::max();
    engine.on_timer();
  }

 private:
  struct Entry {
    int descriptor;
    Waiter* waiter;  // null: nobody waits any more
    short wanted = 0;
  };
  struct PollWatch final : Watch {
    explicit PollWatch(std::shared_ptr<Entry> watched) : entry{std::move(watched)} {}
    ~PollWatch() override { *entry = {-1, nullptr}; }
    void want_read() override { entry->wanted |= POLLIN; }
    void want_write() override { entry->wanted |= POLLOUT; }
    std::shared_ptr<Entry> entry;
  };
  std::vector<std::shared_ptr<Entry>> entries_;
  steady_clock::time_point wake_ = steady_clock::time_point::max();
};
