// Comparing everything: what we say, what we take, what we refuse; and users' messages by stream.
#include <gtest/gtest.h>

#include "unit/swim/machine_bench.h"
#include "unit/swim/said.h"

namespace gossipod::swim::test {
namespace {

TEST(PushPullTest, AnswersWithWhatItKnewBefore) {
  MachineBench bench;
  bench.hear_alive("b", 2, 3);
  bench.streams();
  hear(bench, incoming, encode(true, {{"c"}, {"d"}}));
  const auto orders = bench.streams();
  ASSERT_EQ(orders.size(), 2u);
  EXPECT_EQ(orders[0].kind, StreamOrder::Kind::write);
  EXPECT_EQ(names_in(orders[0].bytes), "ab");
  EXPECT_EQ(orders[1].kind, StreamOrder::Kind::finish);
  EXPECT_EQ(bench.belief("c"), "alive/1");
}

TEST(PushPullTest, OneAnswerServesManyUntilSomethingChanges) {
  MachineBench bench;
  hear(bench, incoming, encode(true, {{"c"}}));
  hear(bench, StreamId{StreamId::incoming_bit | 2}, encode(true, {{"c"}}));
  hear(bench, StreamId{StreamId::incoming_bit | 3}, encode(true, {{"c"}}));
  const auto orders = bench.streams();
  ASSERT_EQ(orders.size(), 6u);
  EXPECT_NE(orders[0].bytes, orders[2].bytes);  // c became known in between
  EXPECT_EQ(orders[2].bytes, orders[4].bytes);
}

TEST(PushPullTest, WhatOthersThinkOfTheDeadIsASuspicion) {
  MachineBench bench;
  for (std::uint8_t i = 0; i < 4; ++i)
    bench.hear_alive(std::string(1, static_cast<char>('w' + i)), static_cast<std::uint8_t>(20 + i),
                     3);
  bench.story();
  hear(bench, incoming,
       encode(false, {{"w", MemberState::alive, 4},
                      {"x", MemberState::suspect, 3},
                      {"y", MemberState::dead, 3},
                      {"z", MemberState::left, 3},
                      {"nobody", MemberState::dead, 3}}));
  EXPECT_EQ(bench.belief("w"), "alive/4");
  EXPECT_EQ(bench.belief("x"), "suspect/3");
  EXPECT_EQ(bench.belief("y"), "suspect/3");
  EXPECT_EQ(bench.belief("z"), "left/3");
  EXPECT_EQ(bench.belief("nobody"), "none");
  EXPECT_EQ(bench.story(), "suspect x, suspect y, leave z");
}

// Each who compared tables with somebody who suspects used to count as one more who does, and a
// member that was slow to answer one of them was dead before it could contradict.
TEST(PushPullTest, ASuspicionInATableConfirmsNone) {
  MachineBench bench;
  for (const std::string_view name : {"b", "c", "d", "e", "f"}) {
    bench.hear_alive(name, static_cast<std::uint8_t>(10 + name[0] - 'a'), 3);
  }
  bench.hear_suspect("f", 3, "b");
  bench.story();
  const std::uint64_t stale = bench.counters[Counter::claims_stale];
  hear(bench, incoming, encode(false, {{"f", MemberState::suspect, 3}}));
  EXPECT_EQ(bench.counters[Counter::claims_stale], stale + 1);
  bench.provoke();
  bench.hear_suspect("f", 3, "a");  // had it counted, we were one who suspects
  EXPECT_EQ(bench.counters[Counter::claims_stale], stale + 1);
  hear(bench, incoming, encode(false, {{"f", MemberState::suspect, 4}}));  // f has contradicted
  EXPECT_EQ(bench.belief("f"), "suspect/4");
}

TEST(PushPullTest, ARestartedNodeTalksItselfBack) {
  MachineBench bench;
  const std::array<std::uint8_t, 6> versions_of_us{1, 5, 2, 0, 0, 0};
  std::vector<std::uint8_t> out(256);
  wire::Writer writer{out};
  wire::encode(writer, wire::PushPullHeader{.join = true, .nodes = 1});
  const Endpoint us = endpoint_of(1);
  wire::encode(writer, wire::Record{.name = "a",
                                    .address = us.address(),
                                    .port = 7946,
                                    .metadata = {},
                                    .incarnation = Incarnation{9},
                                    .state = static_cast<std::int64_t>(MemberState::dead),
                                    .versions = versions_of_us});
  out.resize(writer.size());
  hear(bench, incoming, out);
  EXPECT_EQ(bench.belief("a"), "alive/10");
}

TEST(PushPullTest, VersionsThatNobodySharesAreRefusedWhole) {
  MachineBench bench;
  hear(bench, incoming,
       encode(false, {{"new", MemberState::alive, 1, {6, 7, 6, 0, 0, 0}},
                      {"c", MemberState::alive, 1, {}}}));
  EXPECT_EQ(bench.belief("c"), "none");
  EXPECT_EQ(bench.counters[Counter::push_pulls_failed], 1u);
  // Without versions, or dead, one has no say (Q12).
  hear(bench, StreamId{StreamId::incoming_bit | 2},
       encode(false, {{"old", MemberState::alive, 1, {}},
                      {"gone", MemberState::dead, 1, {6, 7, 6, 0, 0, 0}},
                      {"c"}}));
  EXPECT_EQ(bench.belief("c"), "alive/1");
  EXPECT_EQ(bench.belief("old"), "alive/1");
}

// One claim about nobody, with versions that nobody speaks, does not keep everybody apart (Q12).
TEST(PushPullTest, WhoUnderstandsNobodyHasNoSay) {
  MachineBench bench;
  bench.hear(wire::Alive{.incarnation = Incarnation{1},
                         .node = "poison",
                         .address = endpoint_of(9).address(),
                         .port = 9,
                         .metadata = {},
                         .versions = std::array<std::uint8_t, 6>{200, 200, 200, 0, 0, 0}},
             endpoint_of(9));
  // Whether we believe it, or others.
  for (const char* name : {"poison", "another"}) {
    hear(bench, incoming,
         encode(false, {{name, MemberState::alive, 1, {200, 200, 200, 0, 0, 0}}, {"c"}}));
  }
  EXPECT_EQ(bench.belief("c"), "alive/1");
  EXPECT_EQ(bench.counters[Counter::push_pulls_failed], 0u);
  // Nor do two whom we understand, but who do not understand each other.
  hear(bench, incoming,
       encode(false, {{"d", MemberState::alive, 1, {1, 2, 2, 0, 0, 0}},
                      {"e", MemberState::alive, 1, {2, 5, 4, 0, 0, 0}}}));
  EXPECT_EQ(bench.belief("d"), "alive/1");
  EXPECT_EQ(bench.belief("e"), "alive/1");
}

TEST(UserMessagesTest, WhatArrivesInOneTurnIsBounded) {
  MachineBench bench;
  bench.collect();
  bench.events.clear();
  const std::string large(20 << 20, 'x');
  const wire::StreamMessage message = wire::User{.payload = as_bytes(large)};
  for (std::uint32_t i = 0; i < 100; ++i) {
    bench.node.on_stream_message(bench.now, StreamId{StreamId::incoming_bit | i}, endpoint_of(4),
                                 message);
  }
  std::size_t messages = 0;
  while (const auto event = bench.node.poll_event()) ++messages;
  EXPECT_EQ(messages, 2 * limits::undelivered_bytes_max / large.size());  // reliable ones
  EXPECT_EQ(bench.counters[Counter::user_messages_dropped], 100 - messages);
  // Of small ones it is not the bytes that count.
  for (int i = 0; i < 500'000; ++i) {
    bench.node.on_message(bench.now, {endpoint_of(4), bench.now},
                          wire::User{.payload = as_bytes("x")});
  }
  std::size_t more = 0;
  while (const auto event = bench.node.poll_event()) ++more;
  EXPECT_LE(more * sizeof(Event), limits::undelivered_bytes_max);
  EXPECT_GT(more, 1000u);
}

TEST(PushPullTest, JoiningEndsInItsOperation) {
  MachineBench bench;
  bench.collect();
  bench.events.clear();
  bench.node.join(bench.now, 3, {endpoint_of(2), {}});
  auto orders = bench.streams();
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].kind, StreamOrder::Kind::open);
  const StreamId stream = orders[0].stream;
  bench.node.on_stream_opened(bench.now, stream);
  orders = bench.streams();
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(names_in(orders[0].bytes), "a");
  hear(bench, stream, encode(true, {{"b"}}));
  EXPECT_EQ(bench.story(), "join b, done");
  orders = bench.streams();
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].kind, StreamOrder::Kind::finish);

  struct Case {
    const char* why;
    Errc expected;
  };
  for (const Case& c : {Case{"refused", Errc::remote}, Case{"something else", Errc::protocol},
                        Case{"hung up", Errc::connection_failed}}) {
    bench.node.join(bench.now, 4, {endpoint_of(2), {}});
    const StreamId next = bench.streams().at(0).stream;
    bench.node.on_stream_opened(bench.now, next);
    bench.streams();
    if (c.expected == Errc::remote) {
      bench.node.on_stream_message(bench.now, next, endpoint_of(2), wire::ErrorReply{"no"});
    } else if (c.expected == Errc::protocol) {
      bench.node.on_stream_message(bench.now, next, endpoint_of(2), wire::User{});
    } else {
      bench.node.on_stream_closed(bench.now, next, nullptr);
    }
    bench.collect();
    ASSERT_FALSE(bench.events.empty()) << c.why;
    EXPECT_EQ(bench.events.back().error->code, c.expected) << c.why;
    bench.streams();
  }
}

