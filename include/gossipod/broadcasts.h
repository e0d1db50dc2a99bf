// UserBroadcasts: a queue of your own for what the application broadcasts: your order, your number
// of repetitions, your rule of what takes the place of what. Claims about members keep ours.
//
// Each packet has room for them behind the claims. Until everybody has heard of a message it has to
// be told several times: about retransmit_multiplier * log10(members + 1), in packets to members at
// random. Nobody but you counts that here.
//
// Threads: all calls on the protocol's thread, in the middle of things: be quick, do not throw, do
// not call the node. If other threads put messages into it, it needs a lock of its own.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/error.h>

#include <cstddef>
#include <string_view>

namespace gossipod::inline v0 {

class UserBroadcasts {
 public:
  virtual ~UserBroadcasts() = default;

  // From Gossipod::broadcast(), which returns the outcome. What is longer than a packet has room
  // (Config::packet_bytes less some hundred for what is around it) would wait forever: refuse it,
  // with Errc::too_large.
  virtual Result<void> add(std::string_view message) noexcept = 0;

  // Another packet is about to be written: what was given for the last one may be given again, if
  // it is to be told more often.
  virtual void begin_packet() noexcept {}
  // The next message for the packet that is being written, at most `room` bytes; none: a null
  // data(). Asked again for the same packet until there is none or the packet is full. It must stay
  // until the next call of any of these. A longer one is not sent.
  [[nodiscard]] virtual Bytes next(std::size_t room) noexcept = 0;
};

}  // namespace gossipod::inline v0
