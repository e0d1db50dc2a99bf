// Gossipod::Impl: the face of one node: turns calls from any thread into commands on the loop's,
// and waits for their outcomes.
//
// On a loop that nobody turns but its callers, whoever waits turns it.
#pragma once

#include <gossipod/gossipod.h>

#include <functional>
#include <memory>
#include <utility>

#include "cluster/loop_context.h"
#include "cluster/loop_thread.h"
#include "cluster/node_core.h"
#include "cluster/seeds.h"
#include "cluster/waiter.h"

namespace gossipod::inline v0 {

class Gossipod::Impl {
 public:
  // A command that can take no time worth naming still has to wait for its turn.
  static constexpr Duration answer_longest = std::chrono::minutes{1};

  // On a loop of our own, whose context is known, or on one that was brought along.
  static Result<Gossipod> start(const Config& config, const Parts& parts,
                                const std::shared_ptr<cluster::LoopContext>& context,
                                std::unique_ptr<cluster::LoopThread> thread);
  static Result<Gossipod> start_on(const Config& config, const Parts& parts);
  ~Impl();

  void stop();

  // Runs `command` on the loop's thread, with a function for its result, and waits for that.
  template <class T>
  Result<T> ask(Duration longest,
                std::function<void(cluster::NodeCore&, std::function<void(Result<T>)>)> command);
  // The same for what has no result but its outcome.
  Result<void> tell(Duration longest,
                    std::function<void(cluster::NodeCore&, cluster::NodeCore::Done)> command);
  using KeyChange = Result<void> (session::Keys::*)(Bytes);
  Result<void> change_keys(Bytes key, KeyChange change);

  // Any thread: `command` on the loop's. False: the loop has ended.
  bool post(std::function<void(cluster::NodeCore&)> command);
  // Any thread, any time later: the node forgets those who no longer wait.
  [[nodiscard]] std::function<void()> sweeper() const;
  [[nodiscard]] std::vector<cluster::Seed> parse(std::span<const std::string> seeds) const;
  Result<JoinReport> join(std::span<const std::string> seeds, const JoinOptions& options);
  Result<Members> wait_until(const std::function<bool(const Members&)>& holds, Duration longest);

  [[nodiscard]] cluster::NodeCore& core() { return *core_; }
  [[nodiscard]] Loop& loop() { return context_->loop(); }
  // True in the child of a process that forked: there this does nothing, and says so.
  [[nodiscard]] bool forked() const { return context_->forked(); }
  // Why post() said false.
  [[nodiscard]] Error why_not() const { return context_->why_not(); }

 private:
  struct Opened {
    std::shared_ptr<cluster::LoopContext> context;
    std::shared_ptr<cluster::NodeCore> core;
  };
  Impl(Opened opened, std::unique_ptr<cluster::LoopThread> thread)
      : context_{std::move(opened.context)},
        core_{std::move(opened.core)},
        thread_{std::move(thread)} {}

  static Result<Gossipod> finish_start(Result<Opened> opened,
                                       std::unique_ptr<cluster::LoopThread> thread);

  std::shared_ptr<cluster::LoopContext> context_;
  std::shared_ptr<cluster::NodeCore> core_;
  std::unique_ptr<cluster::LoopThread> thread_;  // none: the host's, or the user's business
};

template <class T>
Result<T> Gossipod::Impl::ask(
    Duration longest,
    std::function<void(cluster::NodeCore&, std::function<void(Result<T>)>)> command) {
  auto waiter = std::make_shared<cluster::Waiter<T>>();
  const bool posted = post([waiter, command = std::move(command)](cluster::NodeCore& core) {
    command(core, [waiter](Result<T> result) { waiter->set(std::move(result)); });
  });
  if (!posted) return why_not();
  cluster::wait_on(loop(), *waiter, longest);
  return waiter->take();
}

}  // namespace gossipod::inline v0