TEST(PushPullTest, ComesByItselfOncePerInterval) {
  Config config = default_config();
  config.push_pull_interval = 30s;
  MachineBench bench{config};
  bench.hear_alive("b", 2, 1);
  std::size_t opened = 0;
  for (int i = 0; i < 100; ++i) {
    bench.pass(3s);
    for (const StreamOrder& order : bench.streams()) {
      if (order.kind != StreamOrder::Kind::open) continue;
      bench.node.on_stream_opened(bench.now, order.stream);
      for (const StreamOrder& next : bench.streams()) {
        // A fallback ping is also a stream; only a push-pull says what it knows.
        if (next.bytes && next.bytes->at(0) == 6) {
          ++opened;
          hear(bench, order.stream, encode(false, {}));
        }
      }
    }
    bench.hear_alive("b", 2, 100 + static_cast<std::uint32_t>(i));  // it goes unanswered otherwise
  }
  EXPECT_GE(opened, 8u);
  EXPECT_LE(opened, 10u);
}

TEST(PushPullTest, AJoinerInABurstAsksAgainUntilNothingNewComes) {
  MachineBench bench;
  const auto learn = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      bench.hear_alive("n" + std::to_string(i), static_cast<std::uint8_t>(2 + i), 1);
    }
  };
  // How many streams it opens within two seconds, fallback pings aside: nobody answers those here.
  const auto asks = [&] {
    bench.streams();
    bench.pass(2s);
    std::size_t said = 0;
    for (const StreamOrder& order : bench.streams()) {
      if (order.kind != StreamOrder::Kind::open) continue;
      bench.node.on_stream_opened(bench.now, order.stream);
      for (const StreamOrder& next : bench.streams()) {
        said += next.bytes && next.bytes->at(0) == 6 ? 1u : 0u;
      }
    }
    return said;
  };
  learn(0, 8);
  EXPECT_EQ(asks(), 0u);  // few enough for gossip
  learn(8, 40);
  EXPECT_GE(asks(), 1u);
  EXPECT_EQ(asks(), 0u);  // nothing new came
  bench.pass(60s);        // by now it is no joiner
  bench.streams();
  learn(40, 80);
  EXPECT_EQ(asks(), 0u);
}

