// Short ways to write bytes down.
#pragma once

#include <gossipod/bytes.h>

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "wire/codec.h"

namespace gossipod::wire {

using Octets = std::vector<std::uint8_t>;

// "82 a1 'Node'": hex with spaces, and text in quotes.
inline Octets octets(std::string_view notation) {
  Octets out;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i < notation.size();) {
    if (notation[i] == ' ') {
      ++i;
    } else if (notation[i] == '\'') {
      for (++i; notation[i] != '\''; ++i) out.push_back(static_cast<std::uint8_t>(notation[i]));
      ++i;
    } else {
      out.push_back(static_cast<std::uint8_t>(digit(notation[i]) * 16 + digit(notation[i + 1])));
      i += 2;
    }
  }
  return out;
}

inline Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline Octets repeated(const Octets& block, std::size_t times) {
  Octets out;
  for (std::size_t i = 0; i < times; ++i) out.insert(out.end(), block.begin(), block.end());
  return out;
}

template <class M>
Octets encoded(const M& message) {
  Octets out(1 << 17);
  Writer writer{out};
  encode(writer, message);
  out.resize(writer.ok() ? writer.size() : 0);
  return out;
}

}  // namespace gossipod::wire
