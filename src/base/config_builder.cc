// What was said, kept as it was said: nothing is judged before build(), in config.cc.
#include <gossipod/config.h>

namespace gossipod::inline v0 {

ConfigBuilder& ConfigBuilder::with_name(std::string_view name) {
  named_.name = name;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_addr(std::string_view ip) {
  named_.addr = ip;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_port(std::uint16_t port) {
  named_.port = port;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_bind(std::string_view host_port) {
  named_.bind = host_port;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_advertise(std::string_view host_port) {
  named_.advertise = host_port;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_metadata(std::string_view bytes) {
  named_.metadata = bytes;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_network_type(NetworkType type) {
  named_.network_type = type;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_protocol_version(std::uint8_t version) {
  named_.protocol_version = version;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_delegate_versions(std::uint8_t least, std::uint8_t most,
                                                     std::uint8_t current) {
  named_.delegate =
      Versions{.delegate_min = least, .delegate_max = most, .delegate_current = current};
  return *this;
}

ConfigBuilder& ConfigBuilder::with_level(Level level) {
  named_.level = level;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_probing_interval(Duration interval) {
  named_.probing_interval = interval;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_ack_timeout(Duration timeout) {
  named_.ack_timeout = timeout;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_indirect_ack_timeout(Duration timeout) {
  named_.indirect_ack_timeout = timeout;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_indirect_checks(std::uint32_t members) {
  named_.indirect_checks = members;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_stream_fallback(bool on) {
  named_.stream_fallback = on;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_health_max_multiplier(std::uint32_t multiplier) {
  named_.health_max_multiplier = multiplier;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_suspicious_timeout(Duration shortest) {
  named_.suspicious_timeout = shortest;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_suspicion_multiplier(std::uint32_t multiplier) {
  named_.suspicion_multiplier = multiplier;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_suspicion_max_multiplier(std::uint32_t multiplier) {
  named_.suspicion_max_multiplier = multiplier;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_buddy_system(bool on) {
  named_.buddy_system = on;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_last_calls(bool on) {
  named_.last_calls = on;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_lha_probe(bool on) {
  named_.lha_probe = on;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_lha_suspicion(bool on) {
  named_.lha_suspicion = on;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_probe_order(ProbeOrder order) {
  named_.probe_order = order;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_on_own_death(OwnDeath what) {
  named_.on_own_death = what;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_drain_before_judging(bool on) {
  named_.drain_before_judging = on;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_excuse_late_turns(bool on) {
  named_.excuse_late_turns = on;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_incarnation_from_clock(bool on) {
  named_.incarnation_from_clock = on;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_retransmit_multiplier(std::uint32_t multiplier) {
  named_.retransmit_multiplier = multiplier;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_gossip_interval(Duration interval) {
  named_.gossip_interval = interval;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_gossip_nodes(std::uint32_t members) {
  named_.gossip_nodes = members;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_gossip_to_the_dead(Duration time) {
  named_.gossip_to_the_dead = time;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_dead_reclaim_time(Duration time) {
  named_.dead_reclaim_time = time;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_relay_broadcasts(bool on) {
  named_.relay_broadcasts = on;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_push_pull_interval(Duration interval) {
  named_.push_pull_interval = interval;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_reconnect_interval(Duration interval) {
  named_.reconnect_interval = interval;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_reconnect_timeout(Duration time) {
  named_.reconnect_timeout = time;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_join_retry(Duration interval) {
  named_.join_retry = interval;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_dns_servers(std::string_view list) {
  named_.dns_servers = list;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_label(std::string_view label) {
  named_.label = label;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_skip_inbound_label_check(bool on) {
  named_.skip_inbound_label_check = on;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_compression(bool on) {
  named_.compression = on;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_packet_bytes(std::size_t bytes) {
  named_.packet_bytes = bytes;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_stream_timeout(Duration timeout) {
  named_.stream_timeout = timeout;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_key(Bytes key) {
  named_.keys.emplace_back(std::in_place_index<0>, key.begin(), key.end());
  return *this;
}

ConfigBuilder& ConfigBuilder::with_key(std::string_view text) {
  named_.keys.emplace_back(std::in_place_index<1>, text);
  return *this;
}

ConfigBuilder& ConfigBuilder::with_verify_incoming(bool on) {
  named_.verify_incoming = on;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_verify_outgoing(bool on) {
  named_.verify_outgoing = on;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_allowed(std::string_view cidr) {
  named_.allowed.emplace_back(cidr);
  return *this;
}

ConfigBuilder& ConfigBuilder::with_filter_sources(bool on) {
  named_.filter_sources = on;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_refuse_encryption_v0(bool on) {
  named_.refuse_encryption_v0 = on;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_answer_members_only(bool on) {
  named_.answer_members_only = on;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_body(Body body) {
  named_.body = body;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_members_max(std::uint32_t members) {
  named_.members_max = members;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_members_per_source_max(std::uint32_t members) {
  named_.members_per_source_max = members;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_event_queue_bytes(std::size_t bytes) {
  named_.event_queue_bytes = bytes;
  return *this;
}

ConfigBuilder& ConfigBuilder::with_socket_buffer_bytes(std::size_t bytes) {
  named_.socket_buffer_bytes = bytes;
  return *this;
}

}  // namespace gossipod::inline v0
