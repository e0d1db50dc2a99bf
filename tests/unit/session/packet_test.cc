// The path of a packet: every stack of wrappers out of one session and into another.
#include <gtest/gtest.h>

#include <tuple>

#include "envelope/envelope.h"
#include "unit/session/fake_machine.h"
#include "wire/lzw.h"

namespace gossipod::session {
namespace {

using Frame = std::array<std::uint8_t, 2048>;

Octets packet_of(Bench& from, Octets message, bool crc = false) {
  Frame frame{};
  from.script->packets.push_back({std::move(message), peer, crc});
  const auto datagram = from.session.poll_packet(at(0s), frame);
  EXPECT_TRUE(datagram.has_value());
  EXPECT_EQ(datagram->to.endpoint, peer);
  return {datagram->bytes.begin(), datagram->bytes.end()};
}

// Compression, CRC, label, and sealed: 0: not; 1: version 0; 2: version 1.
class PacketStack : public testing::TestWithParam<std::tuple<bool, bool, bool, int>> {};

TEST_P(PacketStack, WhatGoesOutComesInAgain) {
  const auto [compression, crc, label, sealed] = GetParam();
  Config config = plain_config();
  config.compression = compression;
  if (label) config.label = "blah";
  if (sealed > 0) config.keys = {key_a};
  config.protocol_version = sealed == 1 ? 1 : 2;
  Bench a{config};
  Bench b{config};

  const std::string payload(300, 'x');
  Octets message = octets_of(payload);
  message.insert(message.begin(), std::uint8_t{8});
  const Octets packet = packet_of(a, message, crc);
  b.receive(packet);
  EXPECT_EQ(b.told(), Lines{"user 300*x from 10.0.0.9:5555"});
  EXPECT_EQ(b.drops(), Drops{});
  EXPECT_EQ(b.counters[Counter::packets_received], 1u);
  EXPECT_EQ(b.counters[Counter::packets_received_bytes], packet.size());
  EXPECT_EQ(a.entropy.draws, sealed > 0 ? 1u : 0u);  // drawn only if needed
  EXPECT_EQ(compression, packet.size() < 200);

  // The order of the wrappers, from the outside in.
  EXPECT_EQ(packet[0] == 0xf4, label);
  const std::size_t inside = label ? 6 : 0;
  if (sealed > 0) {
    EXPECT_EQ(packet[inside], sealed - 1);
  } else {
    EXPECT_EQ(packet[inside] == 0x0c, crc);
    EXPECT_EQ(packet[inside + (crc ? 5 : 0)], compression ? 9 : 8);
  }
}

INSTANTIATE_TEST_SUITE_P(All, PacketStack,
                         testing::Combine(testing::Bool(), testing::Bool(), testing::Bool(),
                                          testing::Values(0, 1, 2)));

TEST(Packet, NeverExceedsWhatWasConfigured) {
  for (const bool label : {false, true}) {
    for (const int version : {0, 1, 2}) {
      Config config = plain_config();
      config.packet_bytes = 1000;
      if (label) config.label = std::string(255, 'l');
      if (version > 0) config.keys = {key_b};
      config.protocol_version = version == 1 ? 1 : 2;
      Bench a{config};
      Frame frame{};
      EXPECT_FALSE(a.session.poll_packet(at(0s), frame));
      const std::size_t room = a.script->room;
      for (std::size_t size = room; size > room - 17; --size) {
        const Octets packet = packet_of(a, Octets(size, std::uint8_t{8}), true);
        EXPECT_LE(packet.size(), 1000u);
        EXPECT_GE(packet.size(), 1000u - 32);
      }
    }
  }
}

TEST(Packet, IsCompressedOnlyIfThatIsShorter) {
  Config config = plain_config();
  config.compression = true;
  // Against the plain rule, for texts that pack well, badly and not at all.
  const std::vector<std::function<std::uint8_t(std::size_t)>> texts{
      [](std::size_t) { return std::uint8_t{8}; },
      [](std::size_t i) { return static_cast<std::uint8_t>(i == 0 ? 8 : i % 3); },
      [](std::size_t i) { return static_cast<std::uint8_t>(i == 0 ? 8 : i * i % 251); }};
  std::size_t compressed = 0;
  for (const auto& text : texts) {
    for (std::size_t size = 1; size < 200; ++size) {
      Octets plain(size);
      for (std::size_t i = 0; i < size; ++i) plain[i] = text(i);
      Octets packed;
      ASSERT_TRUE(wire::lzw_pack(plain, packed));
      const Octets wrapped = encoded(wire::Compressed{.algorithm = 0, .packed = packed});
      Bench a{config};
      EXPECT_EQ(packet_of(a, plain), wrapped.size() < plain.size() ? wrapped : plain) << size;
      compressed += wrapped.size() < plain.size() ? 1 : 0;
    }
  }
  EXPECT_GT(compressed, 200u);
}

TEST(Packet, DropsAreCountedAndToldWithTheirSource) {
  Config config = plain_config();
  config.label = "blah";
  config.keys = {key_a};
  Bench b{config};
  b.receive({});
  b.receive(ping(1));
  b.receive({0xf4, 4, 'b', 'l', 'a', 'h', 1, 2, 3});
  b.receive(ping(1), true);
  EXPECT_EQ(
      b.drops(),
      (Drops{{"drop_empty", 1}, {"drop_label", 1}, {"drop_unauthentic", 1}, {"drop_budget", 1}}));
  EXPECT_EQ(b.told(), Lines{});
  EXPECT_EQ(b.facts.lines, (Lines{"warning packet_dropped reason=empty from=10.0.0.9:5555",
                                  "warning packet_dropped reason=label from=10.0.0.9:5555",
                                  "warning packet_dropped reason=unauthentic from=10.0.0.9:5555",
                                  "warning packet_dropped reason=budget from=10.0.0.9:5555"}));
}

TEST(Packet, FromElsewhereIsNotRead) {
  Config config = plain_config();
  config.allowed = {*Prefix::parse("10.1.0.0/16")};
  Bench b{config};
  b.receive(ping(1));  // from 10.0.0.9
  EXPECT_EQ(b.drops(), (Drops{{"drop_source", 1}}));
  EXPECT_EQ(b.told(), Lines{});
  config.allowed.push_back(*Prefix::parse("10.0.0.0/16"));
  Bench wider{config};
  wider.receive(ping(1));
  EXPECT_EQ(wider.drops(), Drops{});
  config.allowed.pop_back();
  config.filter_sources = false;
  Bench open{config};
  open.receive(ping(1));
  EXPECT_EQ(open.drops(), Drops{});
}

TEST(Packet, OfADamagedCompoundTheRestCounts) {
  Bench b{plain_config()};
  Octets compound{7, 3, 0, 1, 0, 0, 0, 0};
  const Octets one = ping(1);
  const Octets three = ping(3);
  compound[5] = static_cast<std::uint8_t>(one.size());
  compound[7] = static_cast<std::uint8_t>(three.size());
  compound.push_back(0x63);
  compound.insert(compound.end(), one.begin(), one.end());
  compound.insert(compound.end(), three.begin(), three.end());
  b.receive(compound);
  EXPECT_EQ(b.told(), (Lines{"ping 1 b from 10.0.0.9:5555", "ping 3 b from 10.0.0.9:5555"}));
  EXPECT_EQ(b.drops(), (Drops{{"drop_type", 1}}));
}

TEST(Packet, ALinkThatSealsIsNotSealedTwice) {
  Config config = plain_config();
  config.keys = {key_a};
  Bench a{config, true};
  EXPECT_EQ(packet_of(a, ping(1)), ping(1));
  a.receive(ping(2));
  EXPECT_EQ(a.told(), Lines{"ping 2 b from 10.0.0.9:5555"});
  EXPECT_EQ(a.entropy.draws, 0u);
}

TEST(Packet, KeysRotateWithoutAMomentOfSilence) {
  Config config = plain_config();
  config.keys = {key_a};
  Bench a{config};
  Bench b{config};
  const auto heard = [](Bench& from, Bench& to) {
    to.receive(packet_of(from, ping(1)));
    return !to.told().empty();
  };
  for (Bench* bench : {&a, &b}) EXPECT_TRUE(bench->session.keys().add(key_b));
  EXPECT_TRUE(heard(a, b) && heard(b, a));
  EXPECT_TRUE(a.session.keys().use(key_b));
  EXPECT_TRUE(heard(a, b) && heard(b, a));
  EXPECT_TRUE(b.session.keys().use(key_b));
  EXPECT_TRUE(a.session.keys().remove(key_a));
  EXPECT_TRUE(heard(a, b) && heard(b, a));
  EXPECT_EQ(a.session.keys().list(), std::vector<Octets>{key_b});
  EXPECT_EQ(a.session.keys().remove(key_b).error().code, Errc::key_in_use);
  EXPECT_EQ(a.session.keys().use(key_a).error().code, Errc::key_absent);
}

// The machine learns from the session where a datagram begins.
TEST(Packet, AMemberAnswersFewPingsOfEachDatagram) {
  const Config config = plain_config();
  Counters counters;
  const TimePoint now = at(1h);
  swim::Node node{config,
                  {.seed = 1,
                   .local = peer,
                   .pool = std::make_shared<swim::IdentityPool>(1),
                   .counters = &counters},
                  now};
  CountingEntropy entropy;
  Session<swim::Node> session{
      config, {.entropy = &entropy, .counters = &counters}, std::move(node)};
  constexpr std::uint8_t pings = 100;
  const Octets one = ping(7);
  Octets compound{7, pings};
  for (int i = 0; i < pings; ++i) {
    compound.push_back(0);
    compound.push_back(static_cast<std::uint8_t>(one.size()));
  }
  for (int i = 0; i < pings; ++i) compound.insert(compound.end(), one.begin(), one.end());

  Frame frame{};
  for (std::uint64_t datagram = 1; datagram <= 3; ++datagram) {
    Octets copy = compound;
    session.on_packet(now, {.arrival = {peer, now}, .bytes = copy});
    std::size_t answers = 0;
    while (session.poll_packet(now, frame)) ++answers;
    EXPECT_EQ(answers, limits::answers_per_packet_max);
    EXPECT_EQ(counters[Counter::drop_answers], datagram * (pings - limits::answers_per_packet_max));
  }
}

}  // namespace
}  // namespace gossipod::session
