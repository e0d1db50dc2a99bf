// coroutine: two members on the application's own io_context: one thread, no callback, and every
// call that waits is co_await'ed. What stands in the way is an outcome, never an exception of ours.
//
// g++ 12 destroys some temporaries of an expression with co_await twice: so arguments and results
// have names here.
#include <gossipod/asio.h>
#include <gossipod/gossipod.h>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

using asio::use_awaitable;
using gossipod::AsioGossipod;
using gossipod::Gossipod;
using gossipod::Result;
using namespace std::chrono_literals;

// Shows what happens to its node, until a guest goes.
asio::awaitable<void> listen(AsioGossipod node) {
  while (true) {
    const Result<gossipod::Event> event = co_await node.async_next_event(use_awaitable);
    if (!event) co_return;  // the node was stopped
    const bool message = event->kind == gossipod::Event::Kind::message;
    std::printf("%s %s\n", to_string(event->kind),
                message ? event->data.c_str() : event->member.name.c_str());
    if (event->kind == gossipod::Event::Kind::leave) co_return;
  }
}

asio::awaitable<Result<void>> visit(AsioGossipod node, std::string seed) {
  const std::vector<std::string> seeds(1, seed);
  gossipod::JoinOptions options;
  options.longest = 10s;
  const Result<gossipod::JoinReport> joined =
      co_await node.async_join(seeds, options, use_awaitable);
  if (!joined) co_return joined.error();

  const std::string anna = "anna";
  const std::string text = "hello";
  const Result<void> sent = co_await node.async_send_reliable(anna, text, use_awaitable, 10s);
  if (!sent) co_return sent.error();
  const Result<gossipod::Duration> pinged = co_await node.async_ping(anna, use_awaitable);
  if (!pinged) co_return pinged.error();
  co_return co_await node.async_leave(use_awaitable, 10s);
}

Result<Gossipod> start(const char* name, const gossipod::Parts& parts) {
  const auto config = gossipod::ConfigBuilder{}
                          .with_name(name)
                          .with_port(0)
                          .with_network_type(gossipod::NetworkType::local)
                          .build();
  if (!config) return config.error();
  return Gossipod::start(*config, parts);
}

int main() {
  asio::io_context context{1};
  gossipod::Parts parts;
  parts.loop = std::make_shared<gossipod::AsioLoop>(context);  // both nodes live on it
  auto anna = start("anna", parts);
  if (!anna) return gossipod::report(anna.error());
  auto bert = start("bert", parts);
  if (!bert) return gossipod::report(bert.error());

  const AsioGossipod anna_async{*anna, context.get_executor()};
  const AsioGossipod bert_async{*bert, context.get_executor()};
  int status = 0;
  // The node's own timers would keep the context running, so it is stopped.
  asio::co_spawn(context, listen(anna_async),
                 [&](const std::exception_ptr& /*thrown*/) { context.stop(); });
  asio::co_spawn(context, visit(bert_async, to_string(anna->local_endpoint())),
                 [&](const std::exception_ptr& /*thrown*/, const Result<void>& visited) {
                   if (visited) return;
                   status = gossipod::report(visited.error());
                   context.stop();
                 });
  context.run();
  return status;
}
