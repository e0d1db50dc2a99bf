// Trace: a run in 64 bits. Two runs with the same trace delivered the same bytes between the same
// endpoints at the same times, in the same order. Not meant against attackers.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/endpoint.h>
#include <gossipod/time.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace gossipod::runtime {

class Trace {
 public:
  void add(TimePoint at, const Endpoint& from, const Endpoint& to, Bytes bytes) {
    mix(static_cast<std::uint64_t>(at.time_since_epoch().count()));
    add(from);
    add(to);
    mix(bytes.size());
    add(bytes);
  }
  [[nodiscard]] std::uint64_t hash() const { return hash_ ^ (hash_ >> 32); }

 private:
  void mix(std::uint64_t word) {
    hash_ = (hash_ ^ word) * 0x9fb2'1c65'1e98'df25u;
    hash_ ^= hash_ >> 35;
  }
  void add(const Endpoint& endpoint) {
    add(Bytes{endpoint.ip});
    mix(endpoint.port);
  }
  // Eight bytes at a time, so that hashing costs less than what it watches over.
  void add(Bytes bytes) {
    while (!bytes.empty()) {
      std::uint64_t word = 0;
      const std::size_t size = bytes.size() < sizeof word ? bytes.size() : sizeof word;
      std::memcpy(&word, bytes.data(), size);
      mix(word);
      bytes = bytes.subspan(size);
    }
  }

  std::uint64_t hash_ = 0xcbf2'9ce4'8422'2325u;
};

}  // namespace gossipod::runtime
