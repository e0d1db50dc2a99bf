// Endpoints as the kernel spells them.
#pragma once

#include <gossipod/endpoint.h>
#include <sys/socket.h>

namespace gossipod::runtime {

// How a socket of that family reaches the endpoint; an IPv4 endpoint is put in its mapped form for
// an IPv6 socket. 0, and nothing written, if it cannot be reached.
socklen_t to_sockaddr(const Endpoint& endpoint, int family, sockaddr_storage& out);

[[nodiscard]] Endpoint from_sockaddr(const sockaddr_storage& address);

}  // namespace gossipod::runtime
