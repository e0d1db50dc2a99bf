#include "runtime/io_uring/send_slots.h"

#include <cstring>
#include <new>

#include "runtime/posix/address.h"

namespace gossipod::runtime {
namespace {

constexpr std::size_t memory_bytes = 256 << 10;  // a full queue of packets of the usual size

struct alignas(16) Slot {
  msghdr header;
  iovec piece;
  sockaddr_storage to;
};

}  // namespace

SendSlots::SendSlots() : memory_{std::make_unique_for_overwrite<std::uint8_t[]>(memory_bytes)} {}

const msghdr* SendSlots::put(int family, const TxDatagram& datagram) {
  constexpr std::size_t unit = alignof(Slot);
  const std::size_t size = datagram.bytes.size();
  const std::size_t wanted = sizeof(Slot) + (size + unit - 1) / unit * unit;
  if (memory_bytes - used_ < wanted) return nullptr;
  std::uint8_t* const place = memory_.get() + used_;
  used_ += wanted;
  Slot& slot = *new (place) Slot;
  std::memcpy(place + sizeof(Slot), datagram.bytes.data(), size);
  slot.piece = {place + sizeof(Slot), size};
  slot.header = {};
  slot.header.msg_namelen = to_sockaddr(datagram.to.endpoint, family, slot.to);
  slot.header.msg_name = &slot.to;
  slot.header.msg_iov = &slot.piece;
  slot.header.msg_iovlen = 1;
  return &slot.header;
}

}  // namespace gossipod::runtime
