// Input: the fuzzer's bytes, taken from the front; when there are no more, zeros and nothing.
#pragma once

#include <gossipod/bytes.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gossipod::fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : left_{data, size} {}

  [[nodiscard]] bool empty() const { return left_.empty(); }
  [[nodiscard]] Bytes rest() const { return left_; }

  std::uint8_t byte() {
    if (left_.empty()) return 0;
    const std::uint8_t value = left_[0];
    left_ = left_.subspan(1);
    return value;
  }
  // A copy, so that reading a byte too far is seen, and writing allowed.
  std::vector<std::uint8_t> bytes(std::size_t most) {
    const Bytes taken = left_.first(std::min(most, left_.size()));
    left_ = left_.subspan(taken.size());
    return {taken.begin(), taken.end()};
  }
  // With a length of its own in front: two bytes.
  std::vector<std::uint8_t> run() {
    const std::size_t high = byte();
    return bytes(high << 8 | byte());
  }

 private:
  Bytes left_;
};

}  // namespace gossipod::fuzz
