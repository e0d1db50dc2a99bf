// Bytes: a borrowed run of octets, as it crosses every border in here.
//
// On the wire a byte field may be absent (nil) or present and empty; receivers treat both alike,
// but what we forward keeps the difference. So: a span with a null data() is nil, any other is
// present.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace gossipod::inline v0 {

using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

// Bytes with several owners that nobody changes any more: what is being written to a stream.
using SharedBytes = std::shared_ptr<const std::vector<std::uint8_t>>;

[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace gossipod::inline v0
