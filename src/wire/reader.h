// Reader, the mirror image of Writer, for all forms peers have ever sent. A read past the end, or
// of the wrong kind, yields nothing and makes ok() false for good; incomplete() says which it was.
//
// The forms that honest peers send are decoded inline, the others in reader.cc.
#pragma once

#include <gossipod/bytes.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace gossipod::wire {

class Reader {
 public:
  explicit Reader(Bytes in) : begin_{in.data()}, at_{in.data()}, end_{in.data() + in.size()} {}

  std::uint8_t byte() {
    if (at_ == end_) return fail_incomplete();
    return *at_++;
  }
  // Takes exactly these bytes, if they are what comes next; if not, nothing has happened.
  template <std::size_t size>
  [[nodiscard]] bool literal(const std::array<std::uint8_t, size>& expected) {
    if (left() < size || std::memcmp(at_, expected.data(), size) != 0) return false;
    at_ += size;
    return true;
  }

  // How a struct begins, and with it a new message: a map, or an array of its fields in their
  // positional order. nil counts as an empty map.
  struct Container {
    std::uint32_t entries = 0;
    bool array = false;
  };
  Container container() {
    skipped_ = 0;
    if (at_ != end_ && (*at_ & 0xf0) == 0x80) return {*at_++ & 0x0fu, false};
    return other_container();
  }
  // The number of entries of a map; nil counts as an empty one.
  std::uint32_t map();
  // Any integer form whose value is in [0, max]; nil is 0.
  std::uint64_t unsigned_integer(std::uint64_t max) {
    if (at_ != end_ && *at_ <= 0x7f && *at_ <= max) return *at_++;
    if (left() > 2 && *at_ == 0xcd && max >= 0xffff) {
      const std::uint8_t* value = at_ + 1;
      at_ += 3;
      return std::uint64_t{value[0]} << 8 | value[1];
    }
    return other_unsigned(max);
  }
  // Any integer form; unsigned ones of 2^63 or more wrap, as they do in the reference. nil is 0.
  std::int64_t signed_integer() {
    if (at_ != end_ && *at_ <= 0x7f) return *at_++;
    return other_signed();
  }
  bool boolean();            // true, false, 0, 1, nil
  std::string_view text() {  // any string or bin form; nil is empty
    return as_text(blob());
  }
  Bytes blob() {  // the same; nil has a null data()
    if (at_ != end_ && (*at_ & 0xe0) == 0xa0) {
      const std::size_t size = *at_ & 0x1f;
      if (left() > size) {
        const std::uint8_t* content = at_ + 1;
        at_ = content + size;
        return {content, size};
      }
    }
    return other_blob();
  }
  std::string_view key();  // a map's key: text, neither nil nor empty
  void skip();             // one value of any kind, bounded in depth and in number

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool incomplete() const { return incomplete_; }  // not ok: it was cut short
  // Of no meaning once ok() is false.
  [[nodiscard]] std::size_t consumed() const { return static_cast<std::size_t>(at_ - begin_); }

 private:
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  // Both end the reading: nothing is left for whoever asks on. Only the first one counts.
  std::uint8_t fail_malformed() {
    ok_ = false;
    at_ = end_;
    return 0;
  }
  std::uint8_t fail_incomplete() {
    incomplete_ = incomplete_ || ok_;
    return fail_malformed();
  }
  Container other_container();
  std::uint64_t other_unsigned(std::uint64_t max);
  std::int64_t other_signed();
  Bytes other_blob();
  std::uint64_t get(std::size_t width);
  Bytes take(std::uint64_t size);

  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::size_t skipped_ = 0;  // values, against limits::msgpack_items_max
  bool ok_ = true;
  bool incomplete_ = false;
};

}  // namespace gossipod::wire
