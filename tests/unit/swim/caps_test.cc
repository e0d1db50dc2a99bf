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
  MachineBench bench{config};
  bench.hear_alive("b", 2, 1);
  bench.hear_alive("c", 3, 1);
  bench.hear_alive("d", 4, 1);
  EXPECT_EQ(bench.belief("d"), "none");
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
  MachineBench bench{config};
  const Endpoint told = endpoint_of(7);
  bench.hear(alive("b", told), endpoint_of(9));
  bench.hear(alive("c", told), endpoint_of(9));
  bench.hear(alive("d", told), endpoint_of(9));
  EXPECT_EQ(bench.belief("d"), "none");
  EXPECT_EQ(bench.counters[Counter::drop_source_members], 1u);
  bench.hear(alive("d", told), endpoint_of(8));  // somebody else may
  EXPECT_EQ(bench.belief("d"), "alive/1");
  bench.now += std::chrono::seconds{limits::admission_window_seconds};
  bench.hear(alive("e", told), endpoint_of(9));  // and later so may the first
  EXPECT_EQ(bench.belief("e"), "alive/1");
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
    EXPECT_TRUE(admissions.admit(now, source(i)));
  }
  EXPECT_TRUE(admissions.admit(now, source(5000)));  // all others together
  EXPECT_FALSE(admissions.admit(now, source(5001)));
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
  MachineBench bench;
  const Endpoint target = endpoint_of(7);
  for (std::size_t i = 0; i <= limits::relays_per_source_max; ++i) {
    bench.hear(request(target, "x"), endpoint_of(9));
  }
  EXPECT_EQ(bench.counters[Counter::pings_relayed], limits::relays_per_source_max);
  EXPECT_EQ(bench.counters[Counter::drop_relays], 1u);
  for (std::size_t i = limits::relays_per_source_max; i < limits::relays_max; ++i) {
    bench.hear(request(target, "x"), endpoint_of(static_cast<std::uint8_t>(20 + i % 200)));
  }
  EXPECT_EQ(bench.counters[Counter::pings_relayed], limits::relays_max);
  bench.hear(request(target, "x"), endpoint_of(10));
  EXPECT_EQ(bench.counters[Counter::drop_relays], 2u);
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
  MachineBench bench{config};
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
