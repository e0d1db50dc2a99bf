#include "runtime/posix/datagrams.h"

#include <gossipod/limits.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "runtime/posix/address.h"

namespace gossipod::runtime {
namespace {

constexpr int errors_in_a_row_max = 16;

}  // namespace

std::optional<timespec> stamp_of(const msghdr& header) {
  for (const cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
       part = CMSG_NXTHDR(const_cast<msghdr*>(&header), const_cast<cmsghdr*>(part))) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec stamp{};
    std::memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
    return stamp;
  }
  return std::nullopt;
}

Duration difference(const timespec& later, const timespec& earlier) {
  return std::chrono::seconds{later.tv_sec - earlier.tv_sec} +
         std::chrono::nanoseconds{later.tv_nsec - earlier.tv_nsec};
}

Duration believable_age(Duration by_wall_clock, Duration since_last_turn) {
  return std::clamp(by_wall_clock, Duration::zero(), std::max(since_last_turn, Duration::zero()));
}

Datagrams::Datagrams()
    : memory_{std::make_unique_for_overwrite<std::uint8_t[]>(batch * limits::datagram_bytes_max)} {}

std::span<RxDatagram> Datagrams::receive(int descriptor, TimePoint before, TimePoint now) {
  for (std::size_t i = 0; i < batch; ++i) {
    pieces_[i] = {memory_.get() + i * limits::datagram_bytes_max, limits::datagram_bytes_max};
    msghdr& header = headers_[i].msg_hdr;
    header = {};
    header.msg_name = &addresses_[i];
    header.msg_namelen = sizeof addresses_[i];
    header.msg_iov = &pieces_[i];
    header.msg_iovlen = 1;
    header.msg_control = &controls_[i];
    header.msg_controllen = control_bytes;
  }
  int count = -1;
  int tries = 0;
  // An error is news about something sent earlier, and has nothing to do with what arrived.
  for (; tries < errors_in_a_row_max; ++tries) {
    count = ::recvmmsg(descriptor, headers_.data(), batch, MSG_DONTWAIT, nullptr);
    if (count >= 0 || errno == EAGAIN || errno == EWOULDBLOCK) break;
    errors_ += errno == EINTR ? 0 : 1;
  }
  gave_up_ = tries == errors_in_a_row_max;
  if (count <= 0) return {};

  timespec wall{};
  ::clock_gettime(CLOCK_REALTIME, &wall);
  const auto taken = static_cast<std::size_t>(count);
  for (std::size_t i = 0; i < taken; ++i) {
    const msghdr& header = headers_[i].msg_hdr;
    const auto stamp = stamp_of(header);
    const Duration old =
        believable_age(stamp ? difference(wall, *stamp) : Duration::zero(), now - before);
    received_[i].arrival = {from_sockaddr(addresses_[i]), now - old};
    received_[i].bytes = {static_cast<std::uint8_t*>(pieces_[i].iov_base), headers_[i].msg_len};
    received_[i].truncated = (header.msg_flags & MSG_TRUNC) != 0;
  }
  return std::span{received_}.first(taken);
}

std::size_t Datagrams::send(int descriptor, int family, std::span<const TxDatagram> datagrams) {
  std::size_t sent = 0;
  bool full = false;
  while (sent < datagrams.size() && !full) {
    const std::size_t some = std::min(batch, datagrams.size() - sent);
    sent += send_batch(descriptor, family, datagrams.subspan(sent, some), full);
  }
  return sent;
}

std::size_t Datagrams::send_batch(int descriptor, int family, std::span<const TxDatagram> datagrams,
                                  bool& full) {
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    const Bytes bytes = datagrams[i].bytes;
    pieces_[i] = {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
    msghdr& header = headers_[i].msg_hdr;
    header = {};
    // No length for an address that this socket cannot reach: the kernel refuses that one only.
    header.msg_namelen = to_sockaddr(datagrams[i].to.endpoint, family, addresses_[i]);
    header.msg_name = &addresses_[i];
    header.msg_iov = &pieces_[i];
    header.msg_iovlen = 1;
  }
  std::size_t sent = 0;
  int errors = 0;
  while (sent < datagrams.size()) {
    const int count =
        ::sendmmsg(descriptor, headers_.data() + sent,
                   static_cast<unsigned>(datagrams.size() - sent), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0) {
      sent += static_cast<std::size_t>(count);
      errors = 0;
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == ENOMEM) {
      full = true;
      break;
    }
    // ECONNREFUSED and its like tell of an earlier datagram, once: the second error is this one's.
    const bool retry = errno == EINTR || ++errors < 2;
    if (retry) continue;
    ++sent;
    errors = 0;
  }
  return sent;
}

}  // namespace gossipod::runtime
