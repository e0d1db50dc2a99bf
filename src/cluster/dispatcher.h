// Dispatcher: a thread that runs tasks in the order given: the handlers of all nodes of a loop. It
// begins with the first task, for many a node has no handler.
//
// Threads: any. It may be destroyed by one of its own tasks: that is the last one it runs.
#pragma once

#include <functional>
#include <memory>

namespace gossipod::cluster {

class Dispatcher {
 public:
  Dispatcher();
  // Tasks that have not begun are dropped.
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // Puts tasks into this dispatcher, and nowhere once it is gone.
  [[nodiscard]] std::function<void(std::function<void()>)> executor() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace gossipod::cluster
