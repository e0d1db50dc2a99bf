// LoopCore: what the links of one loop share, whatever waits for their sockets: time, deadlines,
// tasks, closed streams, and the descriptors of others.
//
// Threads: the loop's, except post(). Held by shared pointers, so that a task may destroy the loop
// that runs it.
#pragma once

#include <gossipod/loop.h>
#include <gossipod/reactor.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/deadline_heap.h"
#include "runtime/fork_mark.h"
#include "runtime/posix/lingerers.h"
#include "runtime/posix/link_core.h"
#include "runtime/posix/sockets.h"
#include "runtime/posix/turnable.h"

namespace gossipod::runtime {

class ForeignWatch;

class LoopCore : public std::enable_shared_from_this<LoopCore> {
 public:
  explicit LoopCore(Reactor& reactor);  // which waits
  virtual ~LoopCore();
  LoopCore(const LoopCore&) = delete;
  LoopCore& operator=(const LoopCore&) = delete;
  // The loop ends: tasks are dropped, links detached.
  void shut();

  // --- Time. Within a turn it stands still.
  [[nodiscard]] TimePoint now() const { return turns_ > 0 ? now_ : read_clock(); }
  class Turn;                                  // while one exists, a turn is on
  [[nodiscard]] TimePoint read_clock() const;  // within a turn, too

  // --- Links
  std::shared_ptr<Turnable> drive(Sink& sink);
  void forget(Turnable& link);
  void reschedule(Sink& sink);
  void schedule(Turnable& link);  // its due() may have changed
  void on_timer();
  // Gives a turn to each link that is due, once.
  void run_due();
  [[nodiscard]] TimePoint next_deadline() const { return deadlines_.next(); }

  // --- Tasks
  bool post(std::function<void()> task);
  void run_tasks();

  // --- Descriptors of others
  Result<void> watch(int descriptor, Loop::Interest interest,
                     std::function<void(Loop::Interest)> ready);
  void unwatch(int descriptor);

  // In the child of a process that forked no link has a turn: what it would take, the parent would
  // miss.
  [[nodiscard]] bool forked() const { return mark_.forked(); }

  // --- Shared by the links
  static constexpr std::size_t stream_buffer_bytes = 64 << 10;
  [[nodiscard]] Reactor& reactor() { return reactor_; }
  [[nodiscard]] MutableBytes stream_buffer() { return {stream_buffer_.get(), stream_buffer_bytes}; }
  [[nodiscard]] Entropy& entropy() { return *entropy_; }
  // A closed stream with something left to send.
  // False if another one had to make room.
  bool linger(const std::shared_ptr<Stream>& stream);
  void reschedule_lingerers();

 protected:
  // Opens the sockets; `make` makes the link of them, in that slot.
  template <class Make>
  Result<std::shared_ptr<LinkCore>> enter_link(const LinkOptions& options, Sink& sink, Make make) {
    auto sockets = open_sockets(options);
    if (!sockets) return sockets.error();
    std::shared_ptr<LinkCore> link = make(std::move(*sockets), take_slot());
    enter(*link, sink);
    if (auto started = link->start(); !started) {
      link->detach();
      return started.error();
    }
    schedule(*link);
    return link;
  }

 private:
  static constexpr std::uint32_t lingerers_slot = 0;

  void arm();
  [[nodiscard]] std::uint32_t take_slot();
  void enter(Turnable& link, Sink& sink);

  Reactor& reactor_;
  ForkMark mark_;
  std::chrono::steady_clock::time_point start_;
  TimePoint now_{};
  int turns_ = 0;  // one within another: a task may turn the loop
  bool closed_ = false;

  DeadlineHeap deadlines_;        // by slot
  TimePoint armed_ = never;       // what the reactor was asked for
  std::vector<Turnable*> links_;  // by slot; slot 0 is the lingerers'
  std::vector<std::uint32_t> free_slots_;
  std::vector<std::shared_ptr<Turnable>> due_;        // scratch of on_timer
  std::unordered_map<const Sink*, Turnable*> sinks_;  // only searched

  std::unique_ptr<std::uint8_t[]> stream_buffer_;
  Lingerers lingerers_;
  std::unique_ptr<Entropy> entropy_;
  std::map<int, std::shared_ptr<ForeignWatch>> foreign_;

  std::mutex mutex_;  // of posted_, the only thing other threads touch
  std::vector<std::function<void()>> posted_;
  std::deque<std::function<void()>> tasks_;
};

// A turn is on: the clock was read. Also keeps the core alive.
class LoopCore::Turn {
 public:
  explicit Turn(LoopCore& core) : core_{core.shared_from_this()} {
    core.now_ = core.read_clock();
    ++core.turns_;
  }
  ~Turn() { --core_->turns_; }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  std::shared_ptr<LoopCore> core_;
};

}  // namespace gossipod::runtime
