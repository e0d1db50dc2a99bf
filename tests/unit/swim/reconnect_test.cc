// Whom a machine calls that it lost, or was told of as a seed; when, and until when.
#include "swim/reconnect.h"

#include <gtest/gtest.h>

#include <set>

#include "unit/swim/machine_bench.h"

namespace gossipod::swim::test {
namespace {

// b to f, and no probes that would find anybody dead.
Config waiting() {
  Config config = default_config();
  config.probing_interval = 24h * 365;
  config.stream_timeout = 5s;
  return config;
}

void know(MachineBench& bench, std::uint8_t count) {
  for (std::uint8_t i = 2; i < 2 + count; ++i) {
    bench.hear_alive(std::string(1, static_cast<char>('a' + i - 1)), i, 1);
  }
  bench.streams();
}

// Whom it calls in that time, by the last numbers of their addresses. Nobody answers.
std::vector<int> called(MachineBench& bench, Duration span) {
  std::vector<int> who;
  const Error refused{Errc::connection_failed, {}, "refused"};
  for (const TimePoint end = bench.now + span; bench.now < end;) {
    bench.pass(std::min<Duration>(100ms, end - bench.now));
    for (const StreamOrder& order : bench.streams()) {
      if (order.kind != StreamOrder::Kind::open) continue;
      who.push_back(order.peer.endpoint.ip[15]);
      bench.node.on_stream_closed(bench.now, order.stream, &refused);
    }
  }
  return who;
}

TEST(ReconnectTest, WhoDiedWithoutAWordIsCalledForAsLongAsConfigured) {
  Config config = waiting();
  config.reconnect_timeout = 20min;
  MachineBench bench{config};
  know(bench, 3);
  bench.hear_dead("b", 1, "c");
  const std::vector<int> first = called(bench, 31s);  // at a random time of the first interval
  EXPECT_EQ(std::set(first.begin(), first.end()), std::set{2});
  EXPECT_EQ(bench.belief("b"), "dead/1");
  const std::vector<int> later = called(bench, 19min);
  EXPECT_NEAR(static_cast<double>(later.size()), 38, 2);  // every 30 s, more or less
  EXPECT_EQ(std::set(later.begin(), later.end()), std::set{2});
  EXPECT_EQ(bench.belief("b"), "none");  // long forgotten otherwise
  called(bench, 29s);
  EXPECT_EQ(called(bench, 5min), std::vector<int>{});
}

TEST(ReconnectTest, WhoIsBackOrSaidGoodbyeOrWasRemovedIsNot) {
  MachineBench bench{waiting()};
  know(bench, 4);
  bench.hear_dead("b", 1, "c");
  bench.hear_alive("b", 2, 2);
  bench.hear_dead("c", 1, "c");
  bench.node.remove(bench.now, 0, "d");
  bench.hear_dead("e", 1, "b");
  bench.story();
  bench.node.remove(bench.now, 0, "e");
  EXPECT_EQ(bench.story(), "");
  EXPECT_EQ(bench.belief("e"), "left/1");
  EXPECT_EQ(called(bench, 5min), std::vector<int>{});
}

TEST(ReconnectTest, ButNotWhereItIsOffNorWhenWeLeft) {
  Config off = waiting();
  off.reconnect_interval = Duration{0};
  MachineBench never_again{off};
  know(never_again, 3);
  never_again.hear_dead("b", 1, "c");
  EXPECT_EQ(called(never_again, 5min), std::vector<int>{});

  MachineBench gone{waiting()};
  know(gone, 3);
  gone.hear_dead("b", 1, "c");
  gone.node.leave(gone.now, 0);
  EXPECT_EQ(called(gone, 5min), std::vector<int>{});
}

TEST(ReconnectTest, WhoWasNeverCalledGoesFirst) {
  MachineBench bench{waiting()};
  know(bench, 5);
  for (const char* who : {"b", "c", "d"}) bench.hear_dead(who, 1, "f");
  const std::vector<int> order = called(bench, 10min);
  ASSERT_GT(order.size(), 15u);
  EXPECT_EQ(std::vector(order.begin(), order.begin() + 3), (std::vector{2, 3, 4}));
  EXPECT_EQ(std::set(order.begin() + 3, order.end()), (std::set{2, 3, 4}));
}

TEST(ReconnectTest, AloneOnesSeedsAreCalledInTurn) {
  Config config = waiting();
  config.join_retry = 1s;
  MachineBench bench{config};
  for (const int seed : {20, 21, 22, 21})
    bench.node.join(bench.now, 0, {endpoint_of(static_cast<std::uint8_t>(seed)), {}});
  const Error refused{Errc::connection_failed, {}, "refused"};
  for (const StreamOrder& order : bench.streams()) {
    bench.node.on_stream_closed(bench.now, order.stream, &refused);
  }
  const std::vector<int> order = called(bench, 30s);
  EXPECT_NEAR(static_cast<double>(order.size()), 30, 3);
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], 20 + static_cast<int>(i % 3));
}

TEST(ReconnectTest, WithCompanySeedsAreCalledOnlyWhereNobodyIsKnown) {
  Config config = waiting();
  config.join_retry = 1s;
  MachineBench bench{config};
  for (const int seed : {20, 2})
    bench.node.join(bench.now, 0, {endpoint_of(static_cast<std::uint8_t>(seed)), {}});
  called(bench, Duration{100ms});
  know(bench, 2);
  const std::vector<int> order = called(bench, 10min);
  EXPECT_GT(order.size(), 15u);
  EXPECT_LT(order.size(), 25u);
  EXPECT_EQ(std::set(order.begin(), order.end()), std::set{20});
}

TEST(ReconnectTest, TheLostAreBounded) {
  const Config config = waiting();
  const auto pool = std::make_shared<IdentityPool>(7);
  Counters counters;
  const NodeContext given{.seed = 1, .local = endpoint_of(1), .pool = pool, .counters = &counters};
  Context context{config, given};
  MemberTable table{*pool, context.rng};
  Reconnect reconnect{context, table};
  const TimePoint now{1h};
  const auto who = [&](std::size_t i) {
    return pool->intern(
        {.name = "m" + std::to_string(i), .address = {}, .metadata = {}, .versions = {}});
  };
  for (std::size_t i = 0; i < 2 * limits::lost_members_max; ++i) {
    reconnect.on_lost(now, who(i));
    EXPECT_EQ(reconnect.lost(), std::min(i + 1, limits::lost_members_max));
  }
  reconnect.on_lost(now, who(2 * limits::lost_members_max - 1));  // again: in the place of its own
  EXPECT_EQ(reconnect.lost(), limits::lost_members_max);
  EXPECT_EQ(counters[Counter::lost_forgotten], limits::lost_members_max);
}

}  // namespace
}  // namespace gossipod::swim::test
