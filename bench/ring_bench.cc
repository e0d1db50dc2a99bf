// How many members can one core simulate? Seconds of members' lives per second of processor time:
// machines and the real codec, the LAN profile, no sessions and no push-pulls.
//
// idle: nothing happens. churn: each virtual minute a tenth of the members stop for ten seconds,
// are suspected, wake up and talk themselves back.
//
// For comparison: a published figure of the Rust crate foca 2.0 on such a machine is 180,000 at 200
// members and 65,000 at 1,000, idle. Our aim, idle: 250,000 at 128 and 150,000 at 1,000.
#include <benchmark/benchmark.h>

#include <chrono>
#include <vector>

#include "support/ring.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;

Config lan() {
  Config config;
  config.push_pull_interval = Duration{0};
  config.stream_fallback = false;
  return config;
}

void virtual_seconds(benchmark::State& state, bool churn) {
  const auto members = static_cast<std::size_t>(state.range(0));
  test::Ring ring{members, lan(), 1};
  ring.run_for(5s);
  std::size_t second = 0;
  std::size_t next = 0;
  std::vector<std::size_t> stopped;
  for (auto _ : state) {
    const std::size_t phase = second++ % 60;
    if (churn && phase == 0) {
      for (std::size_t i = 0; i < members / 10; ++i) {
        next = (next + 7) % members;
        stopped.push_back(next);
        ring.silence(next);
      }
    } else if (churn && phase == 10) {
      for (const std::size_t who : stopped) ring.resume(who);
      stopped.clear();
    }
    ring.run_for(1s);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(members));
  state.counters["packets_per_member_s"] =
      static_cast<double>(ring.sent()) / static_cast<double>(second * members);
}
void idle(benchmark::State& state) { virtual_seconds(state, false); }
void churn(benchmark::State& state) { virtual_seconds(state, true); }
// Whole minutes of churn, so that each run has its share of it.
BENCHMARK(idle)->Arg(128)->Arg(1'000)->Unit(benchmark::kMillisecond);
BENCHMARK(churn)->Arg(128)->Iterations(240)->Unit(benchmark::kMillisecond);
BENCHMARK(churn)->Arg(1'000)->Iterations(60)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gossipod
