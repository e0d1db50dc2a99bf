// AsioLoop: a gossipod loop on standalone Asio; on an io_context of its own, or on yours. Nothing
// but this file knows Asio, and it is compiled by you: whatever version and options of Asio you
// use, you and gossipod use the same.
//
// On your io_context: its thread is the loop's thread (exactly one may run it), and it must outlive
// the loop. Needs the Asio headers; your build must find them.
//
// Threads: as for Loop. Waiting again allocates nothing: Asio recycles the memory of a handler when
// the next one is made within it, and the timer's have room of their own.
#pragma once

#if !defined(ASIO_STANDALONE)
#define ASIO_STANDALONE
#endif

#include <gossipod/handler_memory.h>
#include <gossipod/loop.h>
#include <gossipod/reactor.h>

#include <algorithm>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/basic_stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

// The library's own copy of this class calls its namespace differently, so that it cannot be mixed
// up with yours.
#if !defined(GOSSIPOD_ASIO_NAMESPACE)
#define GOSSIPOD_ASIO_NAMESPACE asio_face
#endif

namespace gossipod::inline v0 {
inline namespace GOSSIPOD_ASIO_NAMESPACE {

class AsioReactor final : public runtime::Reactor {
 public:
  AsioReactor(asio::io_context& context, std::function<void()> on_timer)
      : context_{context}, alarm_{std::make_shared<Alarm>(context, std::move(on_timer))} {}
  ~AsioReactor() override {
    alarm_->on_timer = nullptr;
    alarm_->timer.cancel();
  }
  AsioReactor(const AsioReactor&) = delete;
  AsioReactor& operator=(const AsioReactor&) = delete;

  Result<std::unique_ptr<Watch>> watch(int descriptor, Waiter& waiter) override {
    auto state = std::make_shared<WatchState>(context_, waiter);
    std::error_code failed;
    state->descriptor.assign(descriptor, failed);
    if (failed) return Error{Errc::system, "descriptor", failed.message()};
    return std::unique_ptr<Watch>{std::make_unique<AsioWatch>(std::move(state))};
  }

  void wake_at(std::chrono::steady_clock::time_point at) override {
    alarm_->timer.expires_at(at);
    alarm_->timer.async_wait(Ring{alarm_});
  }

  void wake_never() override { alarm_->timer.cancel(); }

 private:
  using Executor = asio::io_context::executor_type;

  // Handlers hold what they touch: they may run after reactor and watch are gone.
  struct Alarm {
    Alarm(asio::io_context& context, std::function<void()> call)
        : timer{context}, on_timer{std::move(call)} {}
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, Executor>
        timer;
    std::function<void()> on_timer;  // empty: the reactor is gone
    std::shared_ptr<HandlerMemory> memory = std::make_shared<HandlerMemory>();
  };

  // Of those that were put off, several may be under way: more than Asio keeps memory for.
  struct Ring {
    using allocator_type = HandlerAllocator<std::byte>;
    [[nodiscard]] allocator_type get_allocator() const { return allocator_type{alarm->memory}; }
    void operator()(const std::error_code& failed) const {
      if (!failed && alarm->on_timer) alarm->on_timer();
    }
    std::shared_ptr<Alarm> alarm;
  };

  struct WatchState {
    WatchState(asio::io_context& context, Waiter& who) : descriptor{context}, waiter{&who} {}
    asio::posix::basic_stream_descriptor<Executor> descriptor;
    Waiter* waiter;  // null: the watch is gone
  };

  class AsioWatch final : public Watch {
   public:
    explicit AsioWatch(std::shared_ptr<WatchState> state) : state_{std::move(state)} {}
    ~AsioWatch() override {
      state_->waiter = nullptr;
      state_->descriptor.release();
    }
    AsioWatch(const AsioWatch&) = delete;
    AsioWatch& operator=(const AsioWatch&) = delete;

    // Whatever is wrong with the descriptor is found out by using it.
    void want_read() override {
      state_->descriptor.async_wait(state_->descriptor.wait_read,
                                    [state = state_](const std::error_code&) {
                                      if (state->waiter) state->waiter->on_ready(true, false);
                                    });
    }
    void want_write() override {
      state_->descriptor.async_wait(state_->descriptor.wait_write,
                                    [state = state_](const std::error_code&) {
                                      if (state->waiter) state->waiter->on_ready(false, true);
                                    });
    }

   private:
    std::shared_ptr<WatchState> state_;
  };

  asio::io_context& context_;
  std::shared_ptr<Alarm> alarm_;
};

class AsioLoop final : public Loop {
 public:
  // With an io_context of its own: turned by whichever thread calls turn().
  AsioLoop()
      : own_{std::make_unique<asio::io_context>(1)},
        context_{*own_},
        guard_{own_->get_executor()},
        engine_{std::make_shared<Engine>(context_)} {}
  // On yours, turned by you: run() it, or call turn().
  explicit AsioLoop(asio::io_context& context)
      : context_{context}, engine_{std::make_shared<Engine>(context_)} {}
  ~AsioLoop() override { engine_->sockets.reset(); }
  AsioLoop(const AsioLoop&) = delete;
  AsioLoop& operator=(const AsioLoop&) = delete;

  [[nodiscard]] Result<std::unique_ptr<Link>> attach(const LinkOptions& options,
                                                     Sink& sink) override {
    return engine_->sockets->attach(options, sink);
  }
  [[nodiscard]] std::unique_ptr<Turns> drive(Sink& sink) override {
    return engine_->sockets->drive(sink);
  }
  [[nodiscard]] TimePoint now() const override { return engine_->sockets->now(); }

  void turn(Duration longest) override {
    // Stopped, or out of work, it would not wait. Whether yours is to go on is up to you.
    const bool stopped = context_.stopped();
    if (stopped) context_.restart();
    const Duration wait = std::clamp<Duration>(longest, Duration::zero(), std::chrono::hours{1});
    // What else is ready by then belongs to the same turn, within reason.
    std::size_t handled =
        wait > Duration::zero() ? context_.run_one_for(wait) : context_.poll_one();
    for (int more = 0; handled > 0 && more < 64; ++more) handled = context_.poll_one();
    if (stopped && !own_) context_.stop();
  }

  void post(std::function<void()> task) override {
    if (!engine_->sockets->post(std::move(task))) return;
    asio::post(context_, [engine = std::weak_ptr<Engine>{engine_}] {
      if (const auto alive = engine.lock(); alive && alive->sockets) alive->sockets->run_tasks();
    });
  }

  void reschedule(Sink& sink) override { engine_->sockets->reschedule(sink); }
  Result<void> watch(int descriptor, Interest interest,
                     std::function<void(Interest)> ready) override {
    return engine_->sockets->watch(descriptor, interest, std::move(ready));
  }
  void unwatch(int descriptor) override { engine_->sockets->unwatch(descriptor); }
  [[nodiscard]] Entropy& entropy() override { return engine_->sockets->entropy(); }
  [[nodiscard]] bool turned_by_caller() const override { return own_ == nullptr; }
  [[nodiscard]] std::string_view body() const override { return "asio"; }

 private:
  struct Engine {
    explicit Engine(asio::io_context& context)
        : reactor{context, [this] { sockets->on_timer(); }}, sockets{std::in_place, reactor} {}
    AsioReactor reactor;
    std::optional<runtime::SocketEngine> sockets;
  };
  using Guard = asio::executor_work_guard<asio::io_context::executor_type>;

  std::unique_ptr<asio::io_context> own_;  // destroyed last: handlers die with it
  asio::io_context& context_;
  std::optional<Guard> guard_;  // so that our own context waits even if nobody is attached
  std::shared_ptr<Engine> engine_;
};

}  // namespace GOSSIPOD_ASIO_NAMESPACE
}  // namespace gossipod::inline v0
