// Streams: bytes in order, in both directions; every end of a stream is told once, and never after
// its owner let go of it.
#include "conformance/world.h"

namespace gossipod::test {
namespace {

using Streams = Conformance;

INSTANTIATE_TEST_SUITE_P(Bodies, Streams, testing::ValuesIn(bodies()),
                         [](const auto& body) { return std::string{body.param.name}; });

TEST_P(Streams, OpenAndAccept) {
  const auto a = node();
  const auto b = node();
  const Pair pair = connect(*a, *b);
  EXPECT_TRUE(pair.in.incoming());
  EXPECT_EQ(ip_to_string(b->sink[pair.in].from), "127.0.0.1");
  const Pair second = connect(*a, *b, 2);
  EXPECT_NE(pair.in, second.in);
}

TEST_P(Streams, RefusedIfNobodyListens) {
  const auto a = node();
  auto gone = node();
  const Endpoint nobody = gone->at();
  gone.reset();
  const StreamId stream{1};
  a->link->open(stream, {nobody, {}});
  EXPECT_FALSE(a->sink[stream].closed);  // never from inside the call
  a->link->write(stream, shared(pattern(10)));
  ASSERT_TRUE(until([&] { return a->sink[stream].closed; }));
  ASSERT_TRUE(a->sink[stream].why);
  EXPECT_EQ(a->sink[stream].why->code, Errc::connection_failed);
  EXPECT_NE(a->sink[stream].why->detail.find(to_string(nobody)), std::string::npos);
  EXPECT_FALSE(a->sink[stream].opened);
}

TEST_P(Streams, WhatIsWrittenBeforeItIsOpenGoesOutInOrder) {
  const auto a = node();
  const auto b = node();
  const StreamId out{1};
  a->link->open(out, {b->at(), {}});
  std::vector<std::uint8_t> all;
  for (std::uint32_t i = 1; i <= 20; ++i) {
    const auto piece = pattern(i * 37, i);
    all.insert(all.end(), piece.begin(), piece.end());
    a->link->write(out, shared(piece));
    EXPECT_EQ(a->sink[out].written, 0);
  }
  ASSERT_TRUE(until([&] {
    return !b->sink.incoming.empty() && b->sink[b->sink.incoming[0]].bytes.size() == all.size();
  }));
  EXPECT_EQ(b->sink[b->sink.incoming[0]].bytes, all);
  EXPECT_TRUE(until([&] { return a->sink[out].written > 0; }));
}

TEST_P(Streams, FiveMegabytesInBothDirectionsAtOnce) {
  const auto a = node();
  const auto b = node();
  const Pair pair = connect(*a, *b);
  const auto there = pattern(5'000'000, 1);
  const auto back = pattern(5'000'000, 2);
  a->link->write(pair.out, shared(there));
  b->link->write(pair.in, shared(back));
  ASSERT_TRUE(until([&] {
    return a->sink[pair.out].bytes.size() == back.size() &&
           b->sink[pair.in].bytes.size() == there.size();
  }));
  EXPECT_TRUE(a->sink[pair.out].bytes == back);
  EXPECT_TRUE(b->sink[pair.in].bytes == there);
  EXPECT_TRUE(until([&] { return a->sink[pair.out].written == 1; }));
  EXPECT_TRUE(until([&] { return b->sink[pair.in].written == 1; }));
}

TEST_P(Streams, HalfClose) {
  const auto a = node();
  const auto b = node();
  const Pair pair = connect(*a, *b);
  a->link->write(pair.out, shared(pattern(300'000)));
  a->link->finish(pair.out);
  ASSERT_TRUE(until([&] { return b->sink[pair.in].peer_finished; }));
  EXPECT_EQ(b->sink[pair.in].bytes.size(), 300'000u);
  EXPECT_FALSE(b->sink[pair.in].closed);
  // The other direction still works.
  b->link->write(pair.in, shared(pattern(1000)));
  ASSERT_TRUE(until([&] { return a->sink[pair.out].bytes.size() == 1000; }));
  EXPECT_FALSE(a->sink[pair.out].closed);
  b->link->finish(pair.in);
  ASSERT_TRUE(until([&] { return a->sink[pair.out].closed && b->sink[pair.in].closed; }));
  EXPECT_FALSE(a->sink[pair.out].why);
  EXPECT_FALSE(b->sink[pair.in].why);
  EXPECT_TRUE(a->sink[pair.out].peer_finished);
}

TEST_P(Streams, CloseFlushesAndIsSilent) {
  const auto a = node();
  const auto b = node();
  const Pair pair = connect(*a, *b);
  const auto sent = pattern(2'000'000);
  a->link->write(pair.out, shared(sent));
  a->link->close(pair.out);
  const std::size_t calls = a->sink[pair.out].calls;
  ASSERT_TRUE(until([&] { return b->sink[pair.in].peer_finished; }));
  EXPECT_TRUE(b->sink[pair.in].bytes == sent);
  b->link->close(pair.in);
  connect(*a, *b, 2);
  EXPECT_EQ(a->sink[pair.out].calls, calls);
}

TEST_P(Streams, CloseWithUnreadBytesStillFlushes) {
  const auto a = node();
  const auto b = node();
  const Pair pair = connect(*a, *b);
  a->link->pause(pair.out, true);
  b->link->write(pair.in, shared(pattern(10'000)));
  ASSERT_TRUE(until([&] { return b->sink[pair.in].written == 1; }));
  connect(*a, *b, 2);  // by now they lie before a
  const auto sent = pattern(1'000'000, 3);
  a->link->write(pair.out, shared(sent));
  a->link->close(pair.out);
  ASSERT_TRUE(until([&] { return b->sink[pair.in].peer_finished || b->sink[pair.in].closed; }));
  EXPECT_FALSE(b->sink[pair.in].why);
  EXPECT_TRUE(b->sink[pair.in].bytes == sent);
  EXPECT_TRUE(a->sink[pair.out].bytes.empty());
}

TEST_P(Streams, CloseBeforeItIsOpenFlushesToo) {
  const auto a = node();
  const auto b = node();
  const StreamId out{1};
  a->link->open(out, {b->at(), {}});
  a->link->write(out, shared(pattern(5000)));
  a->link->close(out);
  ASSERT_TRUE(until(
      [&] { return !b->sink.incoming.empty() && b->sink[b->sink.incoming[0]].peer_finished; }));
  EXPECT_EQ(b->sink[b->sink.incoming[0]].bytes, pattern(5000));
  EXPECT_EQ(a->sink[out].calls, 0u);
}

TEST_P(Streams, ResetIsToldToThePeerAsAnError) {
  const auto a = node();
  const auto b = node();
  const Pair pair = connect(*a, *b);
  a->link->reset(pair.out);
  const std::size_t calls = a->sink[pair.out].calls;
  ASSERT_TRUE(until([&] { return b->sink[pair.in].closed; }));
  ASSERT_TRUE(b->sink[pair.in].why);
  EXPECT_EQ(b->sink[pair.in].why->code, Errc::connection_failed);
  EXPECT_EQ(a->sink[pair.out].calls, calls);
}

TEST_P(Streams, ResetBeforeItIsOpenIsSilent) {
  const auto a = node();
  const auto b = node();
  a->link->open(StreamId{1}, {b->at(), {}});
  a->link->reset(StreamId{1});
  connect(*a, *b, 2);
  EXPECT_EQ(a->sink[StreamId{1}].calls, 0u);
}

TEST_P(Streams, AWriterToAPeerThatIsGoneIsTold) {
  const auto a = node();
  auto b = node();
  const Pair pair = connect(*a, *b);
  b->link.reset();
  for (int i = 0; i < 3; ++i) a->link->write(pair.out, shared(pattern(1000)));
  ASSERT_TRUE(until([&] { return a->sink[pair.out].closed; }));
  EXPECT_TRUE(a->sink[pair.out].why);
  a->link->write(pair.out, shared(pattern(1000)));  // too late: ignored
}

TEST_P(Streams, PauseHoldsBackAndResumeGoesOn) {
  const auto a = node();
  const auto b = node();
  b->sink.accepted = [&](StreamId stream) { b->link->pause(stream, true); };
  const Pair pair = connect(*a, *b);
  const auto sent = pattern(5'000'000);
  a->link->write(pair.out, shared(sent));
  a->link->finish(pair.out);
  // While another stream from the same node gets through, this one does not, nor is all written.
  b->sink.accepted = nullptr;
  const Pair other = connect(*a, *b, 2);
  a->link->write(other.out, shared(pattern(100)));
  ASSERT_TRUE(until([&] { return b->sink[other.in].bytes.size() == 100; }));
  EXPECT_TRUE(b->sink[pair.in].bytes.empty());
  b->link->pause(pair.in, false);
  EXPECT_TRUE(b->sink[pair.in].bytes.empty());  // never from inside the call
  ASSERT_TRUE(until([&] { return b->sink[pair.in].peer_finished; }));
  EXPECT_TRUE(b->sink[pair.in].bytes == sent);
}

TEST_P(Streams, APauseFromWithinTheCallHoldsAtOnce) {
  const auto a = node();
  const auto b = node();
  const Pair pair = connect(*a, *b);
  std::size_t pieces = 0;
  b->sink.bytes_came = [&](StreamId stream) {
    ++pieces;
    b->link->pause(stream, true);
  };
  a->link->write(pair.out, shared(pattern(1'000'000)));
  ASSERT_TRUE(until([&] { return pieces == 1; }));
  const Pair other = connect(*a, *b, 2);
  EXPECT_EQ(pieces, 1u);
  EXPECT_LE(b->sink[pair.in].bytes.size(), 64u << 10);
  b->sink.bytes_came = nullptr;
  b->link->pause(pair.in, false);
  ASSERT_TRUE(until([&] { return b->sink[pair.in].bytes.size() == 1'000'000; }));
  a->link->close(other.out);
}

TEST_P(Streams, ClosingFromWithinTheCallEndsIt) {
  const auto a = node();
  const auto b = node();
  const Pair pair = connect(*a, *b);
  b->sink.bytes_came = [&](StreamId stream) { b->link->close(stream); };
  a->link->write(pair.out, shared(pattern(500'000)));
  ASSERT_TRUE(until([&] { return !b->sink[pair.in].bytes.empty(); }));
  const std::size_t calls = b->sink[pair.in].calls;
  ASSERT_TRUE(until([&] { return a->sink[pair.out].peer_finished || a->sink[pair.out].closed; }));
  EXPECT_EQ(b->sink[pair.in].calls, calls);
}

TEST_P(Streams, DestroyingTheLinkFromWithinTheCallEndsEverything) {
  const auto a = node();
  const auto b = node();
  const Pair pair = connect(*a, *b);
  b->sink.bytes_came = [&](StreamId) { b->link.reset(); };
  a->link->write(pair.out, shared(pattern(500'000)));
  ASSERT_TRUE(until([&] { return b->link == nullptr; }));
  const std::size_t calls = b->sink.calls();
  ASSERT_TRUE(until([&] { return a->sink[pair.out].closed; }));
  EXPECT_EQ(b->sink.calls(), calls);
}

TEST_P(Streams, ManyAtOnce) {
  const auto a = node();
  const auto b = node();
  constexpr std::uint32_t count = 100;
  for (std::uint32_t i = 1; i <= count; ++i) {
    a->link->open(StreamId{i}, {b->at(), {}});
    a->link->write(StreamId{i}, shared(pattern(1000 + i, i)));
    a->link->finish(StreamId{i});
  }
  b->sink.bytes_came = nullptr;
  ASSERT_TRUE(until([&] {
    return b->sink.incoming.size() == count &&
           std::ranges::all_of(b->sink.incoming,
                               [&](StreamId id) { return b->sink[id].peer_finished; });
  }));
  for (const StreamId id : b->sink.incoming) b->link->finish(id);
  ASSERT_TRUE(until([&] {
    return std::ranges::all_of(b->sink.incoming, [&](StreamId id) { return b->sink[id].closed; });
  }));
  ASSERT_TRUE(until([&] {
    for (std::uint32_t i = 1; i <= count; ++i) {
      if (!a->sink[StreamId{i}].closed) return false;
    }
    return true;
  }));
}

}  // namespace
}  // namespace gossipod::test
