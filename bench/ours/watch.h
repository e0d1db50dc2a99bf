// Watch: when did each node of a cluster hear of the one thing we wait for? Shared by the handlers
// of all nodes, which are called on the host's dispatcher, while the main thread waits.
#pragma once

#include <gossipod/gossipod.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "process.h"

namespace gossipod::bench {

class Watch {
 public:
  // From now on: the first event of that kind whose member is called, whose metadata is or whose
  // message is `wanted`, at each node but the author, who knows it already.
  void expect(Event::Kind kind, std::string_view wanted, std::size_t author);
  // How long after expect() each of those who heard of it did; waits until `nodes` have, at most
  // `patience`.
  [[nodiscard]] std::vector<double> wait(std::size_t nodes, Duration patience);

  [[nodiscard]] std::shared_ptr<EventHandler> handler_of(std::size_t node);

 private:
  class Handler;
  void saw(std::size_t node, const Event& event);

  std::atomic<int> kind_{-1};  // read without the lock: most events are of no interest
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string wanted_;
  std::size_t author_ = 0;
  Clock::time_point since_;
  std::vector<bool> heard_;
  std::vector<double> delays_;
};

}  // namespace gossipod::bench
