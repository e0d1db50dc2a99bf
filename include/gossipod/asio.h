// For programs that have Asio: nodes on an io_context of their own, without a thread (AsioLoop),
// and the calls that wait as asynchronous operations with any completion token (AsioGossipod).
//
//   asio::io_context context;
//   Parts parts{.loop = std::make_shared<AsioLoop>(context)};
//   auto node = Gossipod::start(*config, parts);
//   const AsioGossipod on{*node, context.get_executor()};
//   auto joined = co_await on.async_join(seeds, options, asio::use_awaitable);
#pragma once

#include <gossipod/asio_async.h>
#include <gossipod/asio_loop.h>
