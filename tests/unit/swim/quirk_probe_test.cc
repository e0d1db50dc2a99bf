// What memberlist's own tests ask of a prober, and where ours does
// better than memberlist. The rows P and Q of docs/parity.md name these tests.
#include <gtest/gtest.h>

#include <set>

#include "unit/swim/machine_bench.h"

namespace gossipod::swim::test {
namespace {

constexpr std::array<std::uint8_t, 6> before_streams{1, 2, 2, 0, 0, 0};
constexpr std::array<std::uint8_t, 6> before_nacks{1, 3, 2, 0, 0, 0};
constexpr std::array<std::uint8_t, 6> first_nacks{1, 4, 2, 0, 0, 0};

class QuirkProbes : public testing::Test {
 protected:
  static void know(MachineBench& bench, std::string_view name, std::uint8_t last,
                   Bytes said_versions = versions) {
    const Endpoint endpoint = endpoint_of(last);
    bench.hear(wire::Alive{.incarnation = Incarnation{1},
                           .node = name,
                           .address = endpoint.address(),
                           .port = endpoint.port,
                           .metadata = {},
                           .versions = said_versions});
  }
  static void drain(MachineBench& bench) {
    for (int i = 0; i < 20; ++i) bench.provoke();
    bench.story();
    bench.streams();
  }
  static void ack(MachineBench& bench, SequenceNumber sequence, std::string_view payload = {}) {
    bench.hear(wire::Ack{.sequence = sequence, .payload = as_bytes(payload)});
  }
  // Until b's turn has come; everybody else answers.
  static SequenceNumber until_b_is_pinged(MachineBench& bench) {
    for (int i = 0; i < 1000; ++i) {
      bench.pass(10ms);
      for (const auto& packet : bench.sent()) {
        const auto* ping = packet->first<wire::Ping>();
        if (ping == nullptr) continue;
        if (ping->node == "b") return ping->sequence;
        ack(bench, ping->sequence);
      }
    }
    ADD_FAILURE() << "b was never pinged";
    return {};
  }
  // Time in which everybody answers.
  static void pass_answering(MachineBench& bench, Duration span) {
    for (const TimePoint end = bench.now + span; bench.now < end;) {
      bench.pass(std::min<Duration>(5ms, end - bench.now));
      for (const auto& packet : bench.sent()) {
        if (const auto* ping = packet->first<wire::Ping>()) ack(bench, ping->sequence);
      }
    }
  }
  static std::uint64_t score(const MachineBench& bench) {
    Stats stats;
    bench.node.fill(stats);
    return stats.health_score;
  }
};

TEST_F(QuirkProbes, SuspicionsLastByTheSizeOfTheClusterAndItsAgreement) {
  struct Row {
    int members;  // ourselves among them
    int confirmations;
    Duration lasts;
  };
  for (const Row& row :
       {Row{2, 0, 500ms}, Row{3, 0, 500ms}, Row{4, 0, 500ms}, Row{5, 0, 1000ms}, Row{6, 0, 1000ms},
        Row{6, 1, 750ms}, Row{6, 2, 604ms}, Row{6, 3, 500ms}, Row{6, 4, 500ms}}) {
    SCOPED_TRACE(std::to_string(row.members) + " " + std::to_string(row.confirmations));
    Config config = default_config();
    config.probing_interval = 100ms;
    config.ack_timeout = 50ms;
    config.indirect_ack_timeout = 100ms;
    config.suspicion_multiplier = 5;
    config.suspicion_max_multiplier = 2;
    config.last_calls = false;  // memberlist buries whoever answers, but does not contradict
    MachineBench bench{config};
    for (int i = 2; i <= row.members; ++i) {
      know(bench, std::string(1, static_cast<char>('a' + i - 1)), static_cast<std::uint8_t>(i));
    }
    bench.hear_suspect("b", 1, "v");
    for (int i = 0; i < row.confirmations; ++i) {
      bench.hear_suspect("b", 1, std::string(1, static_cast<char>('w' + i)));
    }
    pass_answering(bench, row.lasts - 5ms);
    EXPECT_EQ(bench.belief("b"), "suspect/1");
    pass_answering(bench, 10ms);
    EXPECT_EQ(bench.belief("b"), "dead/1");
  }
}

TEST_F(QuirkProbes, AStreamIsTriedOnlyWhereItIsWantedAndUnderstood) {
  struct Row {
    bool wanted;
    Bytes versions;
    std::size_t streams;
  };
  for (const Row& row :
       {Row{true, versions, 1}, Row{false, versions, 0}, Row{true, before_nacks, 1},
        Row{true, before_streams, 0}, Row{true, {}, 0}}) {
    Config config = default_config();
    config.stream_fallback = row.wanted;
    MachineBench bench{config};
    know(bench, "b", 2, row.versions);
    drain(bench);
    until_b_is_pinged(bench);
    bench.pass(600ms);
    EXPECT_EQ(bench.streams().size(), row.streams);
    bench.pass(500ms);
    EXPECT_EQ(bench.belief("b"), "suspect/1");
  }
}

TEST_F(QuirkProbes, AStreamThatSaysAnythingElseSavesNobody) {
  for (const std::string_view answer : {"wrong number", "another message", "refused", "hung up"}) {
    SCOPED_TRACE(answer);
    MachineBench bench;
    know(bench, "b", 2);
    drain(bench);
    const SequenceNumber sequence = until_b_is_pinged(bench);
    bench.pass(500ms);
    const StreamId stream = bench.streams().at(0).stream;
    const Error refused{Errc::connection_failed, {}, "refused"};
    if (answer == "wrong number") {
      bench.node.on_stream_opened(bench.now, stream);
      bench.node.on_stream_message(
          bench.now, stream, endpoint_of(2),
          wire::Ack{.sequence = SequenceNumber{sequence.value() + 1}, .payload = {}});
    } else if (answer == "another message") {
      bench.node.on_stream_opened(bench.now, stream);
      bench.node.on_stream_message(bench.now, stream, endpoint_of(2), wire::User{});
    } else {
      bench.node.on_stream_closed(bench.now, stream, answer == "refused" ? &refused : nullptr);
    }
    EXPECT_EQ(bench.belief("b"), "alive/1");  // the verdict comes at its time
    bench.pass(500ms);
    EXPECT_EQ(bench.belief("b"), "suspect/1");
  }
}

TEST_F(QuirkProbes, WhatAFailedProbeSaysOfOurselves) {
  struct Row {
    const char* why;
    std::uint32_t score_before;
    std::vector<Bytes> helpers;  // what they speak
    int nacks;
    std::uint64_t score_after;
  };
  const std::vector<Row> rows{
      {"all said that they got no answer either", 1, {versions, versions, versions}, 3, 1},
      {"one of two did", 0, {versions, versions}, 1, 1},
      {"none of three did", 0, {versions, versions, versions}, 0, 3},
      {"more than were owed", 0, {versions, versions}, 3, 0},
      {"the oldest that can say so did not", 0, {first_nacks, first_nacks}, 0, 2},
      {"nobody could say so", 0, {before_nacks, before_nacks}, 0, 1},
      {"nobody says what it speaks", 0, {Bytes{}, Bytes{}}, 0, 1},
      {"nobody was there to ask", 0, {}, 0, 1},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    MachineBench bench;
    know(bench, "b", 2);
    std::uint8_t last = 3;
    for (const Bytes said : row.helpers)
      know(bench, "h" + std::to_string(last), last, said), ++last;
    drain(bench);
    const SequenceNumber sequence = until_b_is_pinged(bench);
    for (std::uint32_t i = 0; i < row.score_before; ++i) bench.hear_suspect("a", 1 + i, "x");
    ASSERT_EQ(score(bench), row.score_before);
    bench.pass(500ms);
    for (int i = 0; i < row.nacks; ++i) bench.hear(wire::Nack{.sequence = sequence});
    bench.pass(500ms);
    EXPECT_EQ(bench.belief("b"), "suspect/1");
    EXPECT_EQ(score(bench), row.score_after);
  }
}

TEST_F(QuirkProbes, AnAnswerMakesUsHealthier) {
  MachineBench bench;
  know(bench, "b", 2, {});  // who does not say what it speaks is probed like anybody
  drain(bench);
  bench.hear_suspect("a", 1, "x");
  EXPECT_EQ(score(bench), 1u);
  ack(bench, until_b_is_pinged(bench));
  EXPECT_EQ(score(bench), 0u);
  bench.pass(900ms);
  EXPECT_EQ(bench.belief("b"), "alive/1");
}

class Listener final : public Delegate {
 public:
  void ping_complete(const Identity& who, Duration round_trip, Bytes payload) noexcept override {
    heard +=
        std::string{who.name()} + " " +
        std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(round_trip).count()) +
        "ms " + std::string{as_text(payload)} + ", ";
  }
  std::string heard;
};

TEST_F(QuirkProbes, RoundTripsAreToldOfDirectAnswersOnly) {
  Listener listener;
  MachineBench bench{default_config(), &listener};
  know(bench, "b", 2);
  for (int i = 0; i < 20; ++i) bench.provoke();
  const SequenceNumber first = until_b_is_pinged(bench);
  bench.pass(20ms);
  ack(bench, first, "payload");
  EXPECT_EQ(listener.heard.substr(0, 3), "b 2") << "20 ms, and less than 10 until it was seen";
  EXPECT_EQ(listener.heard.substr(4), "ms payload, ");
  listener.heard.clear();
  const SequenceNumber second = until_b_is_pinged(bench);
  bench.pass(600ms);  // others are asked by now: whose answer it is, nobody knows
  ack(bench, second, "payload");
  EXPECT_EQ(listener.heard, "");
}

TEST_F(QuirkProbes, NodesStartedTogetherDoNotProbeTogether) {
  std::set<TimePoint> first;
  std::set<std::uint32_t> numbers;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    MachineBench bench{default_config(), nullptr, seed};
    const TimePoint start = bench.now;
    know(bench, "b", 2);
    first.insert(bench.node.next_deadline());
    EXPECT_LE(bench.node.next_deadline(), start + 1s);
    // Nor with the same numbers, which a stranger could guess; but one after the other.
    const std::uint32_t one = until_b_is_pinged(bench).value();
    ack(bench, SequenceNumber{one});
    EXPECT_EQ(until_b_is_pinged(bench).value(), one + 1);
    numbers.insert(one);
  }
  EXPECT_GE(first.size(), 10u);  // of the twenty places there are
  EXPECT_EQ(numbers.size(), 20u);
}

TEST_F(QuirkProbes, WhoWentWhileItWasProbedStaysGone) {
  MachineBench bench;
  know(bench, "b", 2);
  drain(bench);
  until_b_is_pinged(bench);
  bench.hear_dead("b", 1, "b");
  bench.pass(1s);
  EXPECT_EQ(bench.belief("b"), "left/1");
  EXPECT_EQ(bench.story(), "leave b");
}

}  // namespace
}  // namespace gossipod::swim::test
