// Walk goes through one packet, message by message: compressed and compound layers are peeled off
// as they are met. Depth, count of messages and decompressed bytes are bounded; a bad message costs
// only itself, and is counted under its reason.
//
// Allocation: the scratch grows to the largest packet seen, and stays. Only what is compressed
// twice, as no honest peer sends it, takes memory of its own for a moment.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/limits.h>
#include <gossipod/wire/message.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/reporter.h"

namespace gossipod::wire {

class Walk {
 public:
  // `packet`: plain, type byte first. What is compressed is unpacked into `scratch`, which is
  // cleared.
  Walk(Bytes packet, std::vector<std::uint8_t>& scratch, Reporter& reporter);

  // The next message; a view that is good until the next call.
  [[nodiscard]] std::optional<Message> next();
  // The next messages, at most `most`, into `together`, whose views are all good until the next
  // call; fewer where unpacking would move them. False: there are none.
  [[nodiscard]] bool next_together(std::vector<Message>& together, std::size_t most);

 private:
  // A run of bytes still to be walked: one message, or the parts of a compound. Offsets, since the
  // scratch moves when it grows.
  struct Layer {
    bool in_scratch = false;
    bool compound = false;
    std::size_t at = 0;          // offset of what comes next
    std::size_t end = 0;         // and of the end of the bytes
    std::size_t lengths = 0;     // compound: offset of the next part's length
    std::size_t parts_left = 1;  // a layer that is no compound has one
  };
  // Where a message is.
  struct Span {
    bool in_scratch = false;
    std::size_t at = 0;
    std::size_t size = 0;
  };

  [[nodiscard]] Bytes bytes(bool in_scratch) const {
    return in_scratch ? Bytes{scratch_} : packet_;
  }
  [[nodiscard]] bool next_part(Span& part);
  // Makes message_ the next one. `beside`: unless that would move the views given so far, or there
  // are too many parts; then it is still to come.
  bool advance(bool beside);
  [[nodiscard]] bool waits(const Span& part) const;
  void put_back(const Span& part);
  void take(const Span& part);
  void push_compound(const Span& part);
  void push_compressed(const Span& part);
  void push(const Layer& layer);

  Bytes packet_;
  std::vector<std::uint8_t>& scratch_;
  Reporter& reporter_;
  std::array<Layer, limits::nesting_max + 1> layers_;  // the packet itself is the first
  std::size_t depth_ = 1;
  std::size_t parts_ = 0;
  std::optional<Message> message_;  // made here and copied out: a new one each time is dearer
};

}  // namespace gossipod::wire
