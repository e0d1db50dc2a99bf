#include "runtime/io_uring/received.h"

#include <gossipod/limits.h>
#include <liburing.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "runtime/posix/address.h"
#include "runtime/posix/datagrams.h"

namespace gossipod::runtime {
namespace {

constexpr std::uint16_t group = 0;
constexpr std::size_t name_bytes = 32;  // a sockaddr_in6, and what comes behind it is aligned
static_assert(name_bytes >= sizeof(sockaddr_in6) && name_bytes % alignof(cmsghdr) == 0);
constexpr std::size_t control_bytes = CMSG_SPACE(sizeof(timespec));
constexpr std::size_t head_bytes = sizeof(io_uring_recvmsg_out) + name_bytes + control_bytes;
constexpr std::size_t large = 16 << 10;  // its pages are worth a call to give them back

Endpoint endpoint_at(const void* name) {
  sockaddr_storage address{};
  std::memcpy(&address, name, name_bytes);
  return from_sockaddr(address);
}

}  // namespace

ReceivedDatagrams::ReceivedDatagrams(const RingOptions& options)
    : buffers_{group,
               {head_bytes + limits::datagram_bytes_max, options.datagram_buffers,
                options.datagram_buffers_max}},
      items_(options.datagram_buffers_max) {
  shape_.msg_namelen = name_bytes;
  shape_.msg_controllen = control_bytes;
}

bool ReceivedDatagrams::add(List& list, std::uint16_t buffer, int result) {
  io_uring_recvmsg_out* const out = io_uring_recvmsg_validate(buffers_.at(buffer), result, &shape_);
  if (out == nullptr) {
    give_back(buffer);
    return false;
  }
  Item& item = items_[buffer];
  item.from = endpoint_at(io_uring_recvmsg_name(out));
  msghdr control{};
  control.msg_control = static_cast<std::uint8_t*>(io_uring_recvmsg_name(out)) + name_bytes;
  control.msg_controllen = std::min<std::size_t>(out->controllen, control_bytes);
  item.stamp = stamp_of(control);
  item.bytes = {static_cast<std::uint8_t*>(io_uring_recvmsg_payload(out, &shape_)),
                io_uring_recvmsg_payload_length(out, result, &shape_)};
  item.truncated = (out->flags & MSG_TRUNC) != 0;
  append(list, buffer);
  return true;
}

void ReceivedDatagrams::add(List& list, std::uint16_t buffer, int result, const msghdr& header) {
  Item& item = items_[buffer];
  item.from = endpoint_at(header.msg_name);
  item.stamp = stamp_of(header);
  item.bytes = {buffers_.at(buffer), static_cast<std::size_t>(result)};
  item.truncated = (header.msg_flags & MSG_TRUNC) != 0;
  append(list, buffer);
}

void ReceivedDatagrams::append(List& list, std::uint16_t buffer) {
  items_[buffer].next = none;
  if (list.last == none) {
    list.first = buffer;
  } else {
    items_[list.last].next = buffer;
  }
  list.last = buffer;
  ++list.size;
}

std::uint16_t ReceivedDatagrams::pop(List& list) {
  const std::uint16_t buffer = list.first;
  list.first = items_[buffer].next;
  if (list.first == none) list.last = none;
  --list.size;
  return buffer;
}

void ReceivedDatagrams::give_back(std::uint16_t buffer) {
  if (items_[buffer].bytes.size() > large) {
    buffers_.give_back_large(buffer);
  } else {
    buffers_.give_back(buffer);
  }
}

void ReceivedDatagrams::drop_all(List& list) {
  while (list.size > 0) give_back(pop(list));
}

}  // namespace gossipod::runtime
