#include "runtime/posix/sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <climits>
#include <string>
#include <system_error>
#include <utility>

#include "runtime/posix/address.h"

namespace gossipod::runtime {
namespace {

constexpr int attempts_max = 10;

std::string why(int number) { return std::generic_category().message(number); }

bool set(int descriptor, int level, int option, int value) {
  return ::setsockopt(descriptor, level, option, &value, sizeof value) == 0;
}

Error bind_error(const Endpoint& endpoint, int number) {
  const Errc code = number == EADDRINUSE ? Errc::address_in_use : Errc::system;
  return Error{code, "bind", to_string(endpoint) + ": " + why(number)};
}

// One of the two, bound. On :: it takes IPv4 too, on any other IPv6 address it does not.
Result<Fd> open_bound(int type, const Endpoint& endpoint) {
  const int family = endpoint.is_v4() ? AF_INET : AF_INET6;
  Fd fd{::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!fd) return bind_error(endpoint, errno);
  if (family == AF_INET6 &&
      !set(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, endpoint.is_unspecified() ? 0 : 1)) {
    return bind_error(endpoint, errno);
  }
  // So that a restart need not wait for old connections to be forgotten. For datagrams it would
  // let two nodes share a port.
  if (type == SOCK_STREAM) set(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  sockaddr_storage address{};
  const socklen_t size = to_sockaddr(endpoint, family, address);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    return bind_error(endpoint, errno);
  }
  return fd;
}

Endpoint local_endpoint(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  return from_sockaddr(address);
}

// Some systems refuse a size they cannot give instead of giving less.
void ask_for_buffer(int descriptor, std::size_t bytes) {
  int wanted = bytes > INT_MAX ? INT_MAX : static_cast<int>(bytes);
  while (wanted > 0 && !set(descriptor, SOL_SOCKET, SO_RCVBUF, wanted)) wanted /= 2;
}

Result<Sockets> try_once(const LinkOptions& options) {
  auto listener = open_bound(SOCK_STREAM, options.bind);
  if (!listener) return listener.error();
  if (::listen(listener->get(), backlog) != 0) return bind_error(options.bind, errno);
  Endpoint local = options.bind;
  local.port = local_endpoint(listener->get()).port;
  auto datagrams = open_bound(SOCK_DGRAM, local);
  if (!datagrams) return datagrams.error();
  ask_for_buffer(datagrams->get(), options.socket_buffer_bytes);
  set(datagrams->get(), SOL_SOCKET, SO_TIMESTAMPNS, 1);  // without it arrivals are "now"
  const int family = local.is_v4() ? AF_INET : AF_INET6;
  return Sockets{std::move(*datagrams), std::move(*listener), local, family};
}

}  // namespace

Result<Sockets> open_sockets(const LinkOptions& options) {
  for (int attempt = 1;; ++attempt) {
    auto opened = try_once(options);
    if (opened) return opened;
    // The port that was free for streams may be taken for datagrams: ask for another.
    const bool again = options.bind.port == 0 && opened.error().code == Errc::address_in_use;
    if (!again || attempt == attempts_max) return opened;
  }
}

Result<Fd> start_connecting(const Endpoint& to) {
  const int family = to.is_v4() ? AF_INET : AF_INET6;
  Fd fd{::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!fd) return connection_error(to, errno);
  prepare_stream(fd.get());
  sockaddr_storage address{};
  const socklen_t size = to_sockaddr(to, family, address);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 &&
      errno != EINPROGRESS && errno != EINTR) {
    return connection_error(to, errno);
  }
  return fd;
}

void prepare_stream(int descriptor) { set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1); }

Error connection_error(const Endpoint& peer, int number) {
  return Error{Errc::connection_failed, "", to_string(peer) + ": " + why(number)};
}

}  // namespace gossipod::runtime
