// LossWatch: what is a sign that packets are lost, and for how long; only then are there last
// calls.
#include "swim/loss_watch.h"

#include <gtest/gtest.h>

#include "unit/swim/machine_bench.h"

namespace gossipod::swim::test {
namespace {

// Suspicions last 4 s, or 24 s with nobody to confirm them.
Config patient() {
  Config config = default_config();
  config.probing_interval = 10s;
  config.suspicious_timeout = 4s;
  return config;
}

TEST(LossWatch, NobodyIsAskedWhereNothingWasLostLately) {
  MachineBench bench{patient()};
  bench.hear_alive("b", 2, 1);
  bench.hear_suspect("b", 1, "c");
  bench.pass(3900ms);
  EXPECT_EQ(bench.counters[Counter::last_calls], 0u);
  bench.hear_alive("b", 2, 2);  // so something was lost
  bench.hear_suspect("b", 2, "c");
  bench.pass(3900ms);
  EXPECT_GE(bench.counters[Counter::last_calls], 1u);
  bench.hear_alive("b", 2, 3);
  bench.pass(310s);  // long ago
  bench.hear_alive("d", 4, 1);
  const auto before = bench.counters[Counter::last_calls];
  bench.hear_suspect("d", 1, "c");
  bench.pass(3900ms);
  EXPECT_EQ(bench.counters[Counter::last_calls], before);
}

// Whether somebody who is suspected then is called.
bool lossy(MachineBench& bench) {
  const auto before = bench.counters[Counter::last_calls];
  bench.hear_alive("s", 99, 1);
  bench.hear_suspect("s", 1, "v");
  bench.pass(3900ms);
  return bench.counters[Counter::last_calls] > before;
}

TEST(LossWatch, AProbeThatWasAnsweredLateOrByStreamIsASignOfLoss) {
  for (const std::string_view answer : {"at once", "late", "by stream"}) {
    SCOPED_TRACE(answer);
    Config config = patient();
    config.indirect_ack_timeout = 5s;
    MachineBench bench{config};
    bench.hear_alive("b", 2, 1);
    SequenceNumber sequence{};
    while (sequence == SequenceNumber{}) {
      bench.pass(10ms);
      for (const auto& packet : bench.sent()) {
        if (const auto* ping = packet->first<wire::Ping>()) sequence = ping->sequence;
      }
    }
    const wire::Ack ack{.sequence = sequence, .payload = {}};
    if (answer != "at once") bench.pass(600ms);
    if (answer == "by stream") {
      const StreamId stream = bench.streams().at(0).stream;
      bench.node.on_stream_opened(bench.now, stream);
      bench.node.on_stream_message(bench.now, stream, endpoint_of(2), ack);
      bench.pass(4500ms);
    } else {
      bench.hear(ack, endpoint_of(2));
    }
    EXPECT_EQ(bench.counters[Counter::probes_failed], 0u);
    EXPECT_EQ(lossy(bench), answer != "at once");
  }
}

TEST(LossWatch, RemembersASignForThirtyProbes) {
  LossWatch watch{1s};
  const TimePoint now{1h};
  EXPECT_FALSE(watch.lossy(now));
  watch.on_sign(now);
  EXPECT_TRUE(watch.lossy(now));
  EXPECT_TRUE(watch.lossy(now + 30s));
  EXPECT_FALSE(watch.lossy(now + 30s + 1ns));
}

}  // namespace
}  // namespace gossipod::swim::test
