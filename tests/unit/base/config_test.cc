#include <gossipod/config.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using Fill = std::function<void(ConfigBuilder&)>;

Result<Config> build(const Fill& fill) {
  ConfigBuilder builder;
  builder.with_name("a");
  fill(builder);
  return builder.build();
}

Config built(const Fill& fill) {
  auto config = build(fill);
  EXPECT_TRUE(config) << to_string(config.error());
  return config ? *config : Config{};
}

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

struct Bad {
  const char* field;
  const char* detail;
  Fill fill;
};

void expect_bad(std::initializer_list<Bad> rows) {
  for (const Bad& row : rows) {
    const auto config = build(row.fill);
    ASSERT_FALSE(config) << row.field << " " << row.detail;
    EXPECT_EQ(config.error().code, Errc::invalid_config);
    EXPECT_EQ(config.error().field, row.field);
    EXPECT_EQ(config.error().detail, row.detail);
  }
}

TEST(ConfigErrors, Identity) {
  const auto nameless = ConfigBuilder{}.build();
  ASSERT_FALSE(nameless);
  EXPECT_EQ(to_string(nameless.error()), "name: missing: every member needs a name of its own");
  expect_bad({
      {"name", "missing: every member needs a name of its own", [](auto& b) { b.with_name(""); }},
      {"name", "256 bytes: must be at most 255",
       [](auto& b) { b.with_name(std::string(256, 'n')); }},
      {"metadata", "513 bytes: must be at most 512",
       [](auto& b) { b.with_metadata(std::string(513, 'm')); }},
      {"protocol_version", "0: must be from 1 to 5", [](auto& b) { b.with_protocol_version(0); }},
      {"protocol_version", "6: must be from 1 to 5", [](auto& b) { b.with_protocol_version(6); }},
      {"delegate_versions", "1: must be from 2 to 3",
       [](auto& b) { b.with_delegate_versions(2, 3, 1); }},
      {"delegate_versions", "4: must be from 2 to 3",
       [](auto& b) { b.with_delegate_versions(2, 3, 4); }},
      {"delegate_versions", "2: must be from 3 to 2",
       [](auto& b) { b.with_delegate_versions(3, 2, 2); }},
  });
}

TEST(ConfigErrors, Addresses) {
  expect_bad({
      {"addr", "\"\": must be an IP address", [](auto& b) { b.with_addr(""); }},
      {"addr", "\"localhost\": must be an IP address", [](auto& b) { b.with_addr("localhost"); }},
      {"addr", "\"127.0.0.1:80\": must be an IP address",
       [](auto& b) { b.with_addr("127.0.0.1:80"); }},
      {"addr", "\"\\x1b\": must be an IP address", [](auto& b) { b.with_addr("\x1b"); }},
      {"addr", "10.0.0.1: bind says 10.0.0.2",
       [](auto& b) { b.with_addr("10.0.0.1").with_bind("10.0.0.2"); }},
      {"port", "1: bind says 2", [](auto& b) { b.with_port(1).with_bind("10.0.0.2:2"); }},
      {"bind", "\"\": no host", [](auto& b) { b.with_bind(""); }},
      {"bind", "\":80\": no host", [](auto& b) { b.with_bind(":80"); }},
      {"bind", "\"localhost\": must be an IP address",
       [](auto& b) { b.with_bind("localhost:80"); }},
      {"bind", "\"1.2.3.4:x\": the port is not a number from 0 to 65535",
       [](auto& b) { b.with_bind("1.2.3.4:x"); }},
      {"bind", "\"b/1.2.3.4\": must not have a name/ before it",
       [](auto& b) { b.with_bind("b/1.2.3.4"); }},
      {"advertise", "\"example.com\": must be an IP address",
       [](auto& b) { b.with_advertise("example.com:1"); }},
      {"advertise", "\"0.0.0.0:1\": nobody can be reached there",
       [](auto& b) { b.with_advertise("0.0.0.0:1"); }},
      {"advertise", "\"::\": nobody can be reached there", [](auto& b) { b.with_advertise("::"); }},
  });
}

TEST(ConfigErrors, Probing) {
  expect_bad({
      {"probing_interval", "0s: must be from 1ms to 86400s",
       [](auto& b) { b.with_probing_interval(0s); }},
      {"probing_interval", "-1s: must be from 1ms to 86400s",
       [](auto& b) { b.with_probing_interval(-1s); }},
      {"probing_interval", "86401s: must be from 1ms to 86400s",
       [](auto& b) { b.with_probing_interval(24h + 1s); }},
      {"ack_timeout", "0s: must be from 1ns to 86400s", [](auto& b) { b.with_ack_timeout(0s); }},
      {"indirect_ack_timeout", "0s: must be from 1ns to 86400s",
       [](auto& b) { b.with_indirect_ack_timeout(0s); }},
      {"ack_timeout", "1s: the ack_timeout must be less than the probing_interval, 500ms",
       [](auto& b) { b.with_ack_timeout(1s).with_probing_interval(500ms); }},
      {"ack_timeout", "1s: the ack_timeout must be less than the probing_interval, 1s",
       [](auto& b) { b.with_ack_timeout(1s).with_probing_interval(1s); }},
      {"ack_timeout", "1s: the ack_timeout must be less than the indirect_ack_timeout, 1s",
       [](auto& b) { b.with_ack_timeout(1s).with_indirect_ack_timeout(1s); }},
      {"ack_timeout", "86400s: the ack_timeout must be less than the probing_interval, 86400s",
       [](auto& b) { b.with_ack_timeout(24h); }},
      {"indirect_ack_timeout",
       "1ns: the ack_timeout must be less than the indirect_ack_timeout, 1ns",
       [](auto& b) { b.with_indirect_ack_timeout(1ns); }},
      {"indirect_ack_timeout",
       "3s: must be at most the probing_interval, 2s (it counts from the start of the probe)",
       [](auto& b) { b.with_indirect_ack_timeout(3s).with_probing_interval(2s); }},
      {"indirect_checks", "1025: must be from 0 to 1024",
       [](auto& b) { b.with_indirect_checks(1025); }},
      {"health_max_multiplier", "0: must be from 1 to 255",
       [](auto& b) { b.with_health_max_multiplier(0); }},
      {"health_max_multiplier", "256: must be from 1 to 255",
       [](auto& b) { b.with_health_max_multiplier(256); }},
  });
}

