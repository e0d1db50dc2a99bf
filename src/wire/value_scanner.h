// ValueScanner finds the end of one msgpack value of any kind, without understanding it. It can be
// interrupted: shown the same bytes again and more of them, it goes on where it stopped, so that a
// value which arrives byte by byte costs no more than one that arrives at once.
//
// Bounds: the depth is given; a string is stepped over whole, so the work is at most one step per
// byte of input, whatever lengths are announced. No recursion, no allocation.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/limits.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace gossipod::wire {

class ValueScanner {
 public:
  enum class Status : std::uint8_t { more, whole, malformed };

  // At most `depth_max` containers inside each other, and `items_max` values in all.
  explicit ValueScanner(std::size_t depth_max, std::size_t items_max = SIZE_MAX);

  // `bytes`: the value from its first byte on, as far as it is there.
  [[nodiscard]] Status scan(Bytes bytes);
  void restart() { at_ = items_ = depth_ = 0; }           // for another value
  [[nodiscard]] std::size_t size() const { return at_; }  // of the value, when whole
  [[nodiscard]] std::size_t items() const { return items_; }
  [[nodiscard]] bool started() const { return items_ > 0; }

 private:
  // What the head of a value says: its own bytes, head included, and how many values follow in it.
  struct Head {
    Status status = Status::whole;
    std::uint64_t bytes = 0;
    std::uint64_t children = 0;
    bool container = false;
  };
  static Head head(Bytes bytes);

  // Containers of a value that is skipped, and the struct around it.
  static constexpr std::size_t depth_most = limits::msgpack_depth_max + 1;

  std::size_t depth_max_;
  std::size_t items_max_;
  std::size_t at_ = 0;
  std::size_t items_ = 0;
  std::size_t depth_ = 0;
  std::array<std::uint64_t, depth_most> left_{};  // values still to come, by container
};

}  // namespace gossipod::wire
