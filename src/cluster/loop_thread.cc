#include "cluster/loop_thread.h"

#include <gossipod/assert.h>

#include <chrono>
#include <utility>

namespace gossipod::cluster {

LoopThread::LoopThread(std::shared_ptr<LoopContext> context)
    : context_{std::move(context)}, thread_{[this] { run(); }} {
  context_->set_thread(thread_.get_id());
}

LoopThread::~LoopThread() { stop(); }

void LoopThread::run() {
  while (!ending_) context_->loop().turn(std::chrono::hours{1});
  // What was posted behind the end runs as well: somebody may be waiting for it.
  context_->refuse_tasks();
  bool drained = false;
  context_->loop().post([&drained] { drained = true; });
  while (!drained) context_->loop().turn(Duration{0});
  // The system gives the ids of ended threads to new ones, and one of those may call the node.
  context_->set_thread({});
}

void LoopThread::stop(std::function<void()> last) {
  GOSSIPOD_ASSERT(!context_->on_its_thread());  // a delegate or an observer calls the node
  const std::lock_guard lock{mutex_};
  if (!thread_.joinable()) return;
  context_->post([this, last = std::move(last)] {
    if (last) last();
    ending_ = true;
  });
  thread_.join();
}

}  // namespace gossipod::cluster
