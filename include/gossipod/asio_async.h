// AsioGossipod: the calls of a node that wait, as Asio's asynchronous operations: with any
// completion token (use_awaitable, use_future, a function), on your executor.
//
//   gossipod::AsioGossipod async{node, context.get_executor()};
//   const std::vector<std::string> seeds = ...;
//   const gossipod::JoinOptions options;
//   auto joined = co_await async.async_join(seeds, options, asio::use_awaitable);
//   while (auto event = co_await async.async_next_event(asio::use_awaitable)) ...
//
// No thread is needed: let the node run on the same io_context (Parts::loop = AsioLoop). A node
// with a thread of its own will do as well.
//
// Each completes with a Result, always by the completion handler's executor (yours, if it has
// none), never within the call. Its cancellation slot is honoured: the outcome is `cancelled` then,
// and what had begun may still complete. The same by time: `longest`, and `timed_out`; the default
// is to wait as long as it takes.
//
// With g++ 12 give names to arguments and results, as above: in an expression with co_await it
// destroys some temporaries twice. clang 14 has no coroutines for Asio; all other tokens do work.
//
// Threads: as for Asio's own objects: the calls may be made on any thread, but a cancellation must
// be emitted on the handler's executor. Ownership: borrows the node for each call only; what is
// passed in is copied.
#pragma once

#if !defined(ASIO_STANDALONE)
#define ASIO_STANDALONE
#endif

#include <gossipod/async.h>

#include <algorithm>
#include <asio/any_io_executor.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

