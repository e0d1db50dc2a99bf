// What an operator types: addresses, networks, lists of servers, keys, and whole configurations.
// Whatever is accepted is written back to what reads as the same; whatever is refused says which
// field, and why; and a configuration that was accepted starts a machine that works.
#include <gossipod/assert.h>
#include <gossipod/config.h>
#include <gossipod/swim/node.h>

#include <array>
#include <string>
#include <string_view>

#include "base/dns_servers.h"
#include "base/key_text.h"
#include "fuzz/input.h"

namespace {

using namespace gossipod;

void check_addresses(const std::string& text) {
  if (const auto endpoint = Endpoint::from_ip(text, 7)) {
    GOSSIPOD_ASSERT(Endpoint::from_ip(ip_to_string(*endpoint), 7) == endpoint);
    GOSSIPOD_ASSERT(Endpoint::from_address(endpoint->address(), 7) == endpoint);
    const auto parsed = parse_host_port(to_string(*endpoint));
    GOSSIPOD_ASSERT(parsed && parsed->port == 7 && Endpoint::from_ip(parsed->host, 7) == endpoint);
  }
  if (const auto parsed = parse_host_port(text)) {
    GOSSIPOD_ASSERT(!parsed->host.empty() && parsed->host.size() <= text.size());
    GOSSIPOD_ASSERT(parsed->name.size() <= text.size());
  } else {
    GOSSIPOD_ASSERT(!parsed.error().detail.empty());
  }
  if (const auto prefix = Prefix::parse(text)) {
    const auto again = Prefix::parse(to_string(*prefix));
    GOSSIPOD_ASSERT(again && *again == *prefix);
    GOSSIPOD_ASSERT(prefix->bits <= 128 && prefix->contains({.ip = prefix->ip, .port = 0}));
  } else {
    GOSSIPOD_ASSERT(prefix.error().code == Errc::invalid_address);
  }
  if (const auto servers = parse_dns_servers(text)) {
    GOSSIPOD_ASSERT(servers->size() <= limits::dns_servers_max);
  }
  if (const auto key = key_from_text(text)) {
    GOSSIPOD_ASSERT(is_key_size(key->size()));
  } else {
    // Nothing that may be a key is said in an error. Words of the error itself are none.
    const bool word = text.size() < 12 || text.find(' ') != std::string::npos;
    GOSSIPOD_ASSERT(word || key.error().detail.find(text) == std::string::npos);
  }
}

// One knob, by a byte.
void turn(ConfigBuilder& builder, std::uint8_t knob, std::string_view text, std::uint32_t number) {
  const Duration time = std::chrono::milliseconds{number};
  const bool on = (number & 1) != 0;
  switch (knob % 32) {
    case 0:
      builder.with_name(text);
      break;
    case 1:
      builder.with_bind(text);
      break;
    case 2:
      builder.with_advertise(text);
      break;
    case 3:
      builder.with_metadata(text);
      break;
    case 4:
      builder.with_label(text);
      break;
    case 5:
      builder.with_allowed(text);
      break;
    case 6:
      builder.with_dns_servers(text);
      break;
    case 7:
      builder.with_key(text);
      break;
    case 8:
      builder.with_key(as_bytes(text));
      break;
    case 9:
      builder.with_addr(text);
      break;
    case 10:
      builder.with_network_type(NetworkType(number % 3));
      break;
    case 11:
      builder.with_protocol_version(static_cast<std::uint8_t>(number));
      break;
    case 12:
      builder.with_probing_interval(time);
      break;
    case 13:
      builder.with_ack_timeout(time);
      break;
    case 14:
      builder.with_indirect_ack_timeout(time);
      break;
    case 15:
      builder.with_suspicious_timeout(time);
      break;
    case 16:
      builder.with_suspicion_multiplier(number);
      break;
    case 17:
      builder.with_retransmit_multiplier(number);
      break;
    case 18:
      builder.with_gossip_interval(time);
      break;
    case 19:
      builder.with_gossip_nodes(number);
      break;
    case 20:
      builder.with_packet_bytes(number);
      break;
    case 21:
      builder.with_members_max(number);
      break;
    case 22:
      builder.with_verify_incoming(on);
      break;
    case 23:
      builder.with_verify_outgoing(on);
      break;
    case 24:
      builder.with_level(Level(number % 3));
      break;
    case 25:
      builder.with_push_pull_interval(time);
      break;
    case 26:
      builder.with_health_max_multiplier(number);
      break;
    case 27:
      builder.with_suspicion_max_multiplier(number);
      break;
    case 28:
      builder.with_refuse_encryption_v0(on);
      break;
    case 29:
      builder.with_reconnect_interval(time);
      break;
    case 30:
      builder.with_gossip_to_the_dead(time);
      break;
    default:
      builder.with_indirect_checks(number);
      break;
  }
}

void check_built(const Config& config) {
  GOSSIPOD_ASSERT(!config.name.empty() && config.name.size() <= limits::name_bytes_max);
  GOSSIPOD_ASSERT(config.metadata.size() <= limits::metadata_bytes_max);
  GOSSIPOD_ASSERT(config.label.size() <= limits::label_bytes_max);
  GOSSIPOD_ASSERT(config.ack_timeout < config.indirect_ack_timeout);
  GOSSIPOD_ASSERT(config.indirect_ack_timeout <= config.probing_interval);
  GOSSIPOD_ASSERT(config.packet_bytes >= limits::packet_bytes_min);
  for (const auto& key : config.keys) GOSSIPOD_ASSERT(is_key_size(key.size()));

  Counters counters;
  const TimePoint now{};
  swim::Node node{config,
                  {.seed = 1,
                   .local = config.bind,
                   .pool = std::make_shared<swim::IdentityPool>(1),
                   .counters = &counters},
                  now};
  node.check_invariants();
  std::vector<std::uint8_t> out(config.packet_bytes);
  while (node.poll_transmit(now, out)) {
  }
  while (node.poll_event()) {
  }
  const TimePoint next = node.next_deadline();
  GOSSIPOD_ASSERT(next > now);
  if (next == never) return;
  node.on_deadline(next);
  node.check_invariants();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input{data, size};
  ConfigBuilder builder;
  builder.with_name("a");
  while (!input.empty()) {
    const std::uint8_t knob = input.byte();
    const std::uint8_t shift = input.byte() % 25;
    const std::uint32_t number = std::uint32_t{input.byte()} << shift;
    const std::size_t length = input.byte();
    const auto bytes = input.bytes(length);
    const std::string text{as_text(bytes)};
    check_addresses(text);
    turn(builder, knob, text, number);
  }
  const auto config = builder.build();
  if (config) {
    check_built(*config);
  } else {
    GOSSIPOD_ASSERT(config.error().code == Errc::invalid_config);
    GOSSIPOD_ASSERT(!config.error().field.empty() && !config.error().detail.empty());
  }
  return 0;
}
