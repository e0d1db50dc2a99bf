#include <gossipod/config.h>
#include <gtest/gtest.h>

#include <string>

#include "unit/base/configured.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using test::built;
using test::Fill;
TEST(Config, DefaultsAreMemberlists) {
  struct Row {
    NetworkType type;
    Duration period, ack, verdict, gossip, push_pull, to_the_dead, stream;
    std::uint32_t indirect, retransmit, suspicion, nodes;
  };
  const Row rows[] = {
      {NetworkType::local, 1s, 200ms, 1s, 100ms, 15s, 15s, 1s, 1, 2, 3, 3},
      {NetworkType::lan, 1s, 500ms, 1s, 200ms, 30s, 30s, 10s, 3, 4, 4, 3},
      {NetworkType::wan, 5s, 3s, 5s, 500ms, 60s, 60s, 30s, 3, 4, 6, 4},
  };
  for (const Row& row : rows) {
    const Config config = built([&](auto& b) { b.with_network_type(row.type); });
    EXPECT_EQ(config.probing_interval, row.period);
    EXPECT_EQ(config.ack_timeout, row.ack);
    EXPECT_EQ(config.indirect_ack_timeout, row.verdict);
    EXPECT_EQ(config.gossip_interval, row.gossip);
    EXPECT_EQ(config.push_pull_interval, row.push_pull);
    EXPECT_EQ(config.gossip_to_the_dead, row.to_the_dead);
    EXPECT_EQ(config.stream_timeout, row.stream);
    EXPECT_EQ(config.indirect_checks, row.indirect);
    EXPECT_EQ(config.retransmit_multiplier, row.retransmit);
    EXPECT_EQ(config.suspicion_multiplier, row.suspicion);
    EXPECT_EQ(config.gossip_nodes, row.nodes);
    EXPECT_EQ(config.suspicion_max_multiplier, 6u);
    EXPECT_EQ(config.health_max_multiplier, 8u);
    EXPECT_EQ(config.protocol_version, 2);
    EXPECT_EQ(config.packet_bytes, 1400u);
    EXPECT_EQ(config.suspicious_timeout, std::nullopt);
    EXPECT_EQ(config.dead_reclaim_time, 0s);
    EXPECT_TRUE(config.compression && config.verify_incoming && config.verify_outgoing);
  }
  const Config config = built([](auto&) {});
  EXPECT_EQ(to_string(config.bind), "127.0.0.1:7946");
  EXPECT_EQ(config.advertise, std::nullopt);
  EXPECT_TRUE(config.keys.empty());
}

TEST(Config, WhatIsNamedWinsInAnyOrder) {
  for (const bool type_first : {false, true}) {
    const Config config = built([&](auto& b) {
      if (type_first) b.with_network_type(NetworkType::wan);
      b.with_gossip_interval(1s).with_gossip_nodes(9).with_stream_timeout(2s);
      if (!type_first) b.with_network_type(NetworkType::wan);
    });
    EXPECT_EQ(config.gossip_interval, 1s);
    EXPECT_EQ(config.gossip_nodes, 9u);
    EXPECT_EQ(config.stream_timeout, 2s);
    EXPECT_EQ(config.suspicion_multiplier, 6u);
  }
}

