#include "cli/text.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace gossipod::cli {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::uint8_t octet(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

// How long the character at `at` is, and which; length 0: no character starts there.
struct Character {
  std::size_t length = 0;
  std::uint32_t value = 0;
};
Character character_at(std::string_view bytes, std::size_t at) {
  const std::uint8_t lead = octet(bytes, at);
  if (lead < 0x80) return {1, lead};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + length > bytes.size()) return {};
  std::uint32_t value = lead & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const std::uint8_t next = octet(bytes, at + i);
    if ((next & 0xC0) != 0x80) return {};
    value = (value << 6) | (next & 0x3Fu);
  }
  constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < least[length] || surrogate || value > 0x10FFFF) return {};
  return {length, value};
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = character_at(bytes, at).length;
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (std::size_t at = 0; at < bytes.size(); ++at) hex += fmt::format("{:02x}", octet(bytes, at));
  return hex;
}

std::string to_base64(Bytes bytes) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t taken = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < taken ? bytes[at + i] : 0u);
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= taken ? alphabet[group >> (18 - 6 * i) & 0x3F] : '=';
    }
  }
  return text;
}

std::string escaped(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size();) {
    const Character c = character_at(bytes, at);
    const bool control = c.value < 0x20 || (c.value >= 0x7F && c.value < 0xA0);
    const std::size_t length = c.length == 0 ? 1 : c.length;
    if (c.length == 0 || control) {
      for (std::size_t i = 0; i < length; ++i) {
        text += fmt::format("\\x{:02x}", octet(bytes, at + i));
      }
    } else {
      text += bytes.substr(at, length);
    }
    at += length;
  }
  return text;
}

std::string digest(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    hash = (hash ^ octet(bytes, at)) * 0x100000001b3u;
  }
  return fmt::format("{:016x}", hash);
}

Result<Duration> parse_duration(std::string_view text, std::string_view field) {
  struct Unit {
    std::string_view name;
    double nanoseconds;
  };
  constexpr std::array units{Unit{"ms", 1e6}, Unit{"us", 1e3}, Unit{"s", 1e9}, Unit{"m", 6e10},
                             Unit{"h", 3.6e12}};
  double number = 0;
  const auto [end, problem] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  const auto suffix = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const Unit& unit : units) {
    const double total = number * unit.nanoseconds;
    if (problem == std::errc{} && suffix == unit.name && total >= 0 && total < 1e18) {
      return Duration{std::llround(total)};
    }
  }
  return Error{Errc::invalid_config, std::string{field},
               fmt::format("\"{}\" is no duration; write 200ms or 1.5s", escaped(text))};
}

std::pair<std::string_view, std::string_view> split_word(std::string_view text) {
  text = trimmed(text);
  const auto end = text.find_first_of(blanks);
  if (end == std::string_view::npos) return {text, {}};
  return {text.substr(0, end), trimmed(text.substr(end))};
}

}  // namespace gossipod::cli
