#include <gossipod/reactor.h>

#include <utility>

#include "runtime/posix/engine_core.h"
#include "runtime/posix/handles.h"

namespace gossipod::runtime {

class SocketEngine::Impl final : public EngineCore {
 public:
  using EngineCore::EngineCore;
};

SocketEngine::SocketEngine(Reactor& reactor) : impl_{std::make_shared<Impl>(reactor)} {}
SocketEngine::~SocketEngine() { impl_->shut(); }

Result<std::unique_ptr<Link>> SocketEngine::attach(const LinkOptions& options, Sink& sink) {
  return hand_out(impl_->attach(options, sink));
}

std::unique_ptr<Loop::Turns> SocketEngine::drive(Sink& sink) {
  return std::make_unique<DrivenHandle>(impl_->drive(sink));
}

TimePoint SocketEngine::now() const { return impl_->now(); }
void SocketEngine::reschedule(Sink& sink) { impl_->reschedule(sink); }

Result<void> SocketEngine::watch(int descriptor, Loop::Interest interest,
                                 std::function<void(Loop::Interest)> ready) {
  return impl_->watch(descriptor, interest, std::move(ready));
}
void SocketEngine::unwatch(int descriptor) { impl_->unwatch(descriptor); }

Entropy& SocketEngine::entropy() { return impl_->entropy(); }
bool SocketEngine::post(std::function<void()> task) { return impl_->post(std::move(task)); }
// Held for the call: a task or a sink may destroy the engine.
void SocketEngine::run_tasks() {
  const auto impl = impl_;
  impl->run_tasks();
}
void SocketEngine::on_timer() {
  const auto impl = impl_;
  impl->on_timer();
}

}  // namespace gossipod::runtime
