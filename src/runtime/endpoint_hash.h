// EndpointHash: for finding things by endpoint. The tables it is used for are only searched, never
// walked through: their order means nothing.
#pragma once

#include <gossipod/endpoint.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace gossipod::runtime {

struct EndpointHash {
  std::size_t operator()(const Endpoint& endpoint) const noexcept {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, endpoint.ip.data(), sizeof high);
    std::memcpy(&low, endpoint.ip.data() + sizeof high, sizeof low);
    std::uint64_t hash = (high ^ 0x9e37'79b9'7f4a'7c15u) * 0xff51'afd7'ed55'8ccdu;
    hash = (hash ^ (hash >> 32) ^ low) * 0xc4ce'b9fe'1a85'ec53u;
    hash = (hash ^ (hash >> 32) ^ endpoint.port) * 0x9e37'79b9'7f4a'7c15u;
    return static_cast<std::size_t>(hash ^ (hash >> 29));
  }
};

}  // namespace gossipod::runtime