TEST(Config, EveryKnobTurns) {
  const std::string binary("\0\xff", 2);
  const std::vector<std::uint8_t> key(16, 7);
  const Config config = built([&](auto& b) {
    b.with_name("web/1").with_addr("::1").with_port(0).with_advertise("10.0.0.1:99");
    b.with_metadata(binary).with_protocol_version(5).with_delegate_versions(2, 5, 4);
    b.with_level(Level::infection).with_indirect_checks(0).with_stream_fallback(false);
    b.with_health_max_multiplier(1).with_suspicious_timeout(5s).with_suspicion_multiplier(5);
    b.with_suspicion_max_multiplier(1).with_buddy_system(false).with_retransmit_multiplier(3);
    b.with_last_calls(false);
    b.with_gossip_interval(0s).with_gossip_nodes(0).with_gossip_to_the_dead(0s);
    b.with_dead_reclaim_time(30s).with_push_pull_interval(0s).with_label("blue");
    b.with_skip_inbound_label_check(true).with_compression(false).with_packet_bytes(1200);
    b.with_stream_timeout(3s).with_key(Bytes{key}).with_verify_incoming(false);
    b.with_verify_outgoing(false).with_members_max(10).with_event_queue_bytes(1);
    b.with_socket_buffer_bytes(4096).with_members_per_source_max(7);
    b.with_refuse_encryption_v0(true).with_answer_members_only(true);
  });
  EXPECT_EQ(config.name, "web/1");
  EXPECT_EQ(to_string(config.bind), "[::1]:0");
  EXPECT_EQ(to_string(*config.advertise), "10.0.0.1:99");
  EXPECT_EQ(config.metadata, binary);
  EXPECT_EQ(config.protocol_version, 5);
  EXPECT_EQ(config.delegate_min, 2);
  EXPECT_EQ(config.delegate_max, 5);
  EXPECT_EQ(config.delegate_current, 4);
  EXPECT_EQ(config.level, Level::infection);
  EXPECT_EQ(config.indirect_checks, 0u);
  EXPECT_FALSE(config.stream_fallback);
  EXPECT_EQ(config.health_max_multiplier, 1u);
  EXPECT_EQ(config.suspicious_timeout, Duration{5s});
  EXPECT_EQ(config.suspicion_multiplier, 5u);
  EXPECT_EQ(config.suspicion_max_multiplier, 1u);
  EXPECT_FALSE(config.buddy_system);
  EXPECT_FALSE(config.last_calls);
  EXPECT_EQ(config.retransmit_multiplier, 3u);
  EXPECT_EQ(config.gossip_interval, 0s);
  EXPECT_EQ(config.gossip_nodes, 0u);
  EXPECT_EQ(config.gossip_to_the_dead, 0s);
  EXPECT_EQ(config.dead_reclaim_time, 30s);
  EXPECT_EQ(config.push_pull_interval, 0s);
  EXPECT_EQ(config.label, "blue");
  EXPECT_TRUE(config.skip_inbound_label_check);
  EXPECT_FALSE(config.compression);
  EXPECT_EQ(config.packet_bytes, 1200u);
  EXPECT_EQ(config.stream_timeout, 3s);
  EXPECT_EQ(config.keys, (std::vector<std::vector<std::uint8_t>>{key}));
  EXPECT_FALSE(config.verify_incoming);
  EXPECT_FALSE(config.verify_outgoing);
  EXPECT_EQ(config.members_max, 10u);
  EXPECT_EQ(config.members_per_source_max, 7u);
  EXPECT_TRUE(config.refuse_encryption_v0 && config.answer_members_only);
  EXPECT_EQ(config.event_queue_bytes, 1u);
  EXPECT_EQ(config.socket_buffer_bytes, 4096u);
}

// ack_timeout < indirect_ack_timeout <= probing_interval, whichever of them were named.
TEST(Config, ImpliedProbeTimesMakeRoomForNamedOnes) {
  using Times = std::optional<Duration>;
  struct Row {
    NetworkType type;
    Times period, ack, verdict;              // named
    Duration is_period, is_ack, is_verdict;  // what it comes to
  };
  const auto lan = NetworkType::lan;
  const auto wan = NetworkType::wan;
  const Times no;
  const Row rows[] = {
      {lan, 1s, 500ms, 1s, 1s, 500ms, 1s},
      {lan, 300ms, no, no, 300ms, 150ms, 300ms},
      {lan, 500ms, no, no, 500ms, 250ms, 500ms},
      {lan, 501ms, no, no, 501ms, 500ms, 501ms},
      {lan, 20s, no, no, 20s, 500ms, 20s},
      {lan, no, 900ms, no, 1s, 900ms, 1s},
      {lan, no, 1s, no, 2s, 1s, 2s},
      {lan, no, 5s, no, 10s, 5s, 10s},
      {lan, no, no, 400ms, 1s, 200ms, 400ms},
      {lan, no, no, 3s, 3s, 500ms, 3s},
      {lan, no, 2s, 3s, 3s, 2s, 3s},
      {lan, 2s, 1500ms, no, 2s, 1500ms, 2s},
      {lan, 2s, no, 300ms, 2s, 150ms, 300ms},
      {wan, 1s, no, no, 1s, 500ms, 1s},
      {wan, no, 1s, no, 5s, 1s, 5s},
      {wan, no, no, 2s, 5s, 1s, 2s},
      {lan, no, 13h, no, 24h, 13h, 24h},
      {lan, no, no, 2ns, 1s, 1ns, 2ns},
  };
  for (const Row& row : rows) {
    const Config config = built([&](auto& b) {
      b.with_network_type(row.type);
      if (row.verdict) b.with_indirect_ack_timeout(*row.verdict);
      if (row.ack) b.with_ack_timeout(*row.ack);
      if (row.period) b.with_probing_interval(*row.period);
    });
    EXPECT_EQ(config.probing_interval, row.is_period) << &row - rows;
    EXPECT_EQ(config.ack_timeout, row.is_ack) << &row - rows;
    EXPECT_EQ(config.indirect_ack_timeout, row.is_verdict) << &row - rows;
  }
}

TEST(Config, BindTakesBothAtOnce) {
  const auto bind = [](const Fill& fill) { return to_string(built(fill).bind); };
  EXPECT_EQ(bind([](auto& b) { b.with_bind("10.0.0.1:99"); }), "10.0.0.1:99");
  EXPECT_EQ(bind([](auto& b) { b.with_bind("10.0.0.1"); }), "10.0.0.1:7946");
  EXPECT_EQ(bind([](auto& b) { b.with_bind("::1").with_port(99); }), "[::1]:99");
  EXPECT_EQ(bind([](auto& b) { b.with_bind("[::1]:0"); }), "[::1]:0");
  EXPECT_EQ(bind([](auto& b) { b.with_bind("0.0.0.0:5"); }), "0.0.0.0:5");
  EXPECT_EQ(bind([](auto& b) { b.with_addr("[::1]").with_bind("[::1]:5").with_port(5); }),
            "[::1]:5");
}

