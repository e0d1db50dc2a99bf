// Source: what counts as one origin where strangers are given shares: one IPv4 address, or one
// IPv6 network of 64 bits, since whoever has one address of it has them all.
#pragma once

#include <gossipod/endpoint.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace gossipod {

using Source = std::array<std::uint8_t, 16>;

[[nodiscard]] inline Source source_of(const Endpoint& endpoint) {
  Source source = endpoint.ip;
  if (!endpoint.is_v4()) std::fill(source.begin() + 8, source.end(), std::uint8_t{0});
  return source;
}

}  // namespace gossipod
