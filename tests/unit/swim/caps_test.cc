// What one stranger, or many, can make a machine remember or send: each bound, its counter, and
// that it is a bound only.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "swim/admissions.h"
#include "unit/swim/machine_bench.h"

namespace gossipod::swim::test {
namespace {

// What is told, line by line.
class Remembers final : public Observer {
 public:
  void on_fact(const Fact& fact) noexcept override { lines.push_back(to_string(fact)); }
  // The last one; then there are none.
  std::string take() {
    const std::string last = lines.empty() ? "" : lines.back();
    lines.clear();
    return last;
  }
  std::vector<std::string> lines;
};

wire::Alive alive(std::string_view name, const Endpoint& endpoint) {
  return {.incarnation = Incarnation{1},
          .node = name,
          .address = endpoint.address(),
          .port = endpoint.port,
          .metadata = {},
          .versions = versions};
}

TEST(Caps, MembersInAll) {
  Config config = default_config();
  config.members_max = 3;
  Remembers told;
  MachineBench bench{config, nullptr, 1, &told};
  bench.hear_alive("b", 2, 1);
  bench.hear_alive("c", 3, 1);
  bench.hear_alive("d", 4, 1);
  EXPECT_EQ(bench.belief("d"), "none");
  EXPECT_EQ(told.take(), "warning claim_refused member=d reason=\"too many members\"");
  EXPECT_EQ(bench.counters[Counter::drop_members], 1u);
  bench.hear_alive("b", 2, 2);  // who is known already still counts
  EXPECT_EQ(bench.belief("b"), "alive/2");
}

TEST(Caps, WhoMovesDoesNotBeginAtNothing) {
  MachineBench bench;
  bench.hear_alive("b", 2, 3);
  bench.hear_dead("b", 3, "b");  // it left: its name is free
  bench.hear_alive("b", 7, 0);
  EXPECT_EQ(bench.belief("b"), "left/3");
  EXPECT_EQ(bench.counters[Counter::drop_invalid_claim], 1u);
}

TEST(Caps, MembersFromOneSource) {
  Config config = default_config();
  config.members_per_source_max = 2;
  Remembers told;
  MachineBench bench{config, nullptr, 1, &told};
  const Endpoint home = endpoint_of(7);
  bench.hear(alive("b", home), endpoint_of(9));
  bench.hear(alive("c", home), endpoint_of(9));
  bench.hear(alive("d", home), endpoint_of(9));
  EXPECT_EQ(bench.belief("d"), "none");
  EXPECT_EQ(bench.counters[Counter::drop_source_members], 1u);
  EXPECT_EQ(told.take(),
            "warning claim_refused member=d reason=\"too many members from one address\"");
  bench.hear(alive("d", home), endpoint_of(8));  // somebody else may
  EXPECT_EQ(bench.belief("d"), "alive/1");
  bench.now += std::chrono::seconds{limits::admission_window_seconds};
  bench.hear(alive("e", home), endpoint_of(9));  // and later so may the first
  EXPECT_EQ(bench.belief("e"), "alive/1");
}

// A claim of a member with the most metadata there may be, or none.
wire::Alive grown(std::string_view name, std::uint32_t incarnation, bool large) {
  static const std::string metadata(limits::metadata_bytes_max, 'm');
  static const Endpoint home = endpoint_of(7);
  wire::Alive claim = alive(name, home);
  claim.incarnation = Incarnation{incarnation};
  if (large) claim.metadata = as_bytes(metadata);
  return claim;
}

TEST(Caps, NamesInAll) {
  Remembers told;
  constexpr std::size_t most = 3000;
  const auto pool = std::make_shared<IdentityPool>(7, most);
  MachineBench bench{default_config(), nullptr, 1, &told, false, pool};
  // Events hold what they are about.
  const auto hear = [&](std::string_view name, std::uint32_t incarnation, bool large) {
    bench.hear(grown(name, incarnation, large));
    bench.story();
  };
  hear("small", 1, false);
  std::string newest;
  for (int i = 0; bench.counters[Counter::drop_names] == 0 && i < 10; ++i) {
    newest = "m" + std::to_string(i);
    hear(newest, 1, true);
  }
  EXPECT_EQ(bench.belief(newest), "none");
  EXPECT_EQ(told.take(),
            "warning claim_refused member=" + newest + " reason=\"too many bytes of names\"");
  EXPECT_LT(pool->bytes(), most + 600);

  hear("small", 2, true);  // nor may the known grow
  EXPECT_EQ(bench.belief("small"), "alive/1");
  EXPECT_EQ(bench.counters[Counter::drop_names], 2u);
  hear("m0", 2, false);  // who says less makes room
  EXPECT_EQ(bench.belief("m0"), "alive/2");
  hear("small", 3, true);
  EXPECT_EQ(bench.belief("small"), "alive/3");

  ASSERT_TRUE(pool->full());
  bench.hear_suspect("m0", 2, "small");
  hear("m0", 3, true);  // who contradicts is heard
  EXPECT_EQ(bench.belief("m0"), "alive/3");
}

TEST(Caps, NamesFromOneSource) {
  Remembers told;
  MachineBench bench{default_config(), nullptr, 1, &told};
  bench.hear(grown("b", 1, false), endpoint_of(9));
  constexpr std::size_t times =
      limits::identity_bytes_per_source_max / limits::metadata_bytes_max - 1;
  std::uint32_t number = 1;
  for (std::size_t i = 0; i < times; ++i) {
    for (const bool large : {true, false}) {
      bench.node.on_message(bench.now, {endpoint_of(9), bench.now}, grown("b", ++number, large));
      while (bench.node.poll_event()) {
      }
    }
  }
  ASSERT_EQ(bench.counters[Counter::drop_source_names], 0u);
  bench.hear(grown("c", 1, true), endpoint_of(9));
  EXPECT_EQ(bench.belief("c"), "none");
  EXPECT_EQ(bench.counters[Counter::drop_source_names], 1u);
  EXPECT_EQ(told.take(),
            "warning claim_refused member=c reason=\"too many bytes of names from one address\"");
  bench.hear(grown("c", 1, true), endpoint_of(8));
  EXPECT_EQ(bench.belief("c"), "alive/1");
  bench.now += std::chrono::seconds{limits::admission_window_seconds};
  bench.hear(grown("d", 1, true), endpoint_of(9));
  EXPECT_EQ(bench.belief("d"), "alive/1");
}

TEST(Caps, SourcesAreBoundedToo) {
  Admissions admissions{1};
  const TimePoint now{1h};
  const auto source = [](std::size_t i) {
    return Endpoint{.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0,
                           static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)},
                    .port = 1};
  };
  for (std::size_t i = 0; i < limits::admission_sources_max; ++i) {
    EXPECT_EQ(admissions.admit(now, source(i), {.members = 1}), std::nullopt);
  }
  EXPECT_EQ(admissions.admit(now, source(5000), {.members = 1}), std::nullopt);  // all others
  EXPECT_EQ(admissions.admit(now, source(5001), {.members = 1}), Counter::drop_source_members);
  EXPECT_EQ(admissions.sources(), limits::admission_sources_max);
}

