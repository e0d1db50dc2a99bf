// Writer writes msgpack, as memberlist's peers need it, into a borrowed buffer. Once something does
// not fit, nothing more is written and ok() stays false.
#pragma once

#include <gossipod/bytes.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace gossipod::wire {

class Writer {
 public:
  explicit Writer(MutableBytes out)
      : begin_{out.data()}, at_{out.data()}, end_{out.data() + out.size()} {}

  Writer& byte(std::uint8_t value) { return put<1>(value); }
  Writer& raw(Bytes bytes) {
    if (std::uint8_t* to = claim(bytes.size()); to != nullptr && !bytes.empty()) {
      std::memcpy(to, bytes.data(), bytes.size());
    }
    return *this;
  }
  Writer& map(std::uint8_t entries) { return put<1>(0x80u | entries); }  // at most 15
  Writer& boolean(bool value) { return put<1>(value ? 0xc3u : 0xc2u); }
  Writer& unsigned_integer(std::uint64_t value) {  // always the shortest form
    if (value < 0x80) return put<1>(value);
    if (value <= 0xff) return put<1>(0xcc, value);
    if (value <= 0xffff) return put<2>(0xcd, value);
    if (value <= 0xffff'ffff) return put<4>(0xce, value);
    return put<8>(0xcf, value);
  }
  Writer& signed_integer(std::int64_t value);  // as go-msgpack v2 writes Go's int
  Writer& text(std::string_view text) { return string(as_bytes(text)); }
  Writer& blob(Bytes bytes) {  // null data(): nil
    return bytes.data() == nullptr ? put<1>(0xc0) : string(bytes);
  }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(at_ - begin_); }

 private:
  // Old raws only: v0.2.x rejects str8 and bin.
  Writer& string(Bytes bytes) {
    if (bytes.size() < 32) return put<1>(0xa0u | bytes.size()).raw(bytes);
    if (bytes.size() <= 0xffff) return put<2>(0xda, bytes.size()).raw(bytes);
    return put<4>(0xdb, bytes.size()).raw(bytes);
  }
  // Where to write that much. Once there is too little room there is none, for anything.
  std::uint8_t* claim(std::size_t size) {
    std::uint8_t* to = at_;
    if (static_cast<std::size_t>(end_ - to) < size) {
      ok_ = false;
      end_ = to;
      return nullptr;
    }
    at_ = to + size;
    return to;
  }
  template <std::size_t width>
  static void store(std::uint8_t* to, std::uint64_t value) {
    for (std::size_t i = 0; i < width; ++i) {
      to[i] = static_cast<std::uint8_t>(value >> (8 * (width - 1 - i)));
    }
  }
  template <std::size_t width>
  Writer& put(std::uint64_t value) {
    if (std::uint8_t* to = claim(width)) store<width>(to, value);
    return *this;
  }
  template <std::size_t width>
  Writer& put(std::uint8_t head, std::uint64_t value) {
    if (std::uint8_t* to = claim(1 + width)) {
      to[0] = head;
      store<width>(to + 1, value);
    }
    return *this;
  }

  std::uint8_t* begin_;
  std::uint8_t* at_;
  std::uint8_t* end_;
  bool ok_ = true;
};

}  // namespace gossipod::wire
