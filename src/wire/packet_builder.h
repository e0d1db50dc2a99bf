// PacketBuilder packs one or more messages into one packet: alone it stays bare, together they
// become a compound. It never exceeds the room it was given, nor limits::compound_parts_max.
//
// Allocation: none. Bytes: written into the borrowed buffer, moved once if it becomes a compound.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/limits.h>
#include <gossipod/wire/message.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "wire/codec.h"
#include "wire/writer.h"

namespace gossipod::wire {

class PacketBuilder {
 public:
  explicit PacketBuilder(MutableBytes out) : out_{out} {}

  // The longest message that add() will still take.
  [[nodiscard]] std::size_t room() const;
  [[nodiscard]] std::size_t parts() const { return count_; }

  // False, and nothing changed, if it does not fit.
  template <class M>
  bool add(const M& message) {
    Writer writer{next()};
    encode(writer, message);
    return writer.ok() && commit(writer.size());
  }
  // A message that is encoded already.
  bool add_encoded(Bytes message);

  // The packet's length; 0 if nothing was added. The builder is spent.
  [[nodiscard]] std::size_t finish();

 private:
  [[nodiscard]] MutableBytes next() const { return out_.subspan(used_, room()); }
  bool commit(std::size_t bytes);

  MutableBytes out_;
  std::size_t used_ = 0;  // parts, one after another, from the start of out_
  std::size_t count_ = 0;
  std::size_t first_size_ = 0;  // alone it may be longer than a part may be
  std::array<std::uint16_t, limits::compound_parts_max> sizes_{};
};

}  // namespace gossipod::wire