TEST(UserMessagesTest, ReliableOnesToOnePeerGoOneAfterAnother) {
  MachineBench bench;
  bench.collect();
  bench.events.clear();
  bench.node.send_reliable(bench.now, 1, {endpoint_of(2), {}}, as_bytes("one"));
  bench.node.send_reliable(bench.now, 2, {endpoint_of(2), {}}, as_bytes("two"));
  bench.node.send_reliable(bench.now, 3, {endpoint_of(3), {}}, as_bytes("other"));
  auto orders = bench.streams();
  ASSERT_EQ(orders.size(), 2u);
  const StreamId first = orders[0].stream;
  EXPECT_EQ(orders[1].peer.endpoint, endpoint_of(3));
  bench.node.on_stream_opened(bench.now, first);
  EXPECT_EQ(bench.streams().size(), 2u);  // write, finish
  bench.node.on_stream_closed(bench.now, first, nullptr);
  EXPECT_EQ(bench.story(), "done");
  orders = bench.streams();
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].peer.endpoint, endpoint_of(2));
}

TEST(UserMessagesTest, ArriveInTheOrderOfArrival) {
  MachineBench bench;
  bench.collect();
  bench.events.clear();
  bench.hear(wire::User{as_bytes("1")});
  bench.hear(wire::User{as_bytes("")});
  bench.hear(wire::User{as_bytes("3")});
  bench.node.on_stream_message(bench.now, incoming, endpoint_of(4), wire::User{as_bytes("4")});
  bench.node.on_stream_message(bench.now, incoming, endpoint_of(4), wire::User{});  // nothing
  bench.collect();
  ASSERT_EQ(bench.events.size(), 4u);
  EXPECT_EQ(as_text(bench.events[0].payload), "1");
  EXPECT_TRUE(bench.events[1].payload.empty());
  EXPECT_EQ(as_text(bench.events[2].payload), "3");
  EXPECT_TRUE(bench.events[3].reliable);
  EXPECT_EQ(bench.events[3].from, endpoint_of(4));
}

