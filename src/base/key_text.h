// Keys as people write them: hex or base64. Nothing here, and no error text, ever shows one.
#pragma once

#include <gossipod/error.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gossipod {

[[nodiscard]] constexpr bool is_key_size(std::size_t bytes) {
  return bytes == 16 || bytes == 24 || bytes == 32;  // AES-128, AES-192, AES-256
}

// invalid_config, field "key": neither hex nor base64, or not of such a size.
[[nodiscard]] Result<std::vector<std::uint8_t>> key_from_text(std::string_view text);

}  // namespace gossipod
