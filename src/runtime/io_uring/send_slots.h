// SendSlots: the datagrams of one submission, copied, because whoever sends only lends them for the
// call. The kernel has taken them all when the submission returns: sent at once, or refused.
//
// Threads: the loop's. Allocates once.
#pragma once

#include <gossipod/link.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace gossipod::runtime {

class SendSlots {
 public:
  SendSlots();
  SendSlots(const SendSlots&) = delete;
  SendSlots& operator=(const SendSlots&) = delete;

  // All that was put was submitted.
  void clear() { used_ = 0; }
  // Null if there is no room. For a socket of that family, which can reach the receiver.
  [[nodiscard]] const msghdr* put(int family, const TxDatagram& datagram);

 private:
  std::unique_ptr<std::uint8_t[]> memory_;
  std::size_t used_ = 0;
};

}  // namespace gossipod::runtime
