// What makes no sense is refused, by the name of the field, its value, and why.
#include <gossipod/config.h>
#include <gtest/gtest.h>

#include <string>

#include "unit/base/configured.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using test::build;
using test::Fill;

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
      {"allowed", Prefix::parse("10.0.0.0/33").error().detail.c_str(),
       [](auto& b) { b.with_allowed("10.0.0.0/33"); }},
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
}  // namespace
}  // namespace gossipod
