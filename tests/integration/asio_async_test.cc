// Nodes on an io_context of the application's, without another thread: by functions and futures.
#include <gossipod/asio.h>
#include <gtest/gtest.h>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/io_context.hpp>
#include <asio/use_future.hpp>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "integration/world.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::built;
using test::patience;
using test::quick;
using Kind = Event::Kind;

class AsioAsync : public testing::Test {
 protected:
  AsioAsync() { parts_.loop = std::make_shared<AsioLoop>(context); }

  [[nodiscard]] Gossipod start(const ConfigBuilder& config) {
    return test::started(built(config), parts_);
  }
  [[nodiscard]] AsioGossipod face(const Gossipod& node) {
    return AsioGossipod{node, context.get_executor()};
  }
  // Turns the context until it is there.
  template <class T>
  Result<T> wait(std::future<Result<T>> future) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (future.wait_for(0s) != std::future_status::ready) {
      if (std::chrono::steady_clock::now() > until) return Error{Errc::timed_out, "test", {}};
      if (context.stopped()) context.restart();
      context.run_one_for(100ms);
    }
    return future.get();
  }

  asio::io_context context{1};

 private:
  Parts parts_;
};

template <class T>
Errc code(const Result<T>& result) {
  return result ? Errc{} : result.error().code;
}

TEST_F(AsioAsync, FuturesAndFunctions) {
  const Gossipod a = start(quick("a"));
  const Gossipod b = start(quick("b"));
  const auto joined =
      wait(face(b).async_join({address(a)}, {.longest = patience}, asio::use_future));
  ASSERT_TRUE(joined) << to_string(joined.error());
  EXPECT_EQ(joined->contacted(), 1u);
  EXPECT_TRUE(wait(face(b).async_broadcast("to all", asio::use_future)));
  EXPECT_EQ(code(wait(face(b).async_send("nobody", "x", asio::use_future))), Errc::unknown_member);

  const auto here = std::this_thread::get_id();
  std::optional<Result<Event>> told;
  bool within = true;
  face(b).async_next_event([&](Result<Event> event) {
    EXPECT_EQ(std::this_thread::get_id(), here);
    EXPECT_FALSE(within);
    told.emplace(std::move(event));
  });
  within = false;
  EXPECT_TRUE(wait(face(b).async_leave(asio::use_future, patience)));
  while (!told) context.run_one();
  ASSERT_TRUE(*told);
  EXPECT_EQ((*told)->kind, Kind::join);
  EXPECT_EQ((*told)->member.name, "b");
}

TEST_F(AsioAsync, WhatIsCancelledSaysSoAndLosesNothing) {
  const Gossipod a = start(quick("a"));
  EXPECT_TRUE(wait(face(a).async_next_event(asio::use_future)));  // our own join
  asio::cancellation_signal signal;
  auto waiting =
      face(a).async_next_event(asio::bind_cancellation_slot(signal.slot(), asio::use_future));
  context.poll();  // now it waits
  signal.emit(asio::cancellation_type::terminal);
  EXPECT_EQ(code(wait(std::move(waiting))), Errc::cancelled);

  // The next event goes to who waits for it now.
  const Gossipod b = start(quick("b"));
  ASSERT_TRUE(wait(face(b).async_join({address(a)}, {.longest = patience}, asio::use_future)));
  const auto joined = wait(face(a).async_next_event(asio::use_future));
  ASSERT_TRUE(joined);
  EXPECT_EQ(joined->member.name, "b");
}

TEST_F(AsioAsync, ATokenOrTheTimeEndsIt) {
  const Gossipod a = start(quick("a").with_stream_timeout(patience));
  // Another context, that nobody turns: it takes connections, and says nothing.
  asio::io_context frozen{1};
  Parts parts;
  parts.loop = std::make_shared<AsioLoop>(frozen);
  const Gossipod mute = test::started(built(quick("mute")), parts);
  parts = {};
  std::stop_source source;
  source.request_stop();
  EXPECT_EQ(
      code(wait(face(a).async_join(
          {address(mute)}, {.longest = patience, .cancel = source.get_token()}, asio::use_future))),
      Errc::cancelled);
  EXPECT_EQ(code(wait(face(a).async_join({address(mute)}, {.longest = 50ms}, asio::use_future))),
            Errc::timed_out);
  EXPECT_EQ(code(wait(face(a).async_join({"nonsense here"}, {}, asio::use_future))),
            Errc::invalid_address);
}

TEST_F(AsioAsync, StoppingEndsWhatWaits) {
  std::optional<Gossipod> a = start(quick("a"));
  auto waiting = face(*a).async_wait_until([](const Members&) { return false; }, asio::use_future);
  context.poll();
  a.reset();
  EXPECT_EQ(code(wait(std::move(waiting))), Errc::stopped);
}

TEST(AsioAsyncThread, ANodeWithAThreadOfItsOwnWillDoAsWell) {
  const Gossipod a = test::started(built(quick("a")));
  const Gossipod b = test::started(built(quick("b")));
  asio::io_context context{1};
  const AsioGossipod async{b, context.get_executor()};
  const auto here = std::this_thread::get_id();
  bool told = false;
  async.async_join({address(a)}, {.longest = patience}, [&](const Result<JoinReport>& joined) {
    EXPECT_TRUE(joined);
    EXPECT_EQ(std::this_thread::get_id(), here);
    told = true;
  });
  context.run();  // until there is nothing left to wait for
  EXPECT_TRUE(told);
  EXPECT_EQ(b.members().size(), 2u);
}

// The node's thread must not touch what belongs to the context once the outcome is told.
TEST(AsioAsyncThread, TheContextMayGoAsSoonAsTheOutcomeIsTold) {
  const Gossipod node = test::started(built(quick("a")));
  for (int i = 0; i < 300; ++i) {
    asio::io_context context{1};
    const AsioGossipod async{node, context.get_executor()};
    bool told = false;
    async.async_set_metadata(std::to_string(i), [&](const Result<void>& set) {
      EXPECT_TRUE(set);
      told = true;
    });
    context.run();
    EXPECT_TRUE(told);
  }
}

}  // namespace
}  // namespace gossipod