namespace gossipod::inline v0 {
inline namespace asio_face {

class AsioGossipod {
 public:
  static constexpr Duration forever = Duration::max();

  // The node and the executor must be there for each call, and the executor for what it begins.
  AsioGossipod(const Gossipod& node, asio::any_io_executor executor)
      : node_{&node}, executor_{std::move(executor)} {}

  // void(Result<JoinReport>). Of the options, `cancel` counts beside the slot.
  template <class Token>
  auto async_join(std::vector<std::string> seeds, const JoinOptions& options, Token&& token) const {
    return call<JoinReport>(
        options.longest,
        [node = node_, seeds = std::move(seeds), options](std::stop_token cancel, auto done) {
          JoinOptions with = options;
          with.cancel = std::move(cancel);
          Async::join(*node, seeds, with, std::move(done));
        },
        std::forward<Token>(token), options.cancel);
  }
  // void(Result<void>), as the next four.
  template <class Token>
  auto async_leave(Token&& token, Duration longest = forever) const {
    return call<void>(
        longest,
        [node = node_](std::stop_token cancel, auto done) {
          Async::leave(*node, std::move(cancel), std::move(done));
        },
        std::forward<Token>(token));
  }
  template <class Token>
  auto async_send(std::string member, std::string data, Token&& token) const {
    return call<void>(
        forever,
        [node = node_, member = std::move(member), data = std::move(data)](std::stop_token cancel,
                                                                           auto done) {
          Async::send(*node, member, data, std::move(cancel), std::move(done));
        },
        std::forward<Token>(token));
  }
  template <class Token>
  auto async_send_reliable(std::string member, std::string data, Token&& token,
                           Duration longest = forever) const {
    return call<void>(
        longest,
        [node = node_, member = std::move(member), data = std::move(data)](std::stop_token cancel,
                                                                           auto done) {
          Async::send_reliable(*node, member, data, std::move(cancel), std::move(done));
        },
        std::forward<Token>(token));
  }
  template <class Token>
  auto async_broadcast(std::string data, Token&& token) const {
    return call<void>(
        forever,
        [node = node_, data = std::move(data)](std::stop_token cancel, auto done) {
          Async::broadcast(*node, data, std::move(cancel), std::move(done));
        },
        std::forward<Token>(token));
  }
  template <class Token>
  auto async_set_metadata(std::string metadata, Token&& token, Duration longest = forever) const {
    return call<void>(
        longest,
        [node = node_, metadata = std::move(metadata)](std::stop_token cancel, auto done) {
          Async::set_metadata(*node, metadata, std::move(cancel), std::move(done));
        },
        std::forward<Token>(token));
  }
  // void(Result<Duration>): the round trip.
  template <class Token>
  auto async_ping(std::string member, Token&& token) const {
    return call<Duration>(
        forever,
        [node = node_, member = std::move(member)](std::stop_token cancel, auto done) {
          Async::ping(*node, member, std::move(cancel), std::move(done));
        },
        std::forward<Token>(token));
  }
  // void(Result<Event>)
  template <class Token>
  auto async_next_event(Token&& token, Duration longest = forever) const {
    return call<Event>(
        longest,
        [node = node_](std::stop_token cancel, auto done) {
          Async::next_event(*node, std::move(cancel), std::move(done));
        },
        std::forward<Token>(token));
  }
  // void(Result<Members>). `holds` runs on the protocol's thread: be quick, do not call the node.
  template <class Token>
  auto async_wait_until(std::function<bool(const Members&)> holds, Token&& token,
                        Duration longest = forever) const {
    return call<Members>(
        longest,
        [node = node_, holds = std::move(holds)](std::stop_token cancel, auto done) {
          Async::wait_until(*node, holds, std::move(cancel), std::move(done));
        },
        std::forward<Token>(token));
  }

 private:
  // One operation under way. It belongs to the handler's executor, so whoever tells the outcome on
  // another thread hands it over, and must not be the one who destroys it: the executor's context
  // may be gone as soon as the handler has run.
  template <class T, class Handler>
  struct Call : std::enable_shared_from_this<Call<T, Handler>> {
    using Executor = asio::associated_executor_t<Handler, asio::any_io_executor>;

    Call(Handler given, const asio::any_io_executor& fallback)
        : handler{std::move(given)},
          executor{asio::get_associated_executor(handler, fallback)},
          work{executor},
          timer{fallback} {}

    void begin(Duration longest, const std::stop_token& also) {
      const auto cancel = [stop = source] { stop.request_stop(); };
      if (also.stop_possible()) also_on.emplace(also, cancel);
      auto slot = asio::get_associated_cancellation_slot(handler);
      if (slot.is_connected()) {
        slot.assign([cancel](asio::cancellation_type type) {
          if (type != asio::cancellation_type::none) cancel();
        });
      }
      if (longest == forever) return;
      timer.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(
          std::min<Duration>(longest, std::chrono::hours{24 * 365})));
      timer.async_wait(asio::bind_executor(
          executor, [weak = this->weak_from_this()](const std::error_code& error) {
            const auto self = weak.lock();
            if (error || self == nullptr) return;
            self->late = true;
            self->source.request_stop();
          }));
    }
    // Any thread, once.
    static void finish(std::shared_ptr<Call> call, Result<T> result) {
      const Executor to = call->executor;
      // The context runs until this is let go of: not only until the handler has, perhaps even
      // before post() returns.
      const asio::executor_work_guard<Executor> until_posted{to};
      asio::post(to, [call = std::move(call), result = std::move(result)]() mutable {
        call->complete(std::move(result));
      });
    }
    void complete(Result<T> result) {
      also_on.reset();
      timer.cancel();
      if (late) say_late(result);
      auto slot = asio::get_associated_cancellation_slot(handler);
      if (slot.is_connected()) slot.clear();
      work.reset();
      Handler last{std::move(handler)};
      std::move(last)(std::move(result));
    }
    // The time was over, nobody cancelled.
    static void say_late(Result<T>& result) {
      if (!result && result.error().code == Errc::cancelled) {
        result = Error{Errc::timed_out, result.error().field, "it may still happen"};
      }
      if constexpr (std::is_same_v<T, JoinReport>) {
        if (!result) return;
        for (JoinReport::Seed& seed : result->seeds) {
          if (!seed.error || seed.error->code != Errc::cancelled) continue;
          seed.error->code = Errc::timed_out;
          seed.error->detail = "did not answer in time";
        }
      }
    }

    Handler handler;
    Executor executor;
    asio::executor_work_guard<Executor> work;
    asio::steady_timer timer;
    std::stop_source source;
    std::optional<std::stop_callback<std::function<void()>>> also_on;
    bool late = false;
  };

  template <class T, class Start, class Token>
  auto call(Duration longest, Start start, Token&& token, std::stop_token also = {}) const {
    return asio::async_initiate<Token, void(Result<T>)>(
        [](auto handler, const asio::any_io_executor& executor, Duration wait, Start begin,
           const std::stop_token& also_cancel) {
          using Kind = Call<T, std::decay_t<decltype(handler)>>;
          const auto held = std::make_shared<std::shared_ptr<Kind>>(
              std::make_shared<Kind>(std::move(handler), executor));
          (*held)->begin(wait, also_cancel);
          begin((*held)->source.get_token(), [held](Result<T> result) {
            Kind::finish(std::exchange(*held, nullptr), std::move(result));
          });
        },
        token, executor_, longest, std::move(start), std::move(also));
  }

  const Gossipod* node_;
  asio::any_io_executor executor_;
};

}  // namespace asio_face
}  // namespace gossipod::inline v0
