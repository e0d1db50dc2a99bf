// Datagrams: taking and sending them in batches. The buffers are shared by all links of a loop:
// links take turns, and what was delivered is used up when the call returns.
//
// Threads: the loop's. Allocates once. A buffer takes the largest datagram there is; of its 64 KiB
// the system only provides the pages that were ever written.
#pragma once

#include <gossipod/link.h>
#include <gossipod/time.h>
#include <sys/socket.h>

#include <time.h>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace gossipod::runtime {

// How old a datagram can be, given what the wall clock says of it: that one may have been set in
// the meantime, forwards or backwards, and must not make an ack look late, or early.
[[nodiscard]] Duration believable_age(Duration by_wall_clock, Duration since_last_turn);

// The moment the kernel took it, by the wall clock, the only one it stamps with; if it says so.
[[nodiscard]] std::optional<timespec> stamp_of(const msghdr& header);
[[nodiscard]] Duration difference(const timespec& later, const timespec& earlier);

class Datagrams {
 public:
  static constexpr std::size_t batch = 16;

  Datagrams();
  Datagrams(const Datagrams&) = delete;
  Datagrams& operator=(const Datagrams&) = delete;

  // At most a batch, until the next call; fewer if that was all. `before` is the time of the turn
  // before: nothing arrived earlier than that, whatever the wall clock says.
  std::span<RxDatagram> receive(int descriptor, TimePoint before, TimePoint now);

  // Errors of receive() since this was asked last.
  [[nodiscard]] std::uint64_t take_errors() { return std::exchange(errors_, 0); }
  // So many in a row that receive() gave up, though something may be there.
  [[nodiscard]] bool gave_up() const { return gave_up_; }

  // As Link::send. What the network refuses (no route, no such host) counts as sent and lost.
  std::size_t send(int descriptor, int family, std::span<const TxDatagram> datagrams);

 private:
  static constexpr std::size_t control_bytes = CMSG_SPACE(sizeof(timespec));
  struct alignas(cmsghdr) Control {
    std::array<std::uint8_t, control_bytes> bytes;
  };

  std::size_t send_batch(int descriptor, int family, std::span<const TxDatagram> datagrams,
                         bool& full);

  std::unique_ptr<std::uint8_t[]> memory_;
  std::array<Control, batch> controls_{};
  std::array<sockaddr_storage, batch> addresses_{};
  std::array<iovec, batch> pieces_{};
  std::array<mmsghdr, batch> headers_{};
  std::array<RxDatagram, batch> received_{};
  std::uint64_t errors_ = 0;
  bool gave_up_ = false;
};

}  // namespace gossipod::runtime
