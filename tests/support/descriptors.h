// What this process has open, by the numbers of its descriptors: so a test can count them, or do
// something to a socket that is somebody else's.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iterator>

namespace gossipod::test {

inline std::size_t descriptors() {
  const std::filesystem::directory_iterator all{"/proc/self/fd"};
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// The socket that is bound to that port: of SOCK_DGRAM, or of SOCK_STREAM the one that listens.
// -1: there is none.
inline int socket_at(int type, std::uint16_t port) {
  const auto option = [](int descriptor, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    return ::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
  };
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    const int descriptor = std::atoi(entry.path().filename().c_str());
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (option(descriptor, SO_TYPE) != type ||
        (type == SOCK_STREAM && option(descriptor, SO_ACCEPTCONN) != 1) ||
        ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      continue;
    }
    if (address.sin_family == AF_INET && ntohs(address.sin_port) == port) return descriptor;
  }
  return -1;
}

}  // namespace gossipod::test
