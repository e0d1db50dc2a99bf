#include "base/key_text.h"

#include <optional>
#include <string>
#include <utility>

namespace gossipod {
namespace {

using Key = std::vector<std::uint8_t>;

// The value of a digit, or -1.
int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

std::optional<Key> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Key key;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    key.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return key;
}

// The standard alphabet, padded to fours, as `serf keygen` prints it.
std::optional<Key> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  Key key;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    key.push_back(static_cast<std::uint8_t>(bits >> held));
    bits &= (1u << held) - 1;
  }
  if (bits != 0) return std::nullopt;  // the unused bits of the last digit
  return key;
}

}  // namespace

Result<Key> key_from_text(std::string_view text) {
  // 32 hex digits could be the base64 of 24 bytes, too, but nobody draws such bytes by chance.
  std::optional<Key> key = from_hex(text);
  const bool hex = key.has_value();
  if (!hex) key = from_base64(text);
  if (!key) {
    return Error{.code = Errc::invalid_config,
                 .field = "key",
                 .detail = "a text of " + std::to_string(text.size()) +
                           " characters that is neither hex nor base64"};
  }
  if (!is_key_size(key->size())) {
    return Error{.code = Errc::invalid_config,
                 .field = "key",
                 .detail = std::to_string(key->size()) + " bytes (given as " +
                           (hex ? "hex" : "base64") + "): must be 16, 24 or 32"};
  }
  return *std::move(key);
}

}  // namespace gossipod
