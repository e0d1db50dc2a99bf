// The life of streams: orders, deadlines, ends, and what they may cost.
#include <gtest/gtest.h>

#include "unit/session/fake_machine.h"

namespace gossipod::session {
namespace {

constexpr StreamId in{1 | StreamId::incoming_bit};
constexpr StreamId out{1};
const Error broken{Errc::connection_failed, {}, "broken pipe"};

struct Dialed : Bench {
  explicit Dialed(const Config& config = plain_config(), TimePoint until = never) : Bench{config} {
    script->open(1, peer, until);
    EXPECT_EQ(poll(), Lines{"open 1"});
  }
  void opened(TimePoint now = at(0s)) {
    session.on_stream_opened(now, out);
    EXPECT_EQ(told(), Lines{"opened 1"});
  }
};

TEST(StreamLife, AskedAndAnswered) {
  Dialed a;
  a.opened();
  a.script->write(out, shared(push_pull("mine")));
  EXPECT_EQ(a.poll(), Lines{"write 1"});
  EXPECT_EQ(*a.written[0], push_pull("mine"));
  a.session.on_stream_written(at(1s), out);
  a.session.on_stream_bytes(at(1s), out, push_pull("yours"));
  EXPECT_EQ(a.told(), Lines{"stream join 1 yours"});
  a.script->finish(out);
  EXPECT_EQ(a.poll(), Lines{"close 1"});
  EXPECT_EQ(a.told(), Lines{"closed"});
  EXPECT_EQ(a.session.streams(), 0u);
  EXPECT_EQ(a.session.next_deadline(), never);
  // The link may not know yet.
  a.session.on_stream_bytes(at(2s), out, push_pull("more"));
  a.session.on_stream_peer_finished(at(2s), out);
  a.session.on_stream_closed(at(2s), out, nullptr);
  EXPECT_EQ(a.told(), Lines{});
  EXPECT_EQ(a.poll(), Lines{});
  EXPECT_EQ(a.drops(), Drops{});
}

TEST(StreamLife, AnsweredAfterTheAskerHalfClosed) {
  Bench b{plain_config()};
  b.script->on_stream_message = [&](StreamId id, const wire::StreamMessage&) {
    b.script->write(id, shared(push_pull("yours")));
    b.script->finish(id);
  };
  b.accept(1);
  b.bytes(1, push_pull("mine"));
  b.peer_finished(1);
  EXPECT_EQ(b.poll(), Lines{"write 1"});
  EXPECT_EQ(b.told(), Lines{"stream join 1 mine from 10.0.0.9:5555"});
  b.session.on_stream_written(at(1s), in);
  EXPECT_EQ(b.told(), Lines{"closed"});
  EXPECT_EQ(b.poll(), Lines{"close 1"});
  EXPECT_EQ(b.session.streams(), 0u);
}

TEST(StreamLife, SaidBeforeItWasOpened) {
  Config config = plain_config();
  config.label = "blah";
  Dialed a{config};
  a.script->write(out, shared(user("one")));
  a.script->write(out, shared(user("two")));
  a.script->finish(out);
  EXPECT_EQ(a.poll(), Lines{});
  a.session.on_stream_opened(at(0s), out);
  EXPECT_EQ(a.told(), Lines{});  // nothing to say any more
  EXPECT_EQ(a.poll(), (Lines{"write 1", "write 1"}));
  ASSERT_EQ(a.written.size(), 2u);
  EXPECT_EQ(a.written[0]->front(), 0xf4);  // the label once, at the very start
  EXPECT_EQ(a.written[1]->front(), 8);
  a.session.on_stream_written(at(1s), out);
  EXPECT_EQ(a.told(), Lines{"closed"});
  EXPECT_EQ(a.poll(), Lines{"close 1"});
}

TEST(StreamLife, EndsAreTold) {
  {
    Dialed a;
    a.session.on_stream_closed(at(0s), out, &broken);  // could not connect
    EXPECT_EQ(a.told(), Lines{"closed: connection_failed"});
    EXPECT_EQ(a.drops(), (Drops{{"stream_failed", 1}}));
  }
  {
    Dialed a;
    a.opened();
    a.session.on_stream_peer_finished(at(0s), out);  // no answer
    EXPECT_EQ(a.told(), Lines{"closed: connection_failed"});
    EXPECT_EQ(a.poll(), Lines{"close 1"});
    EXPECT_EQ(a.drops(), (Drops{{"stream_failed", 1}}));
  }
  {
    Dialed a;
    a.opened();
    a.session.on_stream_bytes(at(0s), out, Bytes{push_pull("yours")}.first(20));  // half an answer
    a.session.on_stream_peer_finished(at(0s), out);
    EXPECT_EQ(a.told(), Lines{"closed: connection_failed"});
    EXPECT_EQ(a.drops(), (Drops{{"stream_drop_truncated", 1}}));
  }
  {
    Dialed a;
    a.opened();
    a.session.on_stream_closed(at(0s), out, nullptr);
    EXPECT_EQ(a.told(), Lines{"closed: connection_failed"});
  }
  {
    Dialed a;
    a.opened();
    a.script->write(out, shared(user("hello")));
    a.script->finish(out);
    a.poll();
    a.session.on_stream_closed(at(0s), out, &broken);  // before it was written
    EXPECT_EQ(a.told(), Lines{"closed: connection_failed"});
  }
  {
    Bench b{plain_config()};
    b.accept(1);
    b.bytes(1, Bytes{ping(1)}.first(3));
    b.session.on_stream_closed(at(0s), in, nullptr);
    EXPECT_EQ(b.told(), Lines{});  // never heard of it
    EXPECT_EQ(b.drops(), (Drops{{"stream_drop_truncated", 1}}));
    EXPECT_EQ(b.session.streams(), 0u);
  }
  {
    Bench b{plain_config()};
    b.accept(1);
    b.bytes(1, ping(1));
    b.session.on_stream_closed(at(0s), in, nullptr);
    EXPECT_EQ(b.told(), (Lines{"stream ping 1 b from 10.0.0.9:5555", "closed"}));
    EXPECT_EQ(b.drops(), Drops{});
  }
}

TEST(StreamLife, AnswersOfTheWrongKindAreAProtocolError) {
  for (const Octets& answer :
       {ping(1), user("x"), Octets{9, 0xc1}, Octets{0x0a}, Octets{2, 0xc1}}) {
    Dialed a;
    a.opened();
    a.session.on_stream_bytes(at(0s), out, answer);
    EXPECT_EQ(a.told(), Lines{"closed: protocol"});
    EXPECT_EQ(a.poll(), Lines{"close 1"});  // and no error reply from who dialed
    EXPECT_EQ(a.session.streams(), 0u);
  }
  for (const Octets& answer : {ack(1), encoded(wire::ErrorReply{.text = "no"})}) {
    Dialed a;
    a.opened();
    a.session.on_stream_bytes(at(0s), out, answer);
    EXPECT_EQ(a.told().size(), 1u);
    EXPECT_EQ(a.drops(), Drops{});
  }
}

TEST(StreamLife, TheMachineResets) {
  Dialed a;
  a.script->reset(out);
  EXPECT_EQ(a.poll(), Lines{"reset 1"});
  EXPECT_EQ(a.session.streams(), 0u);
  a.script->write(out, shared(user("x")));  // of a stream that is gone
  a.script->finish(out);
  EXPECT_EQ(a.poll(), Lines{});
}

TEST(StreamLife, EveryPhaseHasItsTime) {
  Dialed a;
  EXPECT_EQ(a.session.next_deadline(), at(10s));
  a.opened(at(4s));
  EXPECT_EQ(a.session.next_deadline(), at(14s));
  a.script->write(out, shared(ping(1)));
  a.poll(at(5s));
  EXPECT_EQ(a.session.next_deadline(), at(14s));
  a.session.on_stream_written(at(6s), out);
  EXPECT_EQ(a.session.next_deadline(), at(16s));
  a.session.on_deadline(at(15s));
  EXPECT_EQ(a.told(), Lines{});
  a.session.on_deadline(at(16s));
  EXPECT_EQ(a.told(), Lines{"closed: timed_out"});
  EXPECT_EQ(a.poll(), Lines{"reset 1"});
  EXPECT_EQ(a.drops(), (Drops{{"stream_drop_deadline", 1}}));
  EXPECT_EQ(a.session.next_deadline(), never);
}

TEST(StreamLife, AnOverallDeadlineHoldsInEveryPhase) {
  Dialed a{plain_config(), at(3s)};
  EXPECT_EQ(a.session.next_deadline(), at(3s));
  a.opened(at(1s));
  a.script->write(out, shared(ping(1)));
  a.poll(at(1s));
  a.session.on_stream_written(at(2s), out);
  EXPECT_EQ(a.session.next_deadline(), at(3s));
}

TEST(StreamLife, AcceptedStreamsHaveTheirTime) {
  Bench b{plain_config()};
  b.accept(1, at(1s));
  b.accept(2, at(2s));
  b.bytes(1, ping(1), at(3s));
  EXPECT_EQ(b.session.next_deadline(), at(11s));
  b.script->write(in, shared(ack(1)));
  b.poll(at(5s));
  EXPECT_EQ(b.session.next_deadline(), at(12s));  // that of the other, which says nothing
  b.session.on_deadline(at(12s));
  EXPECT_EQ(b.poll(), Lines{"reset 2"});
  EXPECT_EQ(b.session.next_deadline(), at(15s));
  EXPECT_EQ(b.told(), Lines{"stream ping 1 b from 10.0.0.9:5555"});
  b.session.on_deadline(at(20s));
  EXPECT_EQ(b.told(), Lines{"closed: timed_out"});  // the machine knew this one
  EXPECT_EQ(b.poll(), Lines{"reset 1"});
}

TEST(StreamLife, TheMachinesDeadlineIsJudgedOnlyWhenItIsDue) {
  Bench b{plain_config()};
  b.script->deadline = at(20s);
  b.accept(1);
  EXPECT_EQ(b.session.next_deadline(), at(10s));
  b.session.on_deadline(at(10s));
  EXPECT_EQ(b.told(), Lines{});
  EXPECT_EQ(b.session.next_deadline(), at(20s));
  b.session.on_deadline(at(20s));
  EXPECT_EQ(b.told(), Lines{"deadline"});
}

TEST(StreamLife, SourcesAndStreamsAreCapped) {
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
  b.accept(++id);
  EXPECT_EQ(b.poll(), Lines{"reset " + std::to_string(id)});
  EXPECT_EQ(b.drops(), (Drops{{"stream_drop_overload", 5}}));
  // One that goes makes room for another; what we dial is not concerned.
  b.session.on_stream_closed(at(0s), in, nullptr);
  b.accept(++id);
  b.script->open(1, peer);
  EXPECT_EQ(b.poll(), Lines{"open 1"});
  EXPECT_EQ(b.session.streams(), limits::streams_in_max + 1);
  EXPECT_LE(b.facts.lines.size(), 5u);
  b.session.on_deadline(at(10s));
  EXPECT_EQ(b.session.streams(), 0u);
}

TEST(StreamLife, BufferedBytesAreCapped) {
  Bench b{plain_config()};
  Octets chunk = encoded(wire::UserHeader{.length = 20 << 20});
  chunk.resize(10 << 20);
  // Buffers hold up to twice of what came, and while they grow the old ones too.
  std::uint32_t id = 0;
  while (b.drops().empty()) {
    b.accept(++id);
    b.bytes(id, chunk);
    ASSERT_LT(id, 30u);
  }
  EXPECT_GE(id, 12u);
  EXPECT_EQ(b.drops(), (Drops{{"stream_drop_overload", 1}}));
  EXPECT_EQ(b.poll(), Lines{"reset " + std::to_string(id)});
  // What is done with gives its bytes back.
  for (std::uint32_t i = 1; i < id; ++i) {
    b.session.on_stream_closed(at(0s), StreamId{i | StreamId::incoming_bit}, nullptr);
  }
  b.accept(++id);
  b.bytes(id, chunk);
  EXPECT_EQ(b.session.streams(), 1u);
}

TEST(StreamLife, AnswersWaitingToBeWrittenAreCapped) {
  Config config = plain_config();
  config.keys = {key_a};
  config.verify_incoming = false;
  Bench b{config};
  const SharedBytes answer = shared(user(std::string(20 << 20, 'x')));
  for (std::uint32_t id = 1; id <= 13; ++id) {
    b.accept(id);
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
  EXPECT_EQ(b.drops(), (Drops{{"stream_drop_overload", 1}}));
}

TEST(StreamLife, AnAnswerForManyIsMadeOnce) {
  Config config = plain_config();
  config.compression = true;
  Bench b{config};
  SharedBytes answer = shared(push_pull(std::string(1000, 'x')));
  for (std::uint32_t id = 1; id <= 3; ++id) {
    b.accept(id);
    b.bytes(id, ping(id));
    b.script->write(StreamId{id | StreamId::incoming_bit}, answer);
  }
  b.poll();
  ASSERT_EQ(b.written.size(), 3u);
  EXPECT_EQ(b.written[0], b.written[1]);  // the same object
  EXPECT_EQ(b.written[0], b.written[2]);
  EXPECT_LT(b.written[0]->size(), answer->size());
  // It does not keep the answer alive, and mistakes no other one for it.
  const std::weak_ptr<const Octets> before = answer;
  answer = shared(push_pull(std::string(1000, 'y')));
  EXPECT_TRUE(before.expired());
  b.script->write(in, answer);
  b.poll();
  ASSERT_EQ(b.written.size(), 4u);
  EXPECT_NE(*b.written[3], *b.written[0]);
}

TEST(StreamLife, PlainAnswersAreNotCopied) {
  Bench b{plain_config()};
  const SharedBytes answer = shared(push_pull("x"));
  b.accept(1);
  b.bytes(1, ping(1));
  b.script->write(in, answer);
  b.poll();
  EXPECT_EQ(b.written[0], answer);
}

}  // namespace
}  // namespace gossipod::session
