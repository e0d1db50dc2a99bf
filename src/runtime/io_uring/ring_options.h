// RingOptions: what an io_uring loop may use of its kernel, and how much of it. The defaults take
// all there is; each can be taken away, which is how a kernel without it is tried.
#pragma once

#include <cstdint>

namespace gossipod::runtime {

struct RingOptions {
  // One thread submits, and completions are worked on when it asks: Linux 6.1.
  bool single_issuer = true;
  bool multishot_receive = true;  // Linux 6.0
  bool multishot_accept = true;   // Linux 5.19, if descriptors are plenty
  bool registered_files = true;
  // Both are asked for in a way that no kernel knows, and so refused like something new by an old
  // one: when they are used for the first time.
  bool multishot_unheard_of = false;

  std::uint32_t submissions = 128;   // in one call; more take another
  std::uint32_t completions = 4096;  // beyond that the kernel keeps them in a list, which is slow
  // Datagrams received in one turn, by all links: as many to begin with, doubled up to the most
  // whenever they were used up, and halved again when a quarter does. A power of two. Small
  // datagrams touch one page of each.
  std::uint32_t datagram_buffers = 16;
  std::uint32_t datagram_buffers_max = 1024;
  std::uint32_t stream_buffers = 4;
  std::uint32_t stream_buffers_max = 16;
};

}  // namespace gossipod::runtime
