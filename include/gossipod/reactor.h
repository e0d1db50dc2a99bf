// Reactor and SocketEngine: sockets for any loop that can tell when a descriptor is ready. Asio is
// one; an event loop of your own can be another: implement Reactor, and a Loop that hands each call
// to the engine (asio.h is short, and shows how). The engine has the links, the sockets and the
// order of a turn; the reactor only waits.
//
// Threads: the loop's, except SocketEngine::post().
#pragma once

#include <gossipod/error.h>
#include <gossipod/export.h>
#include <gossipod/link.h>
#include <gossipod/loop.h>
#include <gossipod/time.h>

#include <chrono>
#include <functional>
#include <memory>

namespace gossipod::runtime {

class Reactor {
 public:
  class Waiter {
   public:
    virtual ~Waiter() = default;
    // A broken descriptor is ready for whatever was asked.
    virtual void on_ready(bool readable, bool writable) = 0;
  };

  // One descriptor that is waited for. Destroying it ends that, with no further call; it does not
  // close the descriptor, and happens before that is closed. May happen within on_ready().
  class Watch {
   public:
    virtual ~Watch() = default;
    // Each asks for one call, at once if it is ready already, but never from in here.
    virtual void want_read() = 0;
    virtual void want_write() = 0;
  };

  virtual ~Reactor() = default;
  virtual Result<std::unique_ptr<Watch>> watch(int descriptor, Waiter& waiter) = 0;
  // Asks for one SocketEngine::on_timer(); takes the place of what was asked before.
  virtual void wake_at(std::chrono::steady_clock::time_point at) = 0;
  // Nothing is to be waited for: what was asked is void. Waking all the same does no harm; but a
  // loop that ends by itself when it has nothing left to do ends sooner if the reactor forgets it.
  virtual void wake_never() {}
};

class GOSSIPOD_EXPORT SocketEngine {
 public:
  explicit SocketEngine(Reactor& reactor);  // outlives the engine
  ~SocketEngine();                          // links that are left are deaf and dumb from now on
  SocketEngine(const SocketEngine&) = delete;
  SocketEngine& operator=(const SocketEngine&) = delete;

  // As in Loop.
  [[nodiscard]] Result<std::unique_ptr<Link>> attach(const LinkOptions& options, Sink& sink);
  [[nodiscard]] std::unique_ptr<Loop::Turns> drive(Sink& sink);
  [[nodiscard]] TimePoint now() const;
  void reschedule(Sink& sink);
  Result<void> watch(int descriptor, Loop::Interest interest,
                     std::function<void(Loop::Interest)> ready);
  void unwatch(int descriptor);
  [[nodiscard]] Entropy& entropy();

  // Any thread. True if run_tasks() is not yet on its way, and has to be called soon.
  [[nodiscard]] bool post(std::function<void()> task);
  void run_tasks();
  void on_timer();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace gossipod::runtime
