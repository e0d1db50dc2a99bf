// TurnBuffers: the memory in which the packets of one turn are written. Lent to every node of a
// loop, one after another: nodes take turns, so one set is enough for all of them.
//
// Threads: the loop's. Allocates when a node with larger packets joins the loop, and never in a
// turn.
#pragma once

#include <gossipod/limits.h>
#include <gossipod/link.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gossipod::runtime {

class TurnBuffers {
 public:
  // Packets handed to the link in one call; a busier turn makes several calls.
  static constexpr std::size_t frames = 32;

  TurnBuffers() { batch_.reserve(frames); }
  TurnBuffers(const TurnBuffers&) = delete;
  TurnBuffers& operator=(const TurnBuffers&) = delete;

  // Makes room for packets of that size with everything the envelope may put around them. Not
  // within a turn.
  void fit(std::size_t packet_bytes) {
    const std::size_t wanted = packet_bytes + limits::headroom + limits::tailroom;
    if (wanted <= frame_bytes_) return;
    frame_bytes_ = wanted;
    memory_.resize(frames * frame_bytes_);
  }

  [[nodiscard]] MutableBytes frame(std::size_t index) {
    return MutableBytes{memory_}.subspan(index * frame_bytes_, frame_bytes_);
  }

  // A peer's name is borrowed only until the machine is called again, and the batch lives longer.
  [[nodiscard]] std::string_view keep_name(std::size_t index, std::string_view name) {
    const std::size_t size = std::min(name.size(), names_[index].size());
    std::copy_n(name.data(), size, names_[index].data());
    return {names_[index].data(), size};
  }

  [[nodiscard]] std::vector<TxDatagram>& batch() { return batch_; }

 private:
  std::size_t frame_bytes_ = 0;
  std::vector<std::uint8_t> memory_;
  std::array<std::array<char, limits::name_bytes_max>, frames> names_{};
  std::vector<TxDatagram> batch_;
};

}  // namespace gossipod::runtime
