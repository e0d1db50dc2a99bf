// The life of streams: orders, deadlines, ends, and what they may cost.
#include <gtest/gtest.h>

#include <algorithm>

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
  EXPECT_EQ(text_of(*a.written[0]), text_of(push_pull("mine")));
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

// The compressed form of an answer used to stay until the next one was given.
TEST(StreamLife, WhatWasCompressedForManyGoesWithTheLastOfThem) {
  Config config = plain_config();
  config.compression = true;
  Bench a{config};
  std::weak_ptr<const LargeBytes> packed;
  {
    const SharedBytes message = shared(user(std::string(3000, 'x')));
    for (const std::uint32_t id : {1u, 2u}) {
      a.script->open(id, peer);
      a.poll();
      a.session.on_stream_opened(at(0s), StreamId{id});
      a.script->write(StreamId{id}, message);
    }
    a.poll();
    ASSERT_EQ(a.written.size(), 2u);
    EXPECT_EQ(a.written[0], a.written[1]);
    packed = a.written[0];
    a.written.clear();
    EXPECT_FALSE(packed.expired());  // somebody may still want it
  }
  for (const std::uint32_t id : {1u, 2u}) a.session.on_stream_written(at(0s), StreamId{id});
  a.poll();
  EXPECT_TRUE(packed.expired());
}

// Within one machine, what is large is sooner copied than compressed.
TEST(StreamLife, CompressedUnlessItIsLargeAndStaysOnThisMachine) {
  struct Row {
    const char* to;
    std::size_t size;
    bool compressed;
  };
  for (const auto& [to, size, compressed] :
       {Row{"127.0.0.1", 60'000, true}, Row{"127.0.0.1", 70'000, false}, Row{"::1", 70'000, false},
        Row{"10.0.0.1", 70'000, true}}) {
    Config config = plain_config();
    config.compression = true;
    Bench a{config};
    a.script->open(1, *Endpoint::from_ip(to, 1));
    EXPECT_EQ(a.poll(), Lines{"open 1"});
    a.session.on_stream_opened(at(0s), out);
    a.script->write(out, shared(user(std::string(size, 'x'))));
    EXPECT_EQ(a.poll(), Lines{"write 1"});
    EXPECT_EQ(a.written.at(0)->size() < size, compressed) << to << " " << size;
  }
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
    a.session.on_stream_closed(at(0s), out, &broken);  // cut off unheard
    EXPECT_EQ(a.told(), Lines{"closed: busy"});
  }
  {
    Dialed a;
    a.opened();
    a.session.on_stream_bytes(at(0s), out, Bytes{push_pull("yours")}.first(20));
    a.session.on_stream_closed(at(0s), out, &broken);  // it had begun to answer
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
  const std::weak_ptr<const LargeBytes> before = answer;
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
