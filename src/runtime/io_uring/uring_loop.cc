#include "runtime/io_uring/uring_loop.h"

#include <string>
#include <utility>

#include "runtime/io_uring/ring_core.h"
#include "runtime/posix/handles.h"

namespace gossipod::runtime {
namespace {

class UringLoop final : public Loop {
 public:
  explicit UringLoop(std::shared_ptr<RingCore> core) : core_{std::move(core)} {}
  ~UringLoop() override { core_->end(); }
  UringLoop(const UringLoop&) = delete;
  UringLoop& operator=(const UringLoop&) = delete;

  [[nodiscard]] Result<std::unique_ptr<Link>> attach(const LinkOptions& options,
                                                     Sink& sink) override {
    return hand_out(core_->attach(options, sink));
  }
  [[nodiscard]] std::unique_ptr<Turns> drive(Sink& sink) override {
    return std::make_unique<DrivenHandle>(core_->drive(sink));
  }
  [[nodiscard]] TimePoint now() const override { return core_->now(); }
  void turn(Duration longest) override {
    const auto core = core_;  // a task or a sink may destroy the loop
    core->turn(longest);
  }
  void post(std::function<void()> task) override {
    if (core_->post(std::move(task))) core_->wake();
  }
  void reschedule(Sink& sink) override { core_->reschedule(sink); }
  Result<void> watch(int descriptor, Interest interest,
                     std::function<void(Interest)> ready) override {
    return core_->LoopCore::watch(descriptor, interest, std::move(ready));
  }
  void unwatch(int descriptor) override { core_->unwatch(descriptor); }
  [[nodiscard]] Entropy& entropy() override { return core_->entropy(); }
  [[nodiscard]] bool turned_by_caller() const override { return false; }
  [[nodiscard]] std::string_view body() const override { return "io_uring"; }
  [[nodiscard]] std::string features() const override { return core_->features(); }

 private:
  std::shared_ptr<RingCore> core_;
};

}  // namespace

Result<std::unique_ptr<Loop>> make_uring_loop(const RingOptions& options) {
  auto core = RingCore::open(options);
  if (!core) return core.error();
  return std::unique_ptr<Loop>{std::make_unique<UringLoop>(std::move(*core))};
}

}  // namespace gossipod::runtime
