// ConfigBuilder::build(): what the network type implies, what was named, and whether it makes
// sense. Every check says which knob, its value, and what would be right.
#include <gossipod/config.h>
#include <gossipod/limits.h>

#include <algorithm>

#include "base/config_defaults.h"
#include "base/dns_servers.h"
#include "base/key_text.h"
#include "base/text.h"

namespace gossipod::inline v0 {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr Duration duration_max = hours{limits::duration_hours_max};

std::string to_text(std::uint64_t number) { return std::to_string(number); }
using gossipod::to_text;

}  // namespace

class ConfigCheck {
 public:
  explicit ConfigCheck(const ConfigBuilder& builder)
      : named_{builder.named_},
        config_{defaults_of(named_.network_type.value_or(NetworkType::lan))} {}

  Result<Config> run() {
    check_identity();
    check_addresses();
    check_probe();
    check_suspicion();
    check_dissemination();
    check_wire();
    check_keys();
    check_networks();
    check_resources();
    check_claim_fits();
    if (error_) return *std::move(error_);
    return std::move(config_);
  }

 private:
  // The first failure is the one that is told.
  void fail(const char* field, std::string detail) {
    if (error_) return;
    error_ = Error{.code = Errc::invalid_config, .field = field, .detail = std::move(detail)};
  }

  template <class T>
  static void take(const std::optional<T>& named, T& value) {
    if (named) value = *named;
  }
  // Numbers and durations alike.
  template <class T>
  void take(const char* field, const std::optional<T>& named, T& value, T least, T most) {
    if (!named) return;
    value = *named;
    if (value >= least && value <= most) return;
    fail(field, to_text(value) + ": must be from " + to_text(least) + " to " + to_text(most));
  }
  void take_duration(const char* field, const std::optional<Duration>& named, Duration& value,
                     Duration least) {
    take(field, named, value, least, duration_max);
  }
  void take_multiplier(const char* field, const std::optional<std::uint32_t>& named,
                       std::uint32_t& value, std::uint32_t most) {
    take(field, named, value, std::uint32_t{1}, most);
  }
  void take_text(const char* field, const std::optional<std::string>& named, std::string& value,
                 std::size_t most) {
    take(named, value);
    if (value.size() <= most) return;
    fail(field, to_text(value.size()) + " bytes: must be at most " + to_text(most));
  }

  void check_identity() {
    take_text("name", named_.name, config_.name, limits::name_bytes_max);
    if (config_.name.empty()) fail("name", "missing: every member needs a name of its own");
    take_text("metadata", named_.metadata, config_.metadata, limits::metadata_bytes_max);
    take("protocol_version", named_.protocol_version, config_.protocol_version, std::uint8_t{1},
         std::uint8_t{5});
    if (named_.delegate) {
      config_.delegate_min = named_.delegate->delegate_min;
      config_.delegate_max = named_.delegate->delegate_max;
      config_.delegate_current = named_.delegate->delegate_current;
      if (config_.delegate_min > config_.delegate_current ||
          config_.delegate_current > config_.delegate_max) {
        fail("delegate_versions", to_text(config_.delegate_current) + ": must be from " +
                                      to_text(config_.delegate_min) + " to " +
                                      to_text(config_.delegate_max));
      }
    }
  }

  // An address with an IP in it, and no member's name before it. A host name is refused rather
  // than looked up, and a text that is no address never stands for "all interfaces".
  std::optional<Endpoint> endpoint(const char* field, const std::string& text,
                                   std::uint16_t port_if_none) {
    const Result<HostPort> parsed = parse_host_port(text);
    if (!parsed) {
      fail(field, parsed.error().detail);
      return std::nullopt;
    }
    auto result = Endpoint::from_ip(parsed->host, parsed->port.value_or(port_if_none));
    if (!result) fail(field, quoted(parsed->host) + ": must be an IP address");
    if (!parsed->name.empty()) fail(field, quoted(text) + ": must not have a name/ before it");
    return result;
  }

  void check_addresses() {
    constexpr std::uint16_t default_port = 7946;
    const std::uint16_t port = named_.port.value_or(default_port);
    const std::string addr = named_.addr.value_or("127.0.0.1");
    const auto bind = Endpoint::from_ip(addr, port);
    if (bind) {
      config_.bind = *bind;
    } else {
      fail("addr", quoted(addr) + ": must be an IP address");
    }
    if (named_.bind) {
      if (const auto both = endpoint("bind", *named_.bind, port)) {
        config_.bind = *both;
        if (bind && named_.addr && both->ip != bind->ip) {
          fail("addr", ip_to_string(*bind) + ": bind says " + ip_to_string(*both));
        }
        if (named_.port && both->port != port) {
          fail("port", to_text(port) + ": bind says " + to_text(both->port));
        }
      }
    }
    if (named_.advertise) {
      config_.advertise = endpoint("advertise", *named_.advertise, 0);
      if (config_.advertise && config_.advertise->is_unspecified()) {
        fail("advertise", quoted(*named_.advertise) + ": nobody can be reached there");
      }
    }
  }

