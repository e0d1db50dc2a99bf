// Nodes in coroutines: on one io_context of the application's, without another thread.
//
// Every result has a name, and so has every argument that is an object: g++ 12 destroys some
// temporaries of an expression with co_await twice.
#include <gossipod/asio.h>
#include <gtest/gtest.h>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "integration/world.h"

#if defined(ASIO_HAS_CO_AWAIT)  // not with clang 14 and libstdc++

namespace gossipod {
namespace {

using asio::use_awaitable;
using test::address;
using test::built;
using test::patience;
using test::quick;
using Kind = Event::Kind;

asio::awaitable<std::string> next_message(const AsioGossipod& async) {
  while (true) {
    const Result<Event> event = co_await async.async_next_event(use_awaitable);
    if (!event) co_return "nothing any more";
    if (event->kind == Kind::message) co_return event->data;
  }
}

asio::awaitable<void> whole_life(const AsioGossipod& one, const AsioGossipod& two, std::string seed,
                                 bool& done) {
  const std::vector<std::string> seeds(1, seed);
  JoinOptions options;
  options.longest = patience;
  const Result<JoinReport> joined = co_await two.async_join(seeds, options, use_awaitable);
  EXPECT_EQ(joined ? joined->contacted() : 0, 1u);
  const std::function<bool(const Members&)> holds = [](const Members& members) {
    return members.size() == 2;
  };
  const Result<Members> both = co_await one.async_wait_until(holds, use_awaitable);
  EXPECT_TRUE(both);

  const std::string to_a = "a";
  const std::string to_b = "b";
  const std::string text = "hello";
  const Result<Duration> pinged = co_await two.async_ping(to_a, use_awaitable);
  EXPECT_TRUE(pinged);
  const Result<void> sent = co_await two.async_send(to_a, text, use_awaitable);
  EXPECT_TRUE(sent);
  const std::string heard = co_await next_message(one);
  EXPECT_EQ(heard, text);
  const Result<void> reliably =
      co_await one.async_send_reliable(to_b, text, use_awaitable, patience);
  EXPECT_TRUE(reliably);
  const std::string heard_too = co_await next_message(two);
  EXPECT_EQ(heard_too, text);
  const Result<void> changed = co_await two.async_set_metadata(text, use_awaitable, patience);
  EXPECT_TRUE(changed);
  const Result<void> left = co_await two.async_leave(use_awaitable, patience);
  EXPECT_TRUE(left);
  done = true;
}

TEST(AsioCoroutines, AWholeLife) {
  asio::io_context context{1};
  Parts parts;
  parts.loop = std::make_shared<AsioLoop>(context);
  const Gossipod a = test::started(built(quick("a")), parts);
  const Gossipod b = test::started(built(quick("b")), parts);
  const AsioGossipod one{a, context.get_executor()};
  const AsioGossipod two{b, context.get_executor()};
  bool done = false;
  bool failed = false;
  asio::co_spawn(context, whole_life(one, two, address(a), done),
                 [&](const std::exception_ptr& thrown) { failed = thrown != nullptr; });
  asio::steady_timer limit{context, patience};
  limit.async_wait([&](std::error_code error) { failed = failed || !error; });
  while (!done && !failed) context.run_one();
  EXPECT_TRUE(done);
  EXPECT_FALSE(failed);
}

}  // namespace
}  // namespace gossipod

#endif
