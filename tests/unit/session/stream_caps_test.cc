// What streams may cost, in all and for each source, and what happens beyond that.
#include <gtest/gtest.h>

#include "unit/session/fake_machine.h"

namespace gossipod::session {
namespace {

// One of several who have a share each.
Endpoint sender(std::size_t number) {
  const Octets address{10, 1, static_cast<std::uint8_t>(number >> 8),
                       static_cast<std::uint8_t>(number)};
  return *Endpoint::from_address(address, 1);
}

// One who asks something, and what becomes of the answer.
Lines ask(Bench& b, std::uint32_t id, TimePoint now, const Endpoint& from,
          const SharedBytes& answer) {
  b.accept(id, now, from);
  b.bytes(id, ping(id));
  b.script->write(StreamId{id | StreamId::incoming_bit}, answer);
  b.script->finish(StreamId{id | StreamId::incoming_bit});
  return b.poll();
}

TEST(StreamCaps, SourcesAndStreamsAreCapped) {
  Bench b{plain_config()};
  std::uint32_t id = 0;
  for (std::uint8_t source = 1; source <= 4; ++source) {
    const Octets address{10, 0, 1, source};
    for (std::size_t i = 0; i < limits::streams_in_per_source_max; ++i) {
      b.accept(++id, at(0s), *Endpoint::from_address(address, static_cast<std::uint16_t>(i)));
    }
    EXPECT_EQ(b.poll(), Lines{});
    b.accept(++id, at(0s), *Endpoint::from_address(address, 9));
    EXPECT_EQ(b.poll(), Lines{"reset " + std::to_string(id)});
  }
  EXPECT_EQ(b.session.streams(), limits::streams_in_max);
  b.accept(++id);  // a stranger to all of them
  EXPECT_EQ(b.poll(), Lines{"reset 1"});
  EXPECT_EQ(b.drops(), (Drops{{"stream_drop_overload", 1}, {"stream_drop_source_streams", 4}}));
  EXPECT_EQ(b.session.streams(), limits::streams_in_max);
  // One that goes makes room for another; what we dial is not concerned.
  b.session.on_stream_closed(at(0s), StreamId{2 | StreamId::incoming_bit}, nullptr);
  b.accept(++id);
  b.script->open(1, peer);
  EXPECT_EQ(b.poll(), Lines{"open 1"});
  EXPECT_EQ(b.session.streams(), limits::streams_in_max + 1);
  EXPECT_LE(b.facts.lines.size(), 5u);
  b.session.on_deadline(at(10s));
  EXPECT_EQ(b.session.streams(), 0u);
}

TEST(StreamCaps, ANewcomerGetsThePlaceOfWhoKeepsUsWaiting) {
  Bench b{plain_config()};
  std::uint32_t id = 0;
  for (std::size_t i = 1; i < limits::streams_in_max; ++i) b.accept(++id, at(1s), sender(i));
  b.accept(++id, at(2s), sender(1));  // has two now
  b.bytes(1, ping(7));                // and of these one is answered, not waited for
  b.told();
  b.accept(++id, at(3s), sender(5000));
  EXPECT_EQ(b.poll(), Lines{"reset 1024"});
  // Where everybody has one, nobody has to go for somebody who has one already.
  b.accept(++id, at(3s), sender(2));
  EXPECT_EQ(b.poll(), Lines{"reset " + std::to_string(id)});
  EXPECT_EQ(b.drops(), (Drops{{"stream_drop_overload", 2}}));
}

TEST(StreamCaps, BufferedBytesAreCapped) {
  Bench b{plain_config()};
  Octets chunk = encoded(wire::UserHeader{.length = 20 << 20});
  chunk.resize(10 << 20);
  // Buffers hold up to twice of what came, and while they grow the old ones too.
  std::uint32_t id = 0;
  while (b.drops().empty()) {
    ++id;
    b.accept(id, at(0s), sender(id));
    b.bytes(id, chunk);
    ASSERT_LT(id, 30u);
  }
  EXPECT_GE(id, 12u);
  EXPECT_EQ(b.drops(), (Drops{{"stream_drop_bytes", 1}}));
  EXPECT_EQ(b.poll(), Lines{"reset " + std::to_string(id)});
  // What is done with gives its bytes back.
  for (std::uint32_t i = 1; i < id; ++i) {
    b.session.on_stream_closed(at(0s), StreamId{i | StreamId::incoming_bit}, nullptr);
  }
  b.accept(++id);
  b.bytes(id, chunk);
  EXPECT_EQ(b.session.streams(), 1u);
}

TEST(StreamCaps, BufferedBytesOfOneSourceAreCapped) {
  Bench b{plain_config()};
  Octets chunk = encoded(wire::UserHeader{.length = 20 << 20});
  chunk.resize(10 << 20);
  std::uint32_t id = 0;
  while (b.drops().empty()) {
    b.accept(++id, at(0s), sender(1));
    b.bytes(id, chunk);
    ASSERT_LT(id, 20u);
  }
  EXPECT_GE(id, 6u);
  EXPECT_EQ(b.drops(), (Drops{{"stream_drop_source_bytes", 1}}));
  EXPECT_EQ(b.poll(), Lines{"reset " + std::to_string(id)});
  b.accept(++id, at(0s), sender(2));  // there is room for others
  b.bytes(id, chunk);
  EXPECT_EQ(b.poll(), Lines{});
}

TEST(StreamCaps, AnswersWaitingToBeWrittenAreCapped) {
  Config config = plain_config();
  config.keys = {key_a};
  config.verify_incoming = false;
  Bench b{config};
  const SharedBytes answer = shared(user(std::string(20 << 20, 'x')));
  for (std::uint32_t id = 1; id <= 13; ++id) {
    b.accept(id, at(0s), sender(id));
    b.bytes(id, ping(id));
    b.script->write(StreamId{id | StreamId::incoming_bit}, answer);
    b.script->finish(StreamId{id | StreamId::incoming_bit});
  }
  b.told();
  Lines orders(12, "write");  // 256 MiB are 12 times 20 and a bit
  for (std::size_t i = 0; i < 12; ++i) orders[i] += " " + std::to_string(i + 1);
  orders.emplace_back("reset 13");
  EXPECT_EQ(b.poll(), orders);
  EXPECT_EQ(b.told(), Lines{"closed: too_large"});
  EXPECT_EQ(b.drops(), (Drops{{"stream_drop_bytes", 1}}));
  EXPECT_EQ(b.counters[Counter::seals], 13u);
  EXPECT_EQ(b.session.keys().primary_seals(), 13u);
}

// Without keys as well, where one object goes to many: it counts once. But another one each time
// does not.
TEST(StreamCaps, AnswersOfOneSourceAreCapped) {
  Bench b{plain_config()};
  std::uint32_t id = 0;
  // What becomes of one more that asks.
  const auto one_more = [&](const SharedBytes& answer, const Endpoint& from) {
    const Lines lines = ask(b, ++id, at(0s), from, answer);
    return lines.size() == 1 ? lines[0].substr(0, lines[0].find(' ')) : "nothing";
  };
  const auto another = [](std::size_t megabytes) {
    return shared(user(std::string(megabytes << 20, 'y')));
  };
  const SharedBytes same = another(20);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(one_more(same, sender(1)), "write");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(one_more(another(20), sender(1)), "write");
  EXPECT_EQ(one_more(another(20), sender(1)), "reset");
  EXPECT_EQ(b.drops(), (Drops{{"stream_drop_source_bytes", 1}}));
  EXPECT_EQ(one_more(another(20), sender(2)), "write");
  // What is written makes room.
  for (std::uint32_t i = 101; i <= 102; ++i) {
    b.session.on_stream_written(at(0s), StreamId{i | StreamId::incoming_bit});
  }
  b.poll();
  EXPECT_EQ(one_more(another(40), sender(1)), "write");
}

// Where nobody is left whose message is still to come, one of those goes that do not read.
TEST(StreamCaps, ANewcomerGetsThePlaceOfWhoDoesNotRead) {
  Bench b{plain_config()};
  const SharedBytes answer = shared(user("an answer"));
  std::uint32_t id = 0;
  for (std::uint32_t source = 1; source <= 4; ++source) {
    for (std::size_t i = 0; i < limits::streams_in_per_source_max; ++i) {
      ask(b, ++id, at(std::chrono::seconds{source}), sender(source), answer);
    }
  }
  b.told();
  b.accept(++id, at(5s), sender(9));
  EXPECT_EQ(b.poll(), Lines{"reset 1"});
  EXPECT_EQ(b.told(), Lines{"closed: connection_failed"});
  b.accept(++id, at(5s), sender(10));  // and not that of the one before, which may still speak
  EXPECT_EQ(b.poll(), Lines{"reset 257"});
  EXPECT_EQ(b.session.streams(), limits::streams_in_max);
  EXPECT_EQ(b.drops(), (Drops{{"stream_drop_overload", 2}}));
}

// Thousands that come at once, each from an address of its own, and are answered: none loses its
// answer, and who comes too late asks again.
TEST(StreamCaps, WhoHasOneOnlyKeepsIt) {
  Bench b{plain_config()};
  const SharedBytes answer = shared(user("an answer"));
  std::uint32_t id = 0;
  for (std::size_t i = 0; i < limits::streams_in_max; ++i) {
    ask(b, ++id, at(1s), sender(i), answer);
  }
  b.accept(++id, at(2s), sender(2000));
  EXPECT_EQ(b.poll(), Lines{"reset " + std::to_string(id)});
}

}  // namespace
}  // namespace gossipod::session
