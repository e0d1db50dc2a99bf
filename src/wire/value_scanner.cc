#include "wire/value_scanner.h"

#include <gossipod/assert.h>

namespace gossipod::wire {
namespace {

std::uint64_t big_endian(Bytes bytes, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value << 8 | bytes[i];
  return value;
}

}  // namespace

ValueScanner::ValueScanner(std::size_t depth_max, std::size_t items_max)
    : depth_max_{depth_max}, items_max_{items_max} {
  GOSSIPOD_ASSERT(depth_max <= depth_most);
}

ValueScanner::Head ValueScanner::head(Bytes bytes) {
  const std::uint8_t first = bytes[0];
  const auto plain = [](std::uint64_t size) { return Head{.bytes = size}; };
  const auto many = [](std::uint64_t size, std::uint64_t children) {
    return Head{.bytes = size, .children = children, .container = true};
  };
  if (first < 0x80 || first >= 0xe0) return plain(1);
  if (first < 0x90) return many(1, 2 * (first & 0x0fu));
  if (first < 0xa0) return many(1, first & 0x0fu);
  if (first < 0xc0) return plain(1 + (first & 0x1fu));

  // How many bytes of length follow the first byte, for 0xc0 and up.
  static constexpr std::array<std::uint8_t, 32> widths{
      0, 0, 0, 0, 1, 2, 4, 1, 2, 4, 0, 0, 0, 0, 0, 0,   // nil, bool, bin, ext, float, uint
      0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 2, 4, 2, 4};  // int, fixext, str, array, map
  const std::size_t width = widths[first - 0xc0];
  if (bytes.size() <= width) return {.status = Status::more};
  const std::uint64_t length = big_endian(bytes.subspan(1), width);
  switch (first) {
    case 0xc1:
      return {.status = Status::malformed};
    case 0xc0:
    case 0xc2:
    case 0xc3:
      return plain(1);
    case 0xca:  // float32, and integers
    case 0xce:
    case 0xd2:
      return plain(5);
    case 0xcb:
    case 0xcf:
    case 0xd3:
      return plain(9);
    case 0xcc:
    case 0xd0:
      return plain(2);
    case 0xcd:
    case 0xd1:
      return plain(3);
    case 0xc7:  // ext: a type byte between the length and the content
    case 0xc8:
    case 0xc9:
      return plain(2 + width + length);
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return plain(2 + (std::uint64_t{1} << (first - 0xd4)));
    case 0xdc:
    case 0xdd:
      return many(1 + width, length);
    case 0xde:
    case 0xdf:
      return many(1 + width, 2 * length);
    default:  // str and bin
      return plain(1 + width + length);
  }
}

ValueScanner::Status ValueScanner::scan(Bytes bytes) {
  while (true) {
    if (at_ >= bytes.size()) return Status::more;
    const Head next = head(bytes.subspan(at_));
    if (next.status != Status::whole) return next.status;
    if (items_ == items_max_ || (next.container && depth_ == depth_max_)) return Status::malformed;
    if (next.bytes > bytes.size() - at_) return Status::more;
    at_ += static_cast<std::size_t>(next.bytes);
    ++items_;
    if (next.container) left_[depth_++] = next.children;
    // A value may be the last one of several containers at once.
    while (depth_ > 0 && left_[depth_ - 1] == 0) --depth_;
    if (depth_ == 0) return Status::whole;
    --left_[depth_ - 1];
  }
}

}  // namespace gossipod::wire
