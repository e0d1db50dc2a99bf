// What the envelope's tests share: bytes from hex, and the keys and the nonce of the examples.
#pragma once

#include <gossipod/bytes.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "envelope/cipher.h"
#include "envelope/keyring.h"

namespace gossipod::envelope {

using Octets = std::vector<std::uint8_t>;

inline Octets unhex(std::string_view text) {
  if (text.size() % 2 != 0) throw std::invalid_argument{"odd hex"};
  Octets out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    out.push_back(
        static_cast<std::uint8_t>(std::stoi(std::string{text.substr(i, 2)}, nullptr, 16)));
  }
  return out;
}

inline std::string to_hex(Bytes bytes) {
  std::string out;
  for (const std::uint8_t byte : bytes) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

inline Octets octets(std::string_view text) {
  const Bytes bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

inline const Octets key_a = unhex("000102030405060708090a0b0c0d0e0f");
inline const Octets key_b = unhex("101112131415161718191a1b1c1d1e1f1011121314151617");
inline const Octets key_c =
    unhex("000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f");
inline constexpr Nonce nonce{0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5,
                             0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xab};
inline const Octets nack_300 = unhex("0b81a55365714e6fcd012c");

inline Keyring ring(std::initializer_list<Octets> keys) {
  Keyring result;
  for (const Octets& key : keys) {
    if (!result.add(key)) throw std::invalid_argument{"not a key"};
  }
  return result;
}

}  // namespace gossipod::envelope
