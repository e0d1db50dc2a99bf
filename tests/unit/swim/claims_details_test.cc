// Claims at the edges of what is allowed, and what they leave as it was.
#include <gtest/gtest.h>

#include "unit/swim/machine_bench.h"

namespace gossipod::swim::test {
namespace {

wire::Alive alive(std::string_view name, const Endpoint& endpoint, std::uint32_t incarnation,
                  Bytes said_versions) {
  return {.incarnation = Incarnation{incarnation},
          .node = name,
          .address = endpoint.address(),
          .port = endpoint.port,
          .metadata = {},
          .versions = said_versions};
}

const Identity& identity(const MachineBench& bench, std::string_view name) {
  return *bench.node.member(*bench.node.find(name)).identity;
}

// How often `name` is told about in all answers from now on.
int times_told(MachineBench& bench, std::string_view name) {
  int times = 0;
  for (int i = 0; i < 20; ++i) {
    for (const auto& packet : bench.provoke()) {
      const auto* told = packet->first<wire::Alive>();
      if (told != nullptr && told->node == name) ++times;
    }
  }
  return times;
}

TEST(ClaimsDetails, BeforeProtocolTwoPortsDoNotCount) {
  for (const bool first : {true, false}) {
    Config config = default_config();
    config.protocol_version = first ? 1 : 2;
    MachineBench bench{config};
    const Endpoint elsewhere = *Endpoint::from_ip("10.0.0.2", 99);
    bench.hear(alive("b", elsewhere, 1, versions));
    EXPECT_EQ(identity(bench, "b").endpoint().port, first ? 7946 : 99);
  }
}

TEST(ClaimsDetails, WhoDoesNotSayWhatItSpeaksSpeaksWhatItDid) {
  MachineBench bench;
  bench.hear(alive("b", endpoint_of(2), 1, versions));
  bench.hear(alive("b", endpoint_of(2), 2, {}));
  EXPECT_EQ(bench.belief("b"), "alive/2");
  EXPECT_EQ(identity(bench, "b").versions().protocol_max, 5);
  constexpr std::array<std::uint8_t, 6> others{1, 4, 3, 0, 1, 0};
  bench.hear(alive("b", endpoint_of(2), 3, others));
  EXPECT_EQ(identity(bench, "b").versions().protocol_max, 4);
}

TEST(ClaimsDetails, AnotherUsIsRefutedWhateverDiffers) {
  constexpr std::array<std::uint8_t, 6> others{1, 4, 2, 0, 0, 0};
  for (const Bytes said : {Bytes{others}, Bytes{versions}.first(5), Bytes{}}) {
    MachineBench bench;
    bench.hear(alive("a", endpoint_of(1), 1, said));
    EXPECT_EQ(bench.belief("a"), "alive/2");
  }
}

TEST(ClaimsDetails, ADeadNameNeverMovesUnlessItMay) {
  for (const Duration reclaim : {Duration{0}, Duration{5s}}) {
    Config config = default_config();
    config.dead_reclaim_time = reclaim;
    config.probing_interval = 1h;
    MachineBench bench{config};
    bench.hear_alive("b", 2, 3);
    bench.hear_dead("b", 3, "c");
    bench.now += 5s;
    bench.hear_alive("b", 77, 9);
    EXPECT_EQ(bench.belief("b"), "dead/3");
    bench.now += 1ns;
    bench.hear_alive("b", 77, 9);
    EXPECT_EQ(bench.belief("b"), reclaim == 5s ? "alive/9" : "dead/3");
  }
}

TEST(ClaimsDetails, NamesAndMetadataMayBeAsLongAsTheLimits) {
  MachineBench bench;
  const std::string name(limits::name_bytes_max, 'n');
  const std::string metadata(limits::metadata_bytes_max, 'm');
  bench.hear_alive(name, 3, 1, metadata);
  EXPECT_EQ(bench.belief(name), "alive/1");
}

TEST(ClaimsDetails, ARangeOfOneVersionMakesSense) {
  MachineBench bench;
  bench.hear(alive("b", endpoint_of(2), 1, std::array<std::uint8_t, 6>{2, 2, 2, 0, 0, 0}));
  EXPECT_EQ(bench.belief("b"), "alive/1");
  bench.hear(
      alive("c", endpoint_of(3), 1, std::array<std::uint8_t, 3>{5, 1, 1}));  // cut, and wrong
  EXPECT_EQ(bench.belief("c"), "none");
  bench.hear(alive("d", endpoint_of(4), 1, std::array<std::uint8_t, 6>{1, 0, 0, 0, 0, 0}));
  EXPECT_EQ(bench.belief("d"), "none");
}

TEST(ClaimsDetails, TheLastIncarnationsAreKeptForAnswers) {
  MachineBench bench;
  bench.hear_alive("b", 2, limits::alive_below);
  EXPECT_EQ(bench.belief("b"), "none");
  bench.hear_alive("b", 2, limits::alive_below - 1);
  EXPECT_EQ(bench.belief("b"), "alive/" + std::to_string(limits::alive_below - 1));
  bench.hear_alive("c", 3, 1);
  bench.hear_suspect("c", limits::accused_below, "b");
  EXPECT_EQ(bench.belief("c"), "alive/1");
  bench.hear_suspect("c", limits::accused_below - 1, "b");
  EXPECT_EQ(bench.belief("c"), "suspect/" + std::to_string(limits::accused_below - 1));
}

TEST(ClaimsDetails, WeDoNotBeginTellingAgainWhatWeAreTelling) {
  MachineBench bench;
  bench.hear_alive("b", 2, 1);
  times_told(bench, "");
  bench.hear_suspect("a", 1, "b");
  bench.provoke();
  bench.pass(2s);
  bench.hear_suspect("a", 1, "b");  // somebody has not heard our answer; it is still being told
  EXPECT_EQ(times_told(bench, "a"), 2);  // of 4 * ceil(log10(3)); one went with a probe
}

TEST(ClaimsDetails, WhoLeavesAnswersNothingAnyMore) {
  MachineBench bench;
  bench.hear_alive("b", 2, 1);
  bench.hear_suspect("a", 1, "b");
  times_told(bench, "");
  bench.node.leave(bench.now, 0);
  times_told(bench, "");
  bench.pass(2s);
  bench.hear_suspect("a", 1, "b");
  EXPECT_EQ(times_told(bench, "a"), 0);
}

TEST(ClaimsDetails, WhoSpeaksUpWhileItIsProbedIsNotAccused) {
  Config config = default_config();
  config.stream_fallback = false;
  for (const bool suspected : {false, true}) {
    MachineBench bench{config};
    bench.hear_alive("b", 2, 1);
    bench.pass(1s);  // pinged
    bench.hear_alive("b", 2, 2);
    if (suspected) bench.hear_suspect("b", 2, "c");  // by others, of what it said since
    bench.story();
    bench.pass(1s);
    EXPECT_EQ(bench.counters[Counter::probes_failed], 1u);
    EXPECT_EQ(bench.belief("b"), suspected ? "suspect/2" : "alive/2");
    EXPECT_EQ(bench.story(), "");
    EXPECT_EQ(bench.counters[Counter::claims_stale], 0u);
  }
}

TEST(ClaimsDetails, AVerdictOnWhoIsDeadAlreadyIsNoNews) {
  Config config = default_config();
  config.level = Level::infection;
  MachineBench bench{config};
  bench.hear_alive("b", 2, 1);
  bench.pass(1s);  // pinged
  bench.hear_dead("b", 1, "c");
  EXPECT_EQ(bench.story(), "join a, join b, dead b");
  bench.pass(1s);
  EXPECT_EQ(bench.counters[Counter::probes_failed], 1u);
  EXPECT_EQ(bench.story(), "");
}

TEST(ClaimsDetails, DelegatesAreAskedAboutEveryClaim) {
  struct Counting final : Delegate {
    bool accept_alive(const IdentityFields& fields) noexcept override {
      asked += fields.name;
      return fields.name != "c";
    }
    std::string asked;
  } delegate;
  MachineBench bench{default_config(), &delegate};
  bench.hear_alive("b", 2, 1);
  bench.hear_alive("b", 2, 1);  // nothing new, and still
  bench.hear_alive("c", 3, 1);
  EXPECT_EQ(delegate.asked, "bbc");
  EXPECT_EQ(bench.counters[Counter::drop_invalid_claim], 1u);
  EXPECT_EQ(bench.belief("c"), "none");
}

TEST(ClaimsDetails, WhoHasLeftDoesNotChangeAnyMore) {
  MachineBench bench;
  bench.node.leave(bench.now, 0);
  bench.events.clear();
  bench.node.set_metadata(bench.now, 5, "late");
  bench.collect();
  ASSERT_FALSE(bench.events.empty());
  EXPECT_EQ(bench.events.back().error->code, Errc::stopped);
  EXPECT_EQ(bench.belief("a"), "left/1");
}

}  // namespace
}  // namespace gossipod::swim::test
