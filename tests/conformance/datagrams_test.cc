// Datagrams arrive whole, once, and from where they were sent; sockets are bound as asked.
#include <set>

#include "conformance/world.h"

namespace gossipod::test {
namespace {

using std::chrono::milliseconds;
using Datagrams = Conformance;

INSTANTIATE_TEST_SUITE_P(Bodies, Datagrams, testing::ValuesIn(bodies()),
                         [](const auto& body) { return std::string{body.param.name}; });

TEST_P(Datagrams, ArriveWholeOnceAndFromTheirSender) {
  const auto a = node();
  const auto b = node();
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{1400}, GetParam().datagram_bytes_max}) {
    const auto sent = pattern(size);
    const std::size_t before = b->sink.packets.size();
    ASSERT_TRUE(a->send(b->at(), sent));
    ASSERT_TRUE(until([&] { return b->sink.packets.size() > before; }));
    const Recorder::Packet& got = b->sink.packets[before];
    EXPECT_EQ(got.bytes, sent);
    EXPECT_FALSE(got.truncated);
    EXPECT_EQ(got.arrival.from, a->at());
    EXPECT_LE(got.arrival.at, got.now);
    EXPECT_GE(got.now, TimePoint{});
  }
  // Had one come twice, it would have come before this one.
  ASSERT_TRUE(b->send(b->at(), pattern(3)));
  ASSERT_TRUE(until([&] { return b->sink.packets.size() >= 4; }));
  EXPECT_EQ(b->sink.packets.size(), 4u);
  EXPECT_EQ(b->sink.packets.back().arrival.from, b->at());
  EXPECT_TRUE(a->sink.packets.empty());
}

TEST_P(Datagrams, GoOutInOneBatch) {
  const auto a = node();
  const auto b = node();
  const auto c = node();
  std::vector<std::vector<std::uint8_t>> payloads;
  for (std::uint32_t i = 0; i < 50; ++i) payloads.push_back(pattern(100 + i, i));
  std::vector<TxDatagram> batch;
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    batch.push_back({{i % 2 == 0 ? b->at() : c->at(), "somebody"}, payloads[i]});
  }
  EXPECT_EQ(a->link->send(batch), batch.size());
  ASSERT_TRUE(until([&] { return b->sink.packets.size() + c->sink.packets.size() == 50; }));
  std::multiset<std::vector<std::uint8_t>> got;
  for (const auto& packet : b->sink.packets) got.insert(packet.bytes);
  for (const auto& packet : c->sink.packets) got.insert(packet.bytes);
  EXPECT_EQ(got, std::multiset<std::vector<std::uint8_t>>(payloads.begin(), payloads.end()));
  EXPECT_EQ(b->sink.packets.size(), 25u);
}

TEST_P(Datagrams, AnEmptyBatchIsNothing) {
  const auto a = node();
  EXPECT_EQ(a->link->send({}), 0u);
}

TEST_P(Datagrams, OneThatCannotBeSentDoesNotStopTheOthers) {
  const auto a = node();
  const auto b = node();
  const auto bytes = pattern(10);
  const auto huge = pattern(70'000);
  const std::array batch{TxDatagram{{b->at(), {}}, bytes}, TxDatagram{{b->at(), {}}, huge},
                         TxDatagram{{*Endpoint::from_ip("2001:db8::1", 9), {}}, bytes},
                         TxDatagram{{b->at(), {}}, bytes}};
  EXPECT_EQ(a->link->send(batch), 4u);
  ASSERT_TRUE(until([&] { return b->sink.packets.size() == 2; }));
  EXPECT_EQ(b->sink.packets[1].bytes, bytes);
}

TEST_P(Datagrams, ToNobodyAreLostWithoutASound) {
  const auto a = node();
  const auto b = node();
  auto gone = node();
  const Endpoint nobody = gone->at();
  gone->link.reset();
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(a->send(nobody, pattern(10)));
    EXPECT_TRUE(a->send(b->at(), pattern(10)));
  }
  EXPECT_TRUE(until([&] { return b->sink.packets.size() == 10; }));
  ASSERT_TRUE(b->send(a->at(), pattern(7)));
  EXPECT_TRUE(until([&] { return a->sink.packets.size() == 1; }));
}

