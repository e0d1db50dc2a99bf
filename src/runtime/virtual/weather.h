// Weather: what happens to whatever is sent through the virtual network: how long it takes, whether
// it arrives at all, and between whom nothing passes.
//
// Deterministic: all chance comes from one seed.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/endpoint.h>
#include <gossipod/time.h>
#include <gossipod/virtual.h>

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/rng.h"
#include "runtime/endpoint_hash.h"

namespace gossipod::runtime {

class Weather {
 public:
  Weather(std::uint64_t seed, const VirtualConditions& conditions) : rng_{seed} {
    set_conditions(conditions);
  }

  void set_conditions(const VirtualConditions& conditions);
  void cut(const Endpoint& from, const Endpoint& to) { cuts_.insert({from, to}); }
  void cut_datagrams(const Endpoint& from, const Endpoint& to) { unheard_.insert({from, to}); }
  void heal(const Endpoint& from, const Endpoint& to);
  void set_group(const Endpoint& member, std::uint32_t group);
  void heal_all();

  [[nodiscard]] bool passes(const Endpoint& from, const Endpoint& to) const;
  // Datagrams too.
  [[nodiscard]] bool hears(const Endpoint& from, const Endpoint& to) const;
  [[nodiscard]] Duration latency() { return conditions_.latency_min + rng_.below(spread_); }
  [[nodiscard]] bool loses() { return chance(conditions_.loss_per_thousand); }
  // Now and then turns one bit round.
  void flip(MutableBytes datagram);
  [[nodiscard]] bool duplicates() { return chance(conditions_.duplicate_per_thousand); }

 private:
  struct PairHash {
    std::size_t operator()(const std::pair<Endpoint, Endpoint>& pair) const noexcept {
      return EndpointHash{}(pair.first) * 31 + EndpointHash{}(pair.second);
    }
  };

  bool chance(std::uint32_t per_thousand) {
    return per_thousand > 0 && rng_.below(std::uint32_t{1000}) < per_thousand;
  }
  [[nodiscard]] std::uint32_t group(const Endpoint& member) const;

  Rng rng_;
  VirtualConditions conditions_;
  Duration spread_{};
  using Ways = std::unordered_set<std::pair<Endpoint, Endpoint>, PairHash>;
  Ways cuts_;
  Ways unheard_;                                                      // cut for datagrams only
  std::unordered_map<Endpoint, std::uint32_t, EndpointHash> groups_;  // those not in group 0
};

}  // namespace gossipod::runtime