TEST(Caps, AnIPv6SourceIsItsNetwork) {
  const auto source = [](const char* ip) { return source_of(*Endpoint::from_ip(ip, 1)); };
  EXPECT_EQ(source("2001:db8::1"), source("2001:db8::2"));
  EXPECT_NE(source("2001:db8::1"), source("2001:db8:0:1::1"));
  EXPECT_NE(source("10.0.0.1"), source("10.0.0.2"));
}

wire::IndirectPing request(const Endpoint& target, std::string_view node) {
  return {
      .sequence = SequenceNumber{1}, .target = target.address(), .port = target.port, .node = node};
}

TEST(Caps, RelaysInAllAndFromOneSource) {
  Remembers told;
  MachineBench bench{default_config(), nullptr, 1, &told};
  const Endpoint target = endpoint_of(7);
  for (std::size_t i = 0; i <= limits::relays_per_source_max; ++i) {
    bench.hear(request(target, "x"), endpoint_of(9));
  }
  EXPECT_EQ(bench.counters[Counter::pings_relayed], limits::relays_per_source_max);
  EXPECT_EQ(bench.counters[Counter::drop_source_relays], 1u);
  EXPECT_EQ(bench.counters[Counter::drop_relays], 0u);
  EXPECT_EQ(told.take(), "warning packet_dropped reason=source_relays from=10.0.0.9:7946");
  for (std::size_t i = limits::relays_per_source_max; i < limits::relays_max; ++i) {
    bench.hear(request(target, "x"), endpoint_of(static_cast<std::uint8_t>(20 + i % 200)));
  }
  EXPECT_EQ(bench.counters[Counter::pings_relayed], limits::relays_max);
  bench.hear(request(target, "x"), endpoint_of(10));
  EXPECT_EQ(bench.counters[Counter::drop_source_relays], 1u);
  EXPECT_EQ(bench.counters[Counter::drop_relays], 1u);
  EXPECT_EQ(told.take(), "warning packet_dropped reason=relays from=10.0.0.10:7946");
}

