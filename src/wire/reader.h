// Reader, the mirror image of Writer, for all forms peers have ever sent. A read past the end, or
// of the wrong kind, yields nothing and makes ok() false for good; incomplete() says which it was.
#pragma once

#include <gossipod/bytes.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gossipod::wire {

class Reader {
 public:
  explicit Reader(Bytes in) : in_{in} {}

  std::uint8_t byte();
  // The number of entries of a map; nil counts as an empty one.
  std::uint32_t map();
  // Any integer form whose value is in [0, max]; nil is 0.
  std::uint64_t unsigned_integer(std::uint64_t max);
  // Any integer form; unsigned ones of 2^63 or more wrap, as they do in the reference. nil is 0.
  std::int64_t signed_integer();
  bool boolean();           // true, false, 0, 1, nil
  std::string_view text();  // any string or bin form; nil is empty
  Bytes blob();             // the same; nil has a null data()
  std::string_view key();   // a map's key: text, not nil
  void skip();              // one value of any kind, bounded in depth and in number

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool incomplete() const { return incomplete_; }  // not ok: it was cut short
  [[nodiscard]] std::size_t consumed() const { return at_; }

 private:
  [[nodiscard]] std::size_t left() const { return in_.size() - at_; }
  bool expect(bool fine) { return ok_ = ok_ && fine; }
  bool need(std::size_t bytes);
  std::uint64_t get(std::size_t width);
  Bytes take(std::size_t size);

  Bytes in_;
  std::size_t at_ = 0;
  std::size_t skipped_ = 0;  // values, against limits::msgpack_items_max
  bool ok_ = true;
  bool incomplete_ = false;
};

}  // namespace gossipod::wire