  // ack_timeout < indirect_ack_timeout <= probing_interval. What was not named moves out of the way
  // of what was.
  void check_probe() {
    take(named_.level, config_.level);
    take(named_.stream_fallback, config_.stream_fallback);
    take(named_.buddy_system, config_.buddy_system);
    take(named_.last_calls, config_.last_calls);
    take("indirect_checks", named_.indirect_checks, config_.indirect_checks, 0u,
         limits::fan_out_max);
    take(named_.probe_order, config_.probe_order);
    take(named_.on_own_death, config_.on_own_death);
    take(named_.drain_before_judging, config_.drain_before_judging);
    take(named_.excuse_late_turns, config_.excuse_late_turns);
    take(named_.incarnation_from_clock, config_.incarnation_from_clock);
    take_multiplier("health_max_multiplier", named_.health_max_multiplier,
                    config_.health_max_multiplier, limits::multiplier_max);
    switch_part("lha_probe", named_.lha_probe, "health_max_multiplier",
                named_.health_max_multiplier.has_value(), config_.health_max_multiplier);

    Duration& period = config_.probing_interval;
    Duration& direct = config_.ack_timeout;
    Duration& verdict = config_.indirect_ack_timeout;
    take_duration("probing_interval", named_.probing_interval, period, milliseconds{1});
    take_duration("ack_timeout", named_.ack_timeout, direct, Duration{1});
    take_duration("indirect_ack_timeout", named_.indirect_ack_timeout, verdict, Duration{1});
    if (error_) return;

    if (!named_.probing_interval) {
      if (named_.indirect_ack_timeout) {
        period = std::max(period, verdict);
      } else if (direct >= period) {
        period = std::min(2 * direct, duration_max);  // others get as long as the direct ack
      }
    }
    if (!named_.indirect_ack_timeout) verdict = period;
    if (!named_.ack_timeout && direct >= verdict) direct = std::max(verdict / 2, Duration{1});

    if (verdict > period) {
      fail("indirect_ack_timeout", to_text(verdict) + ": must be at most the probing_interval, " +
                                       to_text(period) +
                                       " (it counts from the start of the probe)");
    }
    if (direct >= verdict) {
      const bool by_name = named_.indirect_ack_timeout.has_value();
      fail(named_.ack_timeout ? "ack_timeout" : "indirect_ack_timeout",
           to_text(named_.ack_timeout ? direct : verdict) +
               ": the ack_timeout must be less than the " +
               (by_name ? "indirect_ack_timeout, " : "probing_interval, ") + to_text(verdict));
    }
  }

  void check_suspicion() {
    if (named_.suspicious_timeout) {
      take_duration("suspicious_timeout", named_.suspicious_timeout,
                    config_.suspicious_timeout.emplace(), milliseconds{1});
    }
    take_multiplier("suspicion_multiplier", named_.suspicion_multiplier,
                    config_.suspicion_multiplier, limits::suspicion_multiplier_max);
    take_multiplier("suspicion_max_multiplier", named_.suspicion_max_multiplier,
                    config_.suspicion_max_multiplier, limits::suspicion_multiplier_max);
    switch_part("lha_suspicion", named_.lha_suspicion, "suspicion_max_multiplier",
                named_.suspicion_max_multiplier.has_value(), config_.suspicion_max_multiplier);
  }

  // A part of Lifeguard is off when its multiplier is 1; to say so twice is fine, to contradict
  // oneself is not.
  void switch_part(const char* field, std::optional<bool> on, const std::string& multiplier_field,
                   bool multiplier_named, std::uint32_t& multiplier) {
    if (!on) return;
    if (!*on && !multiplier_named) multiplier = 1;
    if (*on == (multiplier > 1)) return;
    fail(field, std::string{*on ? "on" : "off"} + ": " + multiplier_field + " says " +
                    to_text(multiplier) + "; 1 is off");
  }

