#include <gossipod/reactor.h>

#include <utility>

#include "runtime/posix/engine_core.h"
#include "runtime/posix/socket_link.h"

namespace gossipod::runtime {
namespace {

// What the owner of a link holds; the link itself may be in the middle of a turn when it goes.
class LinkHandle final : public Link {
 public:
  explicit LinkHandle(std::shared_ptr<SocketLink> link) : link_{std::move(link)} {}
  ~LinkHandle() override { link_->detach(); }
  LinkHandle(const LinkHandle&) = delete;
  LinkHandle& operator=(const LinkHandle&) = delete;

  [[nodiscard]] Endpoint local() const override { return link_->local(); }
  [[nodiscard]] std::size_t datagram_bytes_max() const override { return 65'507; }
  [[nodiscard]] bool secured() const override { return false; }
  std::size_t send(std::span<const TxDatagram> batch) override { return link_->send(batch); }
  void open(StreamId stream, const Peer& to) override { link_->open(stream, to.endpoint); }
  void write(StreamId stream, SharedBytes bytes) override {
    link_->write(stream, std::move(bytes));
  }
  void finish(StreamId stream) override { link_->finish(stream); }
  void close(StreamId stream) override { link_->close(stream); }
  void reset(StreamId stream) override { link_->reset(stream); }
  void pause(StreamId stream, bool paused) override { link_->pause(stream, paused); }

 private:
  std::shared_ptr<SocketLink> link_;
};

class DrivenHandle final : public Loop::Turns {
 public:
  explicit DrivenHandle(std::shared_ptr<Turnable> driven) : driven_{std::move(driven)} {}
  ~DrivenHandle() override { driven_->detach(); }
  DrivenHandle(const DrivenHandle&) = delete;
  DrivenHandle& operator=(const DrivenHandle&) = delete;

 private:
  std::shared_ptr<Turnable> driven_;
};

}  // namespace

class SocketEngine::Impl final : public EngineCore {
 public:
  using EngineCore::EngineCore;
};

SocketEngine::SocketEngine(Reactor& reactor) : impl_{std::make_shared<Impl>(reactor)} {}
SocketEngine::~SocketEngine() { impl_->shut(); }

Result<std::unique_ptr<Link>> SocketEngine::attach(const LinkOptions& options, Sink& sink) {
  auto attached = impl_->attach(options, sink);
  if (!attached) return attached.error();
  return std::unique_ptr<Link>{std::make_unique<LinkHandle>(std::move(*attached))};
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