TEST_P(Datagrams, ATurnTakesAQuotaAndSaysWhetherMoreIsWaiting) {
  const auto a = node();
  const auto b = node();
  const std::size_t all = 200;
  std::size_t in_this_turn = 0;
  std::size_t most = 0;
  std::size_t seen = 0;
  b->sink.turned = [&](TimePoint) {
    in_this_turn = b->sink.packets.size() - seen;
    seen = b->sink.packets.size();
    most = std::max(most, in_this_turn);
  };
  // All at one instant, so that more is waiting than one turn takes.
  std::vector<TxDatagram> batch;
  const auto bytes = pattern(20);
  for (std::size_t i = 0; i < all; ++i) batch.push_back({{b->at(), {}}, bytes});
  ASSERT_EQ(a->link->send(batch), all);
  ASSERT_TRUE(until([&] { return b->sink.packets.size() == all; }));
  EXPECT_LE(most, 64u);
  if (loop->body() != "virtual") {
    EXPECT_GE(b->sink.undrained, 1u);
  }
}

TEST_P(Datagrams, PortZeroTakesAFreePortForBothKinds) {
  const auto a = node();
  const auto b = node();
  EXPECT_NE(a->at().port, 0);
  EXPECT_NE(a->at(), b->at());
  EXPECT_EQ(ip_to_string(a->at()), "127.0.0.1");
  connect(*b, *a);
  ASSERT_TRUE(b->send(a->at(), pattern(5)));
  EXPECT_TRUE(until([&] { return a->sink.packets.size() == 1; }));
}

TEST_P(Datagrams, ATakenAddressIsAnError) {
  auto a = node();
  Recorder sink;
  const LinkOptions options{.bind = a->at()};
  const auto second = loop->attach(options, sink);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::address_in_use);
  EXPECT_EQ(second.error().field, "bind");
  EXPECT_NE(second.error().detail.find(to_string(a->at())), std::string::npos);
  // And free again when its owner is gone.
  a->link.reset();
  EXPECT_TRUE(loop->attach(options, sink));
}

TEST_P(Datagrams, IPv6) {
  const auto v6 = *Endpoint::from_ip("::1", 0);
  const auto a = std::make_unique<Node>();
  auto attached = loop->attach({.bind = v6}, a->sink);
  if (!attached) GTEST_SKIP() << "no IPv6 here: " << to_string(attached.error());
  a->link = std::move(*attached);
  const auto b = node(v6);
  ASSERT_TRUE(a->send(b->at(), pattern(100)));
  ASSERT_TRUE(until([&] { return b->sink.packets.size() == 1; }));
  EXPECT_EQ(b->sink.packets[0].arrival.from, a->at());
  EXPECT_EQ(ip_to_string(b->at()), "::1");
  const Pair pair = connect(*a, *b);
  a->link->write(pair.out, shared(pattern(10)));
  EXPECT_TRUE(until([&] { return b->sink[pair.in].bytes.size() == 10; }));
  EXPECT_EQ(ip_to_string(b->sink[pair.in].from), "::1");
}

TEST_P(Datagrams, OnAnyAddressBothFamiliesAreHeard) {
  for (const char* any : {"0.0.0.0", "::"}) {
    const auto a = std::make_unique<Node>();
    auto attached = loop->attach({.bind = *Endpoint::from_ip(any, 0)}, a->sink);
    if (!attached) GTEST_SKIP() << "no IPv6 here: " << to_string(attached.error());
    a->link = std::move(*attached);
    const auto b = node();
    ASSERT_TRUE(b->send(loopback(a->at().port), pattern(9)));
    ASSERT_TRUE(until([&] { return a->sink.packets.size() == 1; }));
    EXPECT_EQ(a->sink.packets[0].arrival.from, b->at());
  }
}

}  // namespace
}  // namespace gossipod::test
