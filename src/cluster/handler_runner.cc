#include "cluster/handler_runner.h"

#include <exception>
#include <utility>

#include "cluster/handler_call.h"

namespace gossipod::cluster {

HandlerRunner::HandlerRunner(std::shared_ptr<EventHandler> handler,
                             std::shared_ptr<EventQueue> queue, Executor executor,
                             std::function<void(std::string)> on_failure)
    : queue_{std::move(queue)},
      executor_{std::move(executor)},
      on_failure_{std::move(on_failure)},
      handler_{std::move(handler)} {}

void HandlerRunner::wake() {
  {
    const std::lock_guard lock{mutex_};
    if (stopped_ || scheduled_) return;
    scheduled_ = true;
  }
  // Without the lock: an executor may run the task at once.
  executor_([self = shared_from_this()] { self->run(); });
}

void HandlerRunner::run() {
  {
    const std::lock_guard lock{mutex_};
    if (stopped_) return;
    running_on_ = std::this_thread::get_id();
  }
  bool more = true;
  for (std::size_t i = 0; more && i < events_per_task; ++i) {
    const auto event = queue_->pop();
    more = event.has_value();
    if (more) handle(*event);
    const std::lock_guard lock{mutex_};
    more = more && !stopped_;
  }
  {
    const std::lock_guard lock{mutex_};
    running_on_ = {};
    scheduled_ = false;
    idle_.notify_all();
  }
  // Also for what came between the last look into the queue and the end of this task.
  if (queue_->size() > 0) wake();
}

void HandlerRunner::handle(const Event& event) {
  // stop() lets go of the handler, perhaps in this very call.
  std::shared_ptr<EventHandler> handler;
  {
    const std::lock_guard lock{mutex_};
    if (stopped_) return;
    handler = handler_;
  }
#if defined(__cpp_exceptions)
  try {
    handler->on_event(event);
  } catch (const std::exception& error) {
    on_failure_(error.what());
  } catch (...) {
    on_failure_("something that is no std::exception");
  }
#else
  call_handler(*handler, event);
#endif
}

void HandlerRunner::stop() {
  std::shared_ptr<EventHandler> handler;  // destroyed without the lock: it is the user's code
  std::unique_lock lock{mutex_};
  stopped_ = true;
  if (running_on_ != std::this_thread::get_id()) {
    idle_.wait(lock, [&] { return running_on_ == std::thread::id{}; });
  }
  handler = std::move(handler_);
  lock.unlock();
}

}  // namespace gossipod::cluster
