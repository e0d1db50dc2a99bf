// LoopContext: what the nodes of one loop share: identities, the memory of a turn, the thread of
// their handlers; and the way into the loop from other threads.
//
// Threads: post(), forked() and why_not() on any, everything else on the loop's. Ownership: the
// nodes' faces and the host keep the context, the context keeps the loop; what runs on the loop
// never keeps the context, or a loop could be destroyed by its own turn.
#pragma once

#include <gossipod/loop.h>
#include <gossipod/session/session.h>
#include <gossipod/swim/identity.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "cluster/dispatcher.h"
#include "cluster/why_portable.h"
#include "runtime/fork_mark.h"
#include "runtime/turn_buffers.h"

namespace gossipod::cluster {

class NodeCore;

class LoopContext : public std::enable_shared_from_this<LoopContext> {
 public:
  explicit LoopContext(std::shared_ptr<Loop> loop);
  LoopContext(const LoopContext&) = delete;
  LoopContext& operator=(const LoopContext&) = delete;

  // The one of this loop; made if there is none. On the loop's thread.
  [[nodiscard]] static std::shared_ptr<LoopContext> of(const std::shared_ptr<Loop>& loop);

  // Runs the task on the loop's thread, unless the loop has ended: then it says false.
  bool post(std::function<void()> task);
  // This process is a copy of the one that turns the loop: whatever is done here, a lock that some
  // thread of the other had at that moment would be waited for in vain, and what is shared with it,
  // sockets above all, is not ours to touch.
  [[nodiscard]] bool forked() const { return mark_.forked(); }
  // Why post() said false.
  [[nodiscard]] Error why_not() const;
  // No task is accepted any more.
  void refuse_tasks();
  // A thread of ours turns the loop, and this is it. Said before there is any node.
  void set_thread(std::thread::id thread) { thread_.store(thread, std::memory_order_relaxed); }
  [[nodiscard]] bool on_its_thread() const {
    return thread_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  }

  // Said before there is any node.
  void set_why(WhyPortable why) { why_ = std::move(why); }
  [[nodiscard]] const WhyPortable& why() const { return why_; }
  // True once, if this machine refuses the fast body.
  [[nodiscard]] bool warn_of_why() { return std::exchange(why_.refused, false); }

  [[nodiscard]] Loop& loop() { return *loop_; }
  [[nodiscard]] const std::shared_ptr<swim::IdentityPool>& pool() const { return pool_; }
  [[nodiscard]] session::Scratch& scratch() { return scratch_; }
  [[nodiscard]] runtime::TurnBuffers& buffers() { return buffers_; }
  [[nodiscard]] const Dispatcher& dispatcher() const { return dispatcher_; }
  [[nodiscard]] Stats& gauges() { return gauges_; }
  [[nodiscard]] std::uint64_t draw_seed();

  // The nodes that run here.
  [[nodiscard]] std::vector<NodeCore*>& nodes() { return nodes_; }

 private:
  std::shared_ptr<Loop> loop_;
  std::shared_ptr<swim::IdentityPool> pool_;
  session::Scratch scratch_;
  runtime::TurnBuffers buffers_;
  Dispatcher dispatcher_;
  Stats gauges_;  // where a node's gauges are put together
  std::vector<NodeCore*> nodes_;
  WhyPortable why_;
  std::atomic<std::thread::id> thread_;
  runtime::ForkMark mark_;
  std::mutex mutex_;
  bool ended_ = false;
};

}  // namespace gossipod::cluster
