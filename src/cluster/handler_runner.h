// HandlerRunner: calls one node's handler, one event after another, on whatever runs its tasks: the
// dispatcher's thread, the user's executor, or the end of the turn of a loop without a thread.
//
// At most one task of a runner is on its way at any time: that keeps the events in order and the
// handler to one call at a time, whatever the executor does. A task handles a bounded number of
// events and then makes room for other nodes.
//
// Threads: any. Tasks keep the runner, the runner keeps handler and queue.
#pragma once

#include <gossipod/event.h>

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "cluster/event_queue.h"

namespace gossipod::cluster {

using Executor = std::function<void(std::function<void()>)>;

class HandlerRunner : public std::enable_shared_from_this<HandlerRunner> {
 public:
  // `on_failure` is told, on the thread of the handler, what a handler threw.
  HandlerRunner(std::shared_ptr<EventHandler> handler, std::shared_ptr<EventQueue> queue,
                Executor executor, std::function<void(std::string)> on_failure);

  // Something is in the queue.
  void wake();
  // No call begins after this returns, and none goes on but the one it is called from.
  void stop();

 private:
  static constexpr std::size_t events_per_task = 64;
  void run();
  void handle(const Event& event);

  const std::shared_ptr<EventQueue> queue_;
  const Executor executor_;
  const std::function<void(std::string)> on_failure_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::shared_ptr<EventHandler> handler_;
  std::thread::id running_on_;  // none: nowhere
  bool scheduled_ = false;
  bool stopped_ = false;
};

}  // namespace gossipod::cluster