TEST(Caps, AnswersThatAreOwed) {
  Remembers told;
  MachineBench bench{default_config(), nullptr, 1, &told};
  const wire::Ping ping{.sequence = SequenceNumber{1}, .node = "a"};
  for (std::size_t i = 0; i < limits::intentions_max; ++i) {
    bench.node.on_message(bench.now, {endpoint_of(9), bench.now}, ping);
  }
  EXPECT_EQ(bench.counters[Counter::drop_overload], 0u);
  for (int i = 0; i < 3; ++i) bench.hear(ping);
  EXPECT_EQ(bench.counters[Counter::drop_overload], 3u);
  EXPECT_EQ(told.lines.size(), 3u);
  EXPECT_EQ(told.take(), "warning packet_dropped reason=overload");
  EXPECT_EQ(bench.sent().size(), limits::intentions_max);
  bench.hear(ping);
  EXPECT_EQ(bench.sent().size(), 1u);
}

TEST(Caps, AnswersToOneDatagram) {
  Remembers told;
  MachineBench bench{default_config(), nullptr, 1, &told};
  const Endpoint third = endpoint_of(66);
  const wire::Ping ping{.sequence = SequenceNumber{1},
                        .node = "a",
                        .source_address = third.address(),
                        .source_port = third.port};
  constexpr std::size_t most = limits::answers_per_packet_max;
  bench.hear(ping, endpoint_of(9));
  for (std::size_t i = 1; i < most + 10; ++i) bench.hear_behind(ping, endpoint_of(9));
  for (int i = 0; i < 5; ++i) bench.hear_behind(request(third, "x"), endpoint_of(9));
  EXPECT_EQ(bench.sent().size(), most);
  EXPECT_EQ(bench.counters[Counter::drop_answers], 15u);
  EXPECT_EQ(bench.counters[Counter::pings_relayed], 0u);
  ASSERT_EQ(told.lines.size(), 5u);  // of the second
  EXPECT_EQ(told.lines[0], "warning packet_dropped reason=answers from=10.0.0.9:7946");
  EXPECT_EQ(bench.counters[Counter::facts_suppressed], 10u);

  bench.hear(request(third, "x"), endpoint_of(9));  // in the next one there is room again
  for (std::size_t i = 1; i < most; ++i) bench.hear_behind(ping, endpoint_of(9));
  bench.hear_behind(request(third, "x"), endpoint_of(9));
  EXPECT_EQ(bench.sent().size(), most);
  EXPECT_EQ(bench.counters[Counter::pings_relayed], 1u);

  bench.hear_alive("b", 2, 1);  // one that begins with something else is another one too
  bench.hear_behind(ping, endpoint_of(9));
  EXPECT_EQ(bench.sent().size(), 1u);
}

// --- Config::answer_members_only

wire::Ping ping(std::string_view from, const Endpoint& at) {
  return {.sequence = SequenceNumber{5},
          .node = "a",
          .source_address = at.address(),
          .source_port = at.port,
          .source_node = from};
}

TEST(Caps, StrangersAreNotAnsweredIfSoConfigured) {
  Config config = default_config();
  config.answer_members_only = true;
  Remembers told;
  MachineBench bench{config, nullptr, 1, &told};
  bench.hear_alive("b", 2, 1);
  const Endpoint b = endpoint_of(2);
  const Endpoint third = endpoint_of(66);
  bench.sent();

  bench.hear(ping("b", b), b);
  ASSERT_EQ(bench.sent().size(), 1u);
  bench.hear(ping("b", third), b);     // a member's name, somebody else's address
  bench.hear(ping("nobody", b), b);    // the other way round
  bench.hear(ping("", b), b);          // no name at all
  bench.hear(request(b, "b"), third);  // to a member, for a stranger
  wire::IndirectPing ask = request(third, "x");
  ask.source_address = b.address();
  ask.source_port = b.port;
  ask.source_node = "b";
  bench.hear(ask, b);  // for a member, to a stranger
  EXPECT_EQ(bench.sent().size(), 0u);
  EXPECT_EQ(bench.counters[Counter::drop_stranger], 5u);
  EXPECT_EQ(told.lines.size(), 5u);
  EXPECT_EQ(told.take(), "warning packet_dropped reason=stranger from=10.0.0.2:7946");

  const Endpoint c = endpoint_of(3);  // the request only borrows its address
  bench.hear_alive("c", 3, 1);
  bench.sent();
  ask = request(c, "c");
  ask.source_address = b.address();
  ask.source_port = b.port;
  ask.source_node = "b";
  bench.hear(ask, b);
  EXPECT_EQ(bench.counters[Counter::pings_relayed], 1u);
}

}  // namespace
}  // namespace gossipod::swim::test
