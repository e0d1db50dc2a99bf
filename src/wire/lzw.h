// LZW as Go's compress/lzw writes it: least significant bit first, 8-bit literals, GIF's width rule
// without early change. Packing is byte identical to Go's; unpacking takes what old and new Go
// wrote.
#pragma once

#include <gossipod/bytes.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gossipod::wire {

// Appends the packed form of `plain`, unless it would need more than `limit` bytes: then false, and
// `out` is as it was.
// `Octets`: std::vector<std::uint8_t> or LargeBytes, here and below.
template <class Octets>
[[nodiscard]] bool lzw_pack(Bytes plain, Octets& out, std::size_t limit = SIZE_MAX);

enum class LzwError : std::uint8_t {
  none,
  cut,           // no end code
  invalid_code,  // a code that cannot be known yet
  too_long,      // more than `limit` bytes
};
// Appends the plain form of `packed`. On an error, what was unpacked before it stays appended.
template <class Octets>
[[nodiscard]] LzwError lzw_unpack(Bytes packed, Octets& out, std::size_t limit);

}  // namespace gossipod::wire
