// LoopThread: a thread that turns a loop until it is stopped.
//
// Threads: any, but not the loop's own. Everything that was posted before the end is run.
#pragma once

#include <gossipod/loop.h>

#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "cluster/loop_context.h"

namespace gossipod::cluster {

class LoopThread {
 public:
  explicit LoopThread(std::shared_ptr<LoopContext> context);
  ~LoopThread();
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  // Idempotent. `last` runs on the loop's thread before it ends, the first time.
  void stop(std::function<void()> last = {});

 private:
  void run();

  std::shared_ptr<LoopContext> context_;
  bool ending_ = false;  // the loop's thread
  std::mutex mutex_;     // of thread_
  std::thread thread_;
};

}  // namespace gossipod::cluster
