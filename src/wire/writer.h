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
  explicit Writer(MutableBytes out) : out_{out} {}

  Writer& byte(std::uint8_t value) { return put(value, 1); }
  Writer& raw(Bytes bytes) {
    if (!claim(bytes.size())) return *this;
    if (!bytes.empty()) std::memcpy(out_.data() + used_, bytes.data(), bytes.size());
    used_ += bytes.size();
    return *this;
  }
  Writer& map(std::uint8_t entries) { return put(0x80u | entries, 1); }  // at most 15
  Writer& boolean(bool value) { return put(value ? 0xc3u : 0xc2u, 1); }
  Writer& unsigned_integer(std::uint64_t value) {  // always the shortest form
    if (value < 0x80) return put(value, 1);
    if (value <= 0xff) return put(0xcc, 1).put(value, 1);
    if (value <= 0xffff) return put(0xcd, 1).put(value, 2);
    if (value <= 0xffff'ffff) return put(0xce, 1).put(value, 4);
    return put(0xcf, 1).put(value, 8);
  }
  Writer& signed_integer(std::int64_t value);  // as go-msgpack v2 writes Go's int
  Writer& text(std::string_view text) { return string(as_bytes(text)); }
  Writer& blob(Bytes bytes) {  // null data(): nil
    return bytes.data() == nullptr ? put(0xc0, 1) : string(bytes);
  }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t size() const { return used_; }

 private:
  // Old raws only: v0.2.x rejects str8 and bin.
  Writer& string(Bytes bytes) {
    if (bytes.size() < 32) {
      put(0xa0u | bytes.size(), 1);
    } else if (bytes.size() <= 0xffff) {
      put(0xda, 1).put(bytes.size(), 2);
    } else {
      put(0xdb, 1).put(bytes.size(), 4);
    }
    return raw(bytes);
  }
  bool claim(std::size_t width) { return ok_ = ok_ && out_.size() - used_ >= width; }
  Writer& put(std::uint64_t value, std::size_t width) {
    if (!claim(width)) return *this;
    for (std::size_t left = width; left > 0; --left) {
      out_[used_++] = static_cast<std::uint8_t>(value >> (8 * (left - 1)));
    }
    return *this;
  }

  MutableBytes out_;
  std::size_t used_ = 0;
  bool ok_ = true;
};

}  // namespace gossipod::wire
