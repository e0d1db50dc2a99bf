// Many that join at once: what is told on, what is asked again, and who is answered together.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "unit/swim/machine_bench.h"
#include "unit/swim/said.h"

namespace gossipod::swim::test {
namespace {

constexpr StreamId second{StreamId::incoming_bit | 2};
constexpr StreamId third{StreamId::incoming_bit | 3};

// Nobody answers pings here, and streams shall be push-pulls only.
Config without_fallback() {
  Config config = default_config();
  config.stream_fallback = false;
  return config;
}

// Asks to join, and is told of these.
void join(MachineBench& bench, const std::vector<Said>& answer) {
  bench.node.join(bench.now, 3, {endpoint_of(2), {}});
  const auto orders = bench.streams();
  ASSERT_EQ(orders.size(), 1u);
  bench.node.on_stream_opened(bench.now, orders[0].stream);
  hear(bench, orders[0].stream, encode(true, answer));
}

std::string told(MachineBench& bench) {
  std::string names;
  for (const auto& packet : bench.provoke()) {
    for (const wire::Message& message : packet->messages) {
      if (const auto* alive = std::get_if<wire::Alive>(&message)) names += alive->node;
    }
  }
  return names;
}

// Members that come one after another, by gossip.
void crowd(MachineBench& bench, int from, int to) {
  for (int i = from; i < to; ++i) {
    bench.hear_alive("m" + std::to_string(i), static_cast<std::uint8_t>(10 + i % 200), 1);
  }
}

std::vector<Said> many(int count) {
  std::vector<Said> all;
  for (int i = 0; i < count; ++i) all.push_back({"old" + std::to_string(i)});
  return all;
}

std::size_t opened(const std::vector<StreamOrder>& orders) {
  return static_cast<std::size_t>(std::ranges::count(orders, StreamOrder::Kind::open,
                                                     [](const auto& order) { return order.kind; }));
}

TEST(Joins, WhoWasAloneDoesNotTellOnWhatTheSeedSaid) {
  MachineBench bench;
  join(bench, many(33));
  EXPECT_EQ(bench.belief("old32"), "alive/1");
  EXPECT_EQ(told(bench), "a");  // of ourselves nobody else would tell
}

TEST(Joins, ButAFewAreToldOnByEverybody) {
  MachineBench bench;
  join(bench, many(3));
  EXPECT_NE(told(bench).find("old2"), std::string::npos);
}

TEST(Joins, WhoHadCompanyTellsItOfTheOthers) {
  MachineBench bench;
  bench.hear_alive("z", 9, 1);
  join(bench, many(40));
  EXPECT_NE(told(bench).find("old"), std::string::npos);
}

TEST(Joins, WhatAJoinerSaysOfItselfIsToldOn) {
  MachineBench bench;
  hear(bench, incoming, encode(true, {{"b"}}));
  EXPECT_NE(told(bench).find('b'), std::string::npos);
}

TEST(Joins, QuestionsThatComeTogetherGetOneAnswerWithEachOtherInIt) {
  MachineBench bench;
  bench.node.expect_streams(2);
  hear(bench, incoming, encode(true, {{"b"}}));
  bench.node.expect_streams(1);
  hear(bench, second, encode(true, {{"c"}}));
  EXPECT_TRUE(bench.streams().empty());
  bench.node.expect_streams(0);
  hear(bench, third, encode(true, {{"d"}}));
  const auto orders = bench.streams();
  ASSERT_EQ(orders.size(), 6u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(orders[2 * i].stream.value(), (StreamId::incoming_bit | 1) + i);
    EXPECT_EQ(names_in(orders[2 * i].bytes), "abcd");
    EXPECT_EQ(orders[2 * i].bytes, orders[0].bytes);
    EXPECT_EQ(orders[2 * i + 1].kind, StreamOrder::Kind::finish);
  }
}

TEST(Joins, WhoSaysNothingKeepsTheOthersWaitingNotForLong) {
  MachineBench bench;
  bench.node.expect_streams(1);
  hear(bench, incoming, encode(true, {{"b"}}));
  EXPECT_LE(bench.node.next_deadline(), bench.now + 50ms);
  EXPECT_TRUE(bench.streams().empty());
  bench.pass(50ms);
  EXPECT_EQ(bench.streams().size(), 2u);
}

TEST(Joins, ABusySeedIsAskedAgain) {
  MachineBench bench;
  bench.node.join(bench.now, 3, {endpoint_of(2), {}});
  bench.story();
  const Error busy{Errc::busy, {}, "reset"};
  for (int i = 0; i < 5; ++i) {
    const auto orders = bench.streams();
    ASSERT_EQ(opened(orders), 1u);
    bench.node.on_stream_opened(bench.now, orders[0].stream);
    bench.streams();
    bench.node.on_stream_closed(bench.now, orders[0].stream, &busy);
    EXPECT_EQ(bench.story(), "");  // the operation goes on
    bench.pass(100ms * (1 << i));
    EXPECT_EQ(opened(bench.orders), 0u);
    bench.pass(100ms * (1 << i));
  }
  const auto orders = bench.streams();
  ASSERT_EQ(opened(orders), 1u);
  bench.node.on_stream_opened(bench.now, orders[0].stream);
  hear(bench, orders[0].stream, encode(true, {{"b"}}));
  EXPECT_EQ(bench.story(), "join b, done");
}

TEST(Joins, ButNotForEver) {
  MachineBench bench;
  bench.node.join(bench.now, 3, {endpoint_of(2), {}});
  bench.story();
  const Error busy{Errc::busy, {}, "reset"};
  const TimePoint start = bench.now;
  while (bench.events.empty()) {
    for (const StreamOrder& order : bench.streams()) {
      if (order.kind != StreamOrder::Kind::open) continue;
      bench.node.on_stream_opened(bench.now, order.stream);
      bench.node.on_stream_closed(bench.now, order.stream, &busy);
    }
    ASSERT_LT(bench.now - start, 2min);
    bench.pass(100ms);
  }
  EXPECT_GT(bench.now - start, 1min);
  ASSERT_TRUE(bench.events[0].error.has_value());
  EXPECT_EQ(bench.events[0].error->code, Errc::busy);
}

// It cannot know whether others joined beside it, and told nobody of what it learned.
TEST(Joins, IntoALargeClusterOneAsksOnceMore) {
  MachineBench bench{without_fallback()};
  join(bench, many(100));
  std::size_t asked = 0;
  for (int i = 0; i < 100; ++i) {
    bench.pass(100ms);
    for (const StreamOrder& order : bench.streams()) {
      if (order.kind != StreamOrder::Kind::open) continue;
      ++asked;
      bench.node.on_stream_opened(bench.now, order.stream);
      hear(bench, order.stream, encode(false, many(100)));
    }
  }
  EXPECT_EQ(asked, 1u);
}

TEST(Joins, InABurstOneOfTheLatestIsAskedAndToldOnlyOfUs) {
  MachineBench bench{without_fallback()};
  join(bench, many(60));
  crowd(bench, 0, 20);
  bench.streams();
  bench.pass(500ms);
  const auto orders = bench.streams();
  ASSERT_EQ(opened(orders), 1u);
  const auto& peer = orders[0].peer.name;
  EXPECT_EQ(peer.substr(0, 1), "m") << peer;
  bench.node.on_stream_opened(bench.now, orders[0].stream);
  const auto said = bench.streams();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(names_in(said[0].bytes), "a");
}

TEST(Joins, AskingEndsWhenItBringsNothingNew) {
  MachineBench bench{without_fallback()};
  crowd(bench, 0, 20);
  std::size_t asked = 0;
  for (int i = 0; i < 100; ++i) {
    bench.pass(100ms);
    for (const StreamOrder& order : bench.streams()) {
      if (order.kind != StreamOrder::Kind::open) continue;
      bench.node.on_stream_opened(bench.now, order.stream);
      std::vector<Said> answer{{"m1"}};
      if (++asked == 1) answer.push_back({"missed"});
      hear(bench, order.stream, encode(false, answer));
    }
  }
  EXPECT_EQ(asked, 3u);
  EXPECT_EQ(bench.belief("missed"), "alive/1");
}

TEST(Joins, AQuestionWithoutAnAnswerIsAskedAgain) {
  MachineBench bench{without_fallback()};
  join(bench, many(100));
  const Error broken{Errc::connection_failed, {}, "refused"};
  std::size_t asked = 0;
  for (int i = 0; i < 100; ++i) {
    bench.pass(100ms);
    for (const StreamOrder& order : bench.streams()) {
      if (order.kind != StreamOrder::Kind::open) continue;
      if (++asked < 4) {
        bench.node.on_stream_closed(bench.now, order.stream, &broken);
        continue;
      }
      bench.node.on_stream_opened(bench.now, order.stream);
      hear(bench, order.stream, encode(false, many(100)));
    }
  }
  EXPECT_EQ(asked, 4u);
}

std::size_t queued(const MachineBench& bench) {
  Stats stats;
  bench.node.fill(stats);
  return stats.queue_length;
}

// Gossip of thousands that come at once would still go on when all have asked.
TEST(Joins, OfALargeBurstOnlyWeAreToldOn) {
  MachineBench bench;
  crowd(bench, 0, 1000);
  EXPECT_EQ(queued(bench), 1001u);
  crowd(bench, 1000, 1500);
  Stats stats;
  bench.node.fill(stats);
  EXPECT_EQ(stats.members_alive, 1501u);
  EXPECT_EQ(stats.queue_length, 1u);
}

// The first question of somebody who came in a crowd; the crowd's latest is among those asked.
StreamOrder ask_in_a_crowd(MachineBench& bench) {
  crowd(bench, 0, 1500);
  bench.streams();
  for (int i = 0; i < 100; ++i) {
    bench.pass(100ms);
    for (const StreamOrder& order : bench.streams()) {
      if (order.kind == StreamOrder::Kind::open) return order;
    }
  }
  ADD_FAILURE() << "nobody was asked";
  return {};
}

TEST(Joins, InALargeBurstOneOfTheLastIsAskedAndToldOfTheLast) {
  MachineBench bench{without_fallback()};
  const StreamOrder order = ask_in_a_crowd(bench);
  EXPECT_TRUE(order.peer.name == "m1497" || order.peer.name == "m1498" ||
              order.peer.name == "m1499")
      << order.peer.name;
  bench.node.on_stream_opened(bench.now, order.stream);
  const auto said = bench.streams();
  ASSERT_EQ(said.size(), 1u);
  const std::string names = names_in(said[0].bytes);
  EXPECT_EQ(names.substr(0, 1), "a");
  EXPECT_NE(names.find("m1499"), std::string::npos);
  EXPECT_EQ(names.find("m1371"), std::string::npos);
  EXPECT_NE(names.find("m1372"), std::string::npos);
}

// Somebody may never have heard a word of them, and nobody else would tell it.
TEST(Joins, WhoIsContentInALargeClusterTellsOfTheLastOnceMore) {
  MachineBench bench{without_fallback()};
  const StreamOrder order = ask_in_a_crowd(bench);
  bench.node.on_stream_opened(bench.now, order.stream);
  const std::size_t before = queued(bench);
  hear(bench, order.stream, encode(false, {{"m1"}}));
  EXPECT_EQ(queued(bench), before + 4);
}

TEST(Joins, ButNotThatASuspectLives) {
  MachineBench bench{without_fallback()};
  const StreamOrder order = ask_in_a_crowd(bench);
  bench.node.on_stream_opened(bench.now, order.stream);
  bench.hear_suspect("m1499", 1, "m1");
  hear(bench, order.stream, encode(false, {{"m1"}}));
  const std::string names = told(bench);
  EXPECT_NE(names.find("m1498"), std::string::npos);
  EXPECT_EQ(names.find("m1499"), std::string::npos);
}

TEST(Joins, WhatIsAskedInALargeBurstIsNotToldOn) {
  MachineBench bench{without_fallback()};
  crowd(bench, 0, 1500);
  hear(bench, incoming, encode(false, {{"b"}, {"c"}}));
  EXPECT_EQ(bench.belief("c"), "alive/1");
  EXPECT_EQ(queued(bench), 1u);
  hear(bench, second, encode(true, {{"d"}}));  // but of a joiner nobody else knows yet
  EXPECT_EQ(queued(bench), 2u);
}

TEST(Joins, TwoBusySeedsAreEachAskedAgainAtTheirOwnTime) {
  MachineBench bench;
  const Error busy{Errc::busy, {}, "reset"};
  std::multiset<int> asked;
  for (const int seed : {2, 3}) {
    bench.node.join(bench.now, static_cast<OperationId>(seed),
                    {endpoint_of(static_cast<std::uint8_t>(seed)), {}});
    bench.node.on_stream_closed(bench.now, bench.streams().at(0).stream, &busy);
    bench.pass(50ms);
  }
  bench.pass(250ms);
  for (const StreamOrder& order : bench.streams()) asked.insert(order.peer.endpoint.ip[15]);
  EXPECT_EQ(asked, (std::multiset{2, 3}));
}

}  // namespace
}  // namespace gossipod::swim::test
