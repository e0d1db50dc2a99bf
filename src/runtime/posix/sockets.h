// A node's two sockets: datagrams, and a listener for streams, on one port.
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/error.h>
#include <gossipod/loop.h>

#include "runtime/posix/fd.h"

namespace gossipod::runtime {

struct Sockets {
  Fd datagrams;
  Fd listener;
  Endpoint local;
  int family = 0;
};

// Connections that wait to be accepted, at most.
inline constexpr int backlog = 1024;

// Not blocking, closed on exec. Port 0 takes a number that is free for both.
[[nodiscard]] Result<Sockets> open_sockets(const LinkOptions& options);

// Not blocking, connecting; or why not.
[[nodiscard]] Result<Fd> start_connecting(const Endpoint& to);

// What a stream's socket needs, whichever side began.
void prepare_stream(int descriptor);

// "127.0.0.1:7946: Connection refused".
[[nodiscard]] Error connection_error(const Endpoint& peer, int number);

}  // namespace gossipod::runtime