TEST(Config, AdvertisedPortMayBeLeftToTheBoundOne) {
  for (const char* text : {"10.0.0.1", "10.0.0.1:0"}) {
    const Config config = built([&](auto& b) { b.with_advertise(text); });
    EXPECT_EQ(to_string(*config.advertise), "10.0.0.1:0");
  }
}

TEST(Config, KeysKeepTheirOrderWhateverTheirForm) {
  const std::vector<std::uint8_t> ones(16, 1), twos(32, 2), threes(24, 3);
  const Config config = built([&](auto& b) {
    b.with_key("01010101010101010101010101010101");
    b.with_key(Bytes{twos});
    b.with_key("AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMD");
  });
  EXPECT_EQ(config.keys, (std::vector<std::vector<std::uint8_t>>{ones, twos, threes}));
}

TEST(Config, LimitsAreInside) {
  built([](auto& b) {
    b.with_name(std::string(255, 'n')).with_metadata(std::string(512, 'm'));
    b.with_label(std::string(255, 'l')).with_protocol_version(1).with_key(std::string(64, 'a'));
    b.with_packet_bytes(65507).with_probing_interval(24h).with_members_max(1 << 20);
    b.with_health_max_multiplier(255).with_delegate_versions(255, 255, 255);
  });
  built([](auto& b) { b.with_packet_bytes(512).with_probing_interval(1ms); });
  // Every name, label and metadata fits the packets we send by default.
  built([](auto& b) {
    b.with_name(std::string(255, 'n')).with_metadata(std::string(512, 'm'));
    b.with_label(std::string(255, 'l')).with_key(std::string(64, 'a'));
  });
}

TEST(Config, BuildMayBeCalledAgain) {
  ConfigBuilder builder;
  EXPECT_FALSE(builder.build());
  builder.with_name("a");
  EXPECT_TRUE(builder.build());
  EXPECT_EQ(builder.build()->name, "a");
}

TEST(Config, PartsOfLifeguardByName) {
  const auto off =
      ConfigBuilder{}.with_name("a").with_lha_probe(false).with_lha_suspicion(false).build();
  ASSERT_TRUE(off);
  EXPECT_EQ(off->health_max_multiplier, 1u);
  EXPECT_EQ(off->suspicion_max_multiplier, 1u);
  const auto odd =
      ConfigBuilder{}.with_name("a").with_lha_probe(false).with_health_max_multiplier(3).build();
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().field, "lha_probe");
  const auto other = ConfigBuilder{}
                         .with_name("a")
                         .with_lha_suspicion(true)
                         .with_suspicion_max_multiplier(1)
                         .build();
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().field, "lha_suspicion");
  EXPECT_TRUE(
      ConfigBuilder{}.with_name("a").with_lha_probe(false).with_health_max_multiplier(1).build());
}

TEST(Config, TimesOfReconnect) {
  const auto none = ConfigBuilder{}.with_name("a").with_reconnect_interval(Duration{0}).build();
  ASSERT_TRUE(none);
  EXPECT_EQ(none->reconnect_interval, Duration{0});
  const auto tiny = ConfigBuilder{}.with_name("a").with_join_retry(Duration{5}).build();
  ASSERT_FALSE(tiny);
  EXPECT_EQ(tiny.error().field, "join_retry");
}

TEST(Config, EverySwitchTurns) {
  const Config config = built([&](auto& b) {
    b.with_probe_order(ProbeOrder::random).with_on_own_death(OwnDeath::leave);
    b.with_drain_before_judging(false).with_excuse_late_turns(false);
    b.with_incarnation_from_clock(true).with_relay_broadcasts(false);
    b.with_reconnect_timeout(1h).with_body(Body::asio);
    b.with_allowed("10.0.0.0/8").with_allowed("fd00::/8").with_filter_sources(true);
  });
  EXPECT_EQ(config.probe_order, ProbeOrder::random);
  EXPECT_EQ(config.on_own_death, OwnDeath::leave);
  EXPECT_FALSE(config.drain_before_judging || config.excuse_late_turns || config.relay_broadcasts);
  EXPECT_TRUE(config.incarnation_from_clock && config.filter_sources);
  EXPECT_EQ(config.reconnect_timeout, 1h);
  EXPECT_EQ(config.body, Body::asio);
  EXPECT_TRUE(config.allows(*Endpoint::from_ip("10.1.2.3", 1)));
  EXPECT_TRUE(config.allows(*Endpoint::from_ip("fd00::1", 1)));
  EXPECT_FALSE(config.allows(*Endpoint::from_ip("11.0.0.1", 1)));
}

}  // namespace
}  // namespace gossipod
