#include "wire/reader.h"

#include <gossipod/limits.h>

#include "wire/value_scanner.h"

namespace gossipod::wire {

std::uint64_t Reader::get(std::size_t width) {
  if (left() < width) return fail_incomplete();
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value << 8 | *at_++;
  return value;
}

Bytes Reader::take(std::uint64_t size) {
  if (!ok_) return {};
  if (left() < size) {
    fail_incomplete();
    return {};
  }
  const Bytes content{at_, static_cast<std::size_t>(size)};
  at_ += content.size();
  return content;
}

Reader::Container Reader::other_container() {
  const std::uint8_t head = byte();
  if (!ok_) return {};
  switch (head) {
    case 0xc0:
      return {};
    case 0xde:
      return {static_cast<std::uint32_t>(get(2)), false};
    case 0xdf:
      return {static_cast<std::uint32_t>(get(4)), false};
    case 0xdc:
      return {static_cast<std::uint32_t>(get(2)), true};
    case 0xdd:
      return {static_cast<std::uint32_t>(get(4)), true};
    default:
      if ((head & 0xf0) == 0x90) return {head & 0x0fu, true};
      fail_malformed();
      return {};
  }
}

std::uint32_t Reader::map() {
  const Container found = container();
  if (found.array) fail_malformed();
  return ok_ ? found.entries : 0;
}

std::uint64_t Reader::other_unsigned(std::uint64_t max) {
  if (at_ == end_) return fail_incomplete();
  std::uint64_t value = 0;
  if (*at_ >= 0xcc && *at_ <= 0xcf) {  // as unsigned: no wrapping here
    const std::size_t width = std::size_t{1} << (*at_ - 0xcc);
    ++at_;
    value = get(width);
  } else {
    const std::int64_t found = other_signed();
    if (found < 0) return fail_malformed();
    value = static_cast<std::uint64_t>(found);
  }
  return value <= max ? value : fail_malformed();
}

std::int64_t Reader::other_signed() {
  const std::uint8_t head = byte();
  if (!ok_) return 0;
  if (head < 0x80) return head;
  if (head >= 0xe0) return static_cast<std::int8_t>(head);
  switch (head) {
    case 0xc0:
      return 0;
    case 0xcc:
      return static_cast<std::int64_t>(get(1));
    case 0xcd:
      return static_cast<std::int64_t>(get(2));
    case 0xce:
      return static_cast<std::int64_t>(get(4));
    case 0xcf:
    case 0xd3:
      return static_cast<std::int64_t>(get(8));
    case 0xd0:
      return static_cast<std::int8_t>(get(1));
    case 0xd1:
      return static_cast<std::int16_t>(get(2));
    case 0xd2:
      return static_cast<std::int32_t>(get(4));
    default:
      return fail_malformed();
  }
}

bool Reader::boolean() {
  const std::uint8_t head = byte();
  if (!ok_) return false;
  if (head == 0xc3 || head == 0x01) return true;
  if (head != 0xc2 && head != 0x00 && head != 0xc0) fail_malformed();
  return false;
}

Bytes Reader::other_blob() {
  const std::uint8_t head = byte();
  if (!ok_) return {};
  if ((head & 0xe0) == 0xa0) return take(head & 0x1fu);
  switch (head) {
    case 0xc0:
      return {};
    case 0xc4:
    case 0xd9:
      return take(get(1));
    case 0xc5:
    case 0xda:
      return take(get(2));
    case 0xc6:
    case 0xdb:
      return take(get(4));
    default:
      fail_malformed();
      return {};
  }
}

std::string_view Reader::key() {
  const std::string_view found = text();
  if (ok_ && found.empty()) fail_malformed();
  return found;
}

void Reader::skip() {
  ValueScanner scanner{limits::msgpack_depth_max, limits::msgpack_items_max - skipped_};
  switch (scanner.scan({at_, left()})) {
    case ValueScanner::Status::whole:
      at_ += scanner.size();
      skipped_ += scanner.items();
      return;
    case ValueScanner::Status::more:
      fail_incomplete();
      return;
    case ValueScanner::Status::malformed:
      fail_malformed();
      return;
  }
}

}  // namespace gossipod::wire
