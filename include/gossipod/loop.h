// Loop: one thread's waiting, for any number of links: timers, wake-up from other threads, and
// watching descriptors of others.
//
// Threads: all calls from the loop's own thread, except post(). A loop may be turned by a thread of
// ours, by the user's own event loop, or, in virtual time, by whoever waits for something.
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/error.h>
#include <gossipod/link.h>
#include <gossipod/time.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace gossipod::inline v0 {

struct LinkOptions {
  Endpoint bind;  // port 0 takes a free one, the same for datagrams and streams
  std::size_t socket_buffer_bytes = 2 << 20;
};

// Randomness for nonces and seeds, from the loop's kind of world: the operating system's generator,
// or, in virtual time, a seed.
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void fill(MutableBytes out) noexcept = 0;
};

class Loop {
 public:
  virtual ~Loop() = default;

  // Binds. address_in_use or system: nothing was bound. The sink must outlive the link.
  [[nodiscard]] virtual Result<std::unique_ptr<Link>> attach(const LinkOptions& options,
                                                             Sink& sink) = 0;

  // Turns for a sink whose link is not of this loop's making: Sink::on_turn when its deadline has
  // come, until what is returned is destroyed. What such a link delivers it delivers on the loop's
  // thread, with now(), and then calls reschedule().
  class Turns {
   public:
    virtual ~Turns() = default;
  };
  [[nodiscard]] virtual std::unique_ptr<Turns> drive(Sink& sink) = 0;

  // The time of the current turn; read from the clock once a turn.
  [[nodiscard]] virtual TimePoint now() const = 0;
  // Waits at most that long for something to happen, and handles what did.
  virtual void turn(Duration longest) = 0;
  // Runs the task on the loop's thread, in the order of posting, soon, never inside this call. Any
  // thread. Tasks still waiting when the loop is destroyed are destroyed without being run.
  virtual void post(std::function<void()> task) = 0;
  // The sink's next_deadline() may have changed outside of its own calls.
  virtual void reschedule(Sink& sink) = 0;

  // Calls `ready` on this thread whenever the descriptor is readable or writable, until unwatched.
  struct Interest {
    bool read = false;
    bool write = false;
  };
  virtual Result<void> watch(int descriptor, Interest interest,
                             std::function<void(Interest)> ready) = 0;
  virtual void unwatch(int descriptor) = 0;
  // False: watch() always fails here, so it need not be tried.
  [[nodiscard]] virtual bool can_watch() const { return true; }

  [[nodiscard]] virtual Entropy& entropy() = 0;
  // True if no thread turns this loop, so that a blocking call has to turn it itself (virtual
  // time).
  [[nodiscard]] virtual bool turned_by_caller() const = 0;
  [[nodiscard]] virtual std::string_view body() const = 0;  // "asio", "io_uring", "virtual"
  // What it uses of its kernel that not every kernel has, in words; for the log.
  [[nodiscard]] virtual std::string features() const { return {}; }

  // What the nodes on this loop share: theirs; to be touched on the loop's thread only.
  [[nodiscard]] std::weak_ptr<void>& attachment() { return attachment_; }

 private:
  std::weak_ptr<void> attachment_;
};

// Makes the link of one node on that loop, on its thread: a transport of your own. `options.bind`
// is an address in whatever sense your transport gives to it. An error: the node is not started.
using LinkFactory = std::function<Result<std::unique_ptr<Link>>(
    Loop& loop, const LinkOptions& options, Sink& sink)>;

}  // namespace gossipod::inline v0