TEST(ConfigErrors, SuspicionAndDissemination) {
  expect_bad({
      {"suspicious_timeout", "0s: must be from 1ms to 86400s",
       [](auto& b) { b.with_suspicious_timeout(0s); }},
      {"suspicion_multiplier", "0: must be from 1 to 100",
       [](auto& b) { b.with_suspicion_multiplier(0); }},
      {"suspicion_max_multiplier", "101: must be from 1 to 100",
       [](auto& b) { b.with_suspicion_max_multiplier(101); }},
      {"retransmit_multiplier", "0: must be from 1 to 255",
       [](auto& b) { b.with_retransmit_multiplier(0); }},
      {"gossip_interval", "-1ns: must be from 0s to 86400s",
       [](auto& b) { b.with_gossip_interval(-1ns); }},
      {"gossip_interval", "999us: must be 0, for never, or at least 1ms",
       [](auto& b) { b.with_gossip_interval(999us); }},
      {"gossip_nodes", "1025: must be from 0 to 1024", [](auto& b) { b.with_gossip_nodes(1025); }},
      {"gossip_to_the_dead", "-1s: must be from 0s to 86400s",
       [](auto& b) { b.with_gossip_to_the_dead(-1s); }},
      {"dead_reclaim_time", "90000s: must be from 0s to 86400s",
       [](auto& b) { b.with_dead_reclaim_time(25h); }},
      {"push_pull_interval", "1ns: must be 0, for never, or at least 1ms",
       [](auto& b) { b.with_push_pull_interval(1ns); }},
  });
}

TEST(ConfigErrors, TheWire) {
  expect_bad({
      {"label", "256 bytes: must be at most 255",
       [](auto& b) { b.with_label(std::string(256, 'l')); }},
      {"packet_bytes", "511: must be from 512 to 65507", [](auto& b) { b.with_packet_bytes(511); }},
      {"packet_bytes", "65508: must be from 512 to 65507",
       [](auto& b) { b.with_packet_bytes(65508); }},
      {"packet_bytes",
       "512: too few for what is said of this member, with its name, metadata, label and seal: "
       "must be at least 598",
       [](auto& b) { b.with_packet_bytes(512).with_metadata(std::string(512, 'm')); }},
      {"packet_bytes",
       "797: too few for what is said of this member, with its name, metadata, label and seal: "
       "must be at least 798",
       [](auto& b) {
         b.with_packet_bytes(797).with_metadata(std::string(512, 'm'));
         b.with_label(std::string(153, 'l')).with_key(std::string(64, 'a'));
       }},
      {"stream_timeout", "0s: must be from 1ms to 86400s",
       [](auto& b) { b.with_stream_timeout(0s); }},
      {"key", "15 bytes: must be 16, 24 or 32",
       [](auto& b) { b.with_key(Bytes{std::vector<std::uint8_t>(15)}); }},
      {"key", "0 bytes: must be 16, 24 or 32", [](auto& b) { b.with_key(Bytes{}); }},
      {"key", "38 bytes (given as hex): must be 16, 24 or 32",
       [](auto& b) { b.with_key(std::string(76, 'a')); }},
      {"key", "a text of 8 characters that is neither hex nor base64",
       [](auto& b) { b.with_key("hunter2!"); }},
      {"verify_outgoing", "off while verify_incoming is on: switch incoming off first, or both on",
       [](auto& b) { b.with_key(std::string(32, 'a')).with_verify_outgoing(false); }},
      {"refuse_encryption_v0", "on, but protocol version 1 seals with it",
       [](auto& b) { b.with_refuse_encryption_v0(true).with_protocol_version(1); }},
  });
}

TEST(ConfigErrors, Resources) {
  expect_bad({
      {"members_max", "0: must be from 1 to 1048576", [](auto& b) { b.with_members_max(0); }},
      {"members_max", "1048577: must be from 1 to 1048576",
       [](auto& b) { b.with_members_max((1 << 20) + 1); }},
      {"members_per_source_max", "0: must be from 1 to 1048576",
       [](auto& b) { b.with_members_per_source_max(0); }},
      {"event_queue_bytes", "0: must be from 1 to 1073741824",
       [](auto& b) { b.with_event_queue_bytes(0); }},
      {"socket_buffer_bytes", "0: must be from 2048 to 1073741824",
       [](auto& b) { b.with_socket_buffer_bytes(0); }},
  });
}

TEST(ConfigErrors, OnlyTheFirstIsTold) {
  expect_bad({{"name", "missing: every member needs a name of its own",
               [](auto& b) { b.with_name("").with_packet_bytes(1).with_addr("x"); }}});
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

}  // namespace
}  // namespace gossipod
