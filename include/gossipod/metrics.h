// Metrics: what stats() says, one by one, with name, unit and kind: for those who export it. Names
// and units are those of docs/metrics.md, and stable.
//
//   for_each_metric(node.stats(), [&](const gossipod::Metric& metric) { ... });
//
// Call it when you are asked (a scrape), or by a timer of yours: stats() waits for nobody. For
// single happenings there is Observer.
//
// Threads: any.
#pragma once

#include <gossipod/export.h>
#include <gossipod/stats.h>

#include <cstdint>
#include <functional>
#include <string_view>

namespace gossipod::inline v0 {

struct Metric {
  enum class Kind : std::uint8_t { counter, gauge };  // a counter only grows, from 0
  std::string_view name;                              // "packets_received"
  std::string_view unit;                              // "bytes"; empty: a plain number
  Kind kind = Kind::counter;
  std::uint64_t value = 0;
};

// All of them, counters first, always in the same order.
GOSSIPOD_EXPORT void for_each_metric(const Stats& stats,
                                     const std::function<void(const Metric&)>& visit);

}  // namespace gossipod::inline v0