TEST(UserMessagesTest, WhatCannotBeSentIsRefused) {
  MachineBench bench;
  bench.collect();
  bench.events.clear();
  const std::string large(2000, 'x');
  bench.node.send(bench.now, 1, {endpoint_of(2), {}}, as_bytes(large));
  bench.node.broadcast(bench.now, 2, as_bytes(large));
  bench.collect();
  ASSERT_EQ(bench.events.size(), 2u);
  for (const Event& event : bench.events) EXPECT_EQ(event.error->code, Errc::too_large);
}

TEST(UserMessagesTest, MoreThanTheQueueHoldsIsRefused) {
  MachineBench bench;
  bench.collect();
  bench.events.clear();
  const std::string larger(limits::user_message_max + 1, 'x');
  bench.node.send_reliable(bench.now, 1, {endpoint_of(2), {}}, as_bytes(larger));
  bench.collect();
  ASSERT_EQ(bench.events.size(), 1u);
  EXPECT_EQ(bench.events[0].error->code, Errc::too_large);
  bench.events.clear();
  const std::string word(1300, 'x');
  for (std::size_t i = 0; i <= limits::user_queue_bytes_max / word.size(); ++i) {
    bench.node.broadcast(bench.now, 2, as_bytes(word));
  }
  while (auto event = bench.node.poll_event()) bench.events.push_back(std::move(*event));
  ASSERT_FALSE(bench.events.empty());
  EXPECT_FALSE(bench.events.front().error);
  EXPECT_EQ(bench.events.back().error->code, Errc::too_large);
}

TEST(StreamsTest, WhatNoStreamOpensWithIsCounted) {
  MachineBench bench;
  bench.node.on_stream_message(bench.now, incoming, endpoint_of(4), wire::Ack{});
  EXPECT_EQ(bench.counters[Counter::stream_drop_type], 1u);
  EXPECT_EQ(bench.streams().size(), 1u);  // finish
}

TEST(TransmitterTest, WhatDoesNotFitTheRoomThatIsLentIsCounted) {
  MachineBench bench;
  bench.sent();
  bench.hear(wire::Ping{.sequence = SequenceNumber{7}, .node = "a"});
  std::array<std::uint8_t, 4> little{};
  EXPECT_FALSE(bench.node.poll_transmit(bench.now, little));
  EXPECT_EQ(bench.counters[Counter::packets_not_sent], 1u);
}

}  // namespace
}  // namespace gossipod::swim::test
