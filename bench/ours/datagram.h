// What a program needs to speak to a node with a socket of its own, without being one.
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/limits.h>
#include <netinet/in.h>

#include <cstdint>
#include <vector>

#include "figures.h"
#include "wire/packet_builder.h"

namespace gossipod::bench {

inline sockaddr_in socket_address(std::uint32_t ip, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(ip);
  address.sin_port = htons(port);
  return address;
}

inline sockaddr_in socket_address(const Endpoint& endpoint) {
  std::uint32_t ip = 0;
  for (const std::uint8_t byte : endpoint.address()) ip = ip << 8 | byte;
  return socket_address(ip, endpoint.port);
}

template <class M>
std::vector<std::uint8_t> packet_of(const M& message) {
  std::vector<std::uint8_t> packet(limits::packet_bytes);
  wire::PacketBuilder builder{packet};
  if (!builder.add(message)) give_up("failed", "a message does not fit a packet");
  packet.resize(builder.finish());
  return packet;
}

}  // namespace gossipod::bench
