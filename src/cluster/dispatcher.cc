#include "cluster/dispatcher.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace gossipod::cluster {

// Shared with the thread, which may outlive the dispatcher by one task.
struct Dispatcher::State {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> tasks;
  std::thread thread;
  bool stopping = false;

  void post(const std::shared_ptr<State>& self, std::function<void()> task) {
    const std::lock_guard lock{mutex};
    if (stopping) return;
    tasks.push_back(std::move(task));
    if (!thread.joinable()) thread = std::thread{[self] { self->run(); }};
    changed.notify_one();
  }

  void run() {
    std::unique_lock lock{mutex};
    while (true) {
      changed.wait(lock, [&] { return stopping || !tasks.empty(); });
      if (stopping) return;
      {
        const std::function<void()> task = std::move(tasks.front());
        tasks.pop_front();
        lock.unlock();
        task();
      }  // destroyed without the lock: what it kept may be the last of something
      lock.lock();
    }
  }
};

Dispatcher::Dispatcher() : state_{std::make_shared<State>()} {}

Dispatcher::~Dispatcher() {
  std::deque<std::function<void()>> dropped;
  std::thread thread;
  {
    const std::lock_guard lock{state_->mutex};
    state_->stopping = true;
    dropped.swap(state_->tasks);
    thread.swap(state_->thread);
    state_->changed.notify_all();
  }
  if (!thread.joinable()) return;
  if (thread.get_id() == std::this_thread::get_id()) {
    thread.detach();
  } else {
    thread.join();
  }
}

std::function<void(std::function<void()>)> Dispatcher::executor() const {
  // Not owned: a thread that owned itself would never end.
  return [weak = std::weak_ptr<State>{state_}](std::function<void()> task) {
    if (const auto state = weak.lock()) state->post(state, std::move(task));
  };
}

}  // namespace gossipod::cluster
