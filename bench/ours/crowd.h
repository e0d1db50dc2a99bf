// Crowd: one process that stands for many members. One datagram socket and one listener on all of
// 127.0.0.0/8 answer pings and push-pulls at as many addresses as there are members, so that a node
// can have a view of ten thousand without ten thousand nodes beside it. It has no state of its own
// and never says anything new.
//
// Threads: one answers datagrams, one accepts streams and answers them; the others ask.
#pragma once

#include <gossipod/endpoint.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace gossipod::bench {

class Crowd {
 public:
  Crowd(std::size_t members, std::uint16_t port);  // gives up if it cannot bind
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // Pings a node until its answers carry no gossip any more. False: they always do.
  [[nodiscard]] bool drain(const Endpoint& node);
  // From now on a member pings that node every second, as one of so many does on average.
  void ping_every_second(const Endpoint& node);
  // Compares everything with that node, as a member whose turn it is.
  [[nodiscard]] bool exchange(const Endpoint& node);

 private:
  void answer_datagrams();
  void answer_streams();
  void answer_stream(int stream);
  void ping(const Endpoint& node, std::uint32_t sequence);

  const std::size_t members_;
  int datagrams_ = -1;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::vector<std::uint8_t> state_;  // a push-pull of all members, compressed
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> threads_;
};

}  // namespace gossipod::bench
