#include "wire/packet_builder.h"

#include <algorithm>
#include <cstring>

namespace gossipod::wire {
namespace {

constexpr std::size_t header_bytes = 2;  // type and count
constexpr std::size_t length_bytes = 2;  // of each part
constexpr std::size_t part_max = UINT16_MAX;

}  // namespace

std::size_t PacketBuilder::room() const {
  if (count_ == 0) return out_.size();  // alone it needs nothing around it
  if (count_ == sizes_.size() || first_size_ > part_max) return 0;
  const std::size_t taken = header_bytes + length_bytes * (count_ + 1) + used_;
  if (taken >= out_.size()) return 0;
  return std::min(out_.size() - taken, part_max);
}

bool PacketBuilder::commit(std::size_t bytes) {
  if (count_ == 0) first_size_ = bytes;
  sizes_[count_++] = static_cast<std::uint16_t>(bytes);
  used_ += bytes;
  return true;
}

bool PacketBuilder::add_encoded(Bytes message) {
  if (message.empty() || message.size() > room()) return false;
  std::memcpy(next().data(), message.data(), message.size());
  return commit(message.size());
}

std::size_t PacketBuilder::finish() {
  const std::size_t used = used_;
  const std::size_t count = count_;
  const MutableBytes out = out_;
  out_ = {};
  used_ = count_ = 0;
  if (count <= 1) return used;

  const std::size_t head = header_bytes + length_bytes * count;
  std::memmove(out.data() + head, out.data(), used);
  out[0] = static_cast<std::uint8_t>(Type::compound);
  out[1] = static_cast<std::uint8_t>(count);
  for (std::size_t i = 0; i < count; ++i) {
    out[header_bytes + 2 * i] = static_cast<std::uint8_t>(sizes_[i] >> 8);
    out[header_bytes + 2 * i + 1] = static_cast<std::uint8_t>(sizes_[i]);
  }
  return head + used;
}

}  // namespace gossipod::wire