  void check_dissemination() {
    take_multiplier("retransmit_multiplier", named_.retransmit_multiplier,
                    config_.retransmit_multiplier, limits::multiplier_max);
    take_interval("gossip_interval", named_.gossip_interval, config_.gossip_interval);
    take("gossip_nodes", named_.gossip_nodes, config_.gossip_nodes, 0u, limits::fan_out_max);
    take_duration("gossip_to_the_dead", named_.gossip_to_the_dead, config_.gossip_to_the_dead,
                  Duration{0});
    take_duration("dead_reclaim_time", named_.dead_reclaim_time, config_.dead_reclaim_time,
                  Duration{0});
    take(named_.relay_broadcasts, config_.relay_broadcasts);
    take_interval("push_pull_interval", named_.push_pull_interval, config_.push_pull_interval);
    take_interval("reconnect_interval", named_.reconnect_interval, config_.reconnect_interval);
    take_duration("reconnect_timeout", named_.reconnect_timeout, config_.reconnect_timeout,
                  Duration{0});
    take_interval("join_retry", named_.join_retry, config_.join_retry);
    if (named_.dns_servers) {
      auto servers = parse_dns_servers(*named_.dns_servers);
      if (!servers) return fail("dns_servers", servers.error().detail);
      config_.dns_servers = *std::move(servers);
    }
  }

  // 0 switches it off; anything shorter than a millisecond would only spin.
  void take_interval(const char* field, const std::optional<Duration>& named, Duration& value) {
    take_duration(field, named, value, Duration{0});
    if (value > Duration{0} && value < milliseconds{1}) {
      fail(field, to_text(value) + ": must be 0, for never, or at least 1ms");
    }
  }

  void check_wire() {
    take_text("label", named_.label, config_.label, limits::label_bytes_max);
    take(named_.skip_inbound_label_check, config_.skip_inbound_label_check);
    take(named_.compression, config_.compression);
    take("packet_bytes", named_.packet_bytes, config_.packet_bytes, limits::packet_bytes_min,
         limits::udp_payload_max);
    take_duration("stream_timeout", named_.stream_timeout, config_.stream_timeout, milliseconds{1});
  }

  void check_keys() {
    for (const auto& given : named_.keys) {
      if (const auto* bytes = std::get_if<0>(&given)) {
        if (!is_key_size(bytes->size())) {
          fail("key", to_text(bytes->size()) + " bytes: must be 16, 24 or 32");
        }
        config_.keys.push_back(*bytes);
      } else {
        auto key = key_from_text(std::get<1>(given));
        if (key) {
          config_.keys.push_back(*std::move(key));
        } else {
          fail("key", key.error().detail);
        }
      }
    }
    take(named_.verify_incoming, config_.verify_incoming);
    take(named_.verify_outgoing, config_.verify_outgoing);
    take(named_.refuse_encryption_v0, config_.refuse_encryption_v0);
    if (config_.refuse_encryption_v0 && config_.protocol_version == 1) {
      fail("refuse_encryption_v0", "on, but protocol version 1 seals with it");
    }
    // No step of a roll-out needs this: whoever would be understood by this node is not understood
    // by a peer configured like it.
    if (!config_.keys.empty() && config_.verify_incoming && !config_.verify_outgoing) {
      fail("verify_outgoing",
           "off while verify_incoming is on: switch incoming off first, or both on");
    }
  }

  void check_networks() {
    for (const std::string& text : named_.allowed) {
      auto prefix = Prefix::parse(text);
      if (prefix) {
        config_.allowed.push_back(*prefix);
      } else {
        fail("allowed", prefix.error().detail);
      }
    }
    take(named_.filter_sources, config_.filter_sources);
    take(named_.answer_members_only, config_.answer_members_only);
  }

  void check_resources() {
    take(named_.body, config_.body);
    take("members_max", named_.members_max, config_.members_max, 1u,
         static_cast<std::uint32_t>(limits::members_max));
    take("members_per_source_max", named_.members_per_source_max, config_.members_per_source_max,
         1u, static_cast<std::uint32_t>(limits::members_max));
    take("event_queue_bytes", named_.event_queue_bytes, config_.event_queue_bytes, std::size_t{1},
         limits::queue_bytes_max);
    take("socket_buffer_bytes", named_.socket_buffer_bytes, config_.socket_buffer_bytes,
         std::size_t{2048}, limits::queue_bytes_max);
  }

  // Our own alive claim, beside one other message, in its wrapping: or nobody would hear of us but
  // by push-pull.
  void check_claim_fits() {
    std::size_t need = limits::alive_bytes_max - limits::metadata_bytes_max -
                       limits::name_bytes_max + config_.metadata.size() + config_.name.size();
    need += 4 + limits::crc_bytes;
    if (!config_.label.empty()) need += 2 + config_.label.size();
    if (!config_.keys.empty() && config_.verify_outgoing) {
      need += limits::seal_head + limits::seal_tail;
    }
    if (config_.packet_bytes >= need) return;
    fail("packet_bytes", to_text(config_.packet_bytes) +
                             ": too few for what is said of this member, with its name, metadata, "
                             "label and seal: must be at least " +
                             to_text(need));
  }

  const ConfigBuilder::Named& named_;
  Config config_;
  std::optional<Error> error_;
};

Result<Config> ConfigBuilder::build() const { return ConfigCheck{*this}.run(); }

}  // namespace gossipod::inline v0
