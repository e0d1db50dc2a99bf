// Config: everything one node can be told, as plain values, and the builder that checks them.
//
// Each knob shows its unit, its formula and where it comes from. "memberlist: X" names the option
// of the reference implementation with the same meaning.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/endpoint.h>
#include <gossipod/error.h>
#include <gossipod/export.h>
#include <gossipod/limits.h>
#include <gossipod/member.h>
#include <gossipod/prefix.h>
#include <gossipod/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gossipod::inline v0 {

// Sets of defaults: one machine or a test, one data centre, the internet.
enum class NetworkType : std::uint8_t { local, lan, wan };

// How much of SWIM runs: SWIM 3.1 (basic), 4.1 (infection), 4.2 (suspicion).
// basic: every change is told once, to each member directly, by whoever it begins with; nothing is
// piggybacked, there are no gossip ticks and no push-pulls but for joining.
enum class Level : std::uint8_t { basic, infection, suspicion };

// Whom to probe next: everybody once per round (SWIM 4.3), or anybody each time (SWIM 3.1).
enum class ProbeOrder : std::uint8_t { round_robin, random };

// What to do on hearing that we are dead: contradict, or go, as SWIM without suspicion has it.
enum class OwnDeath : std::uint8_t { refute, leave };

// Which body of loops and links to run on: io_uring where the kernel and the sandbox let us, else
// Asio; or the one that is named, or none.
enum class Body : std::uint8_t { automatic, asio, io_uring };

struct Config {
  // --- Who we are

  std::string name;  // unique in the cluster; 1 to limits::name_bytes_max bytes
  Endpoint bind;     // UDP and TCP; port 0 takes a free one
  std::optional<Endpoint>
      advertise;         // told to others; default: what was bound. Port 0: the bound one
  std::string metadata;  // any bytes, at most limits::metadata_bytes_max
  std::uint8_t protocol_version =
      2;  // spoken: 1 to 5; we advertise 1 to 5. memberlist: ProtocolVersion
  std::uint8_t delegate_min = 0;  // version of the layer on top, if there is one
  std::uint8_t delegate_max = 0;
  std::uint8_t delegate_current = 0;

  // --- Failure detection (values: NetworkType::lan)

  Level level = Level::suspicion;

  // SWIM's protocol period T': one member is probed per interval, stretched by local health. From
  // the start of a probe: when others are asked, and when the verdict falls:
  //   ack_timeout < indirect_ack_timeout <= probing_interval
  // memberlist: ProbeInterval, ProbeTimeout; the verdict is at ProbeInterval there.
  Duration probing_interval = std::chrono::seconds{1};
  Duration ack_timeout = std::chrono::milliseconds{500};
  Duration indirect_ack_timeout = std::chrono::seconds{1};
  std::uint32_t indirect_checks = 3;  // SWIM's k. memberlist: IndirectChecks
  bool stream_fallback = true;        // ask by stream too. memberlist: not DisableTcpPings

  // Lifeguard's local health multiplier: the probing interval is stretched by 1 to this many times.
  // 1 switches LHA-Probe off. memberlist: AwarenessMaxMultiplier
  std::uint32_t health_max_multiplier = 8;

  // A suspicion lasts between
  //   low  = suspicious_timeout, or if that is not set
  //          suspicion_multiplier * max(1, log10(members)) * probing_interval
  //   high = suspicion_max_multiplier * low
  // and shrinks from high to low as suspicion_multiplier - 2 others confirm it (Lifeguard,
  // LHA-Suspicion; a maximum multiplier of 1 switches that off).
  std::optional<Duration> suspicious_timeout;
  std::uint32_t suspicion_multiplier = 4;
  std::uint32_t suspicion_max_multiplier = 6;
  bool buddy_system = true;  // a suspect is told so with the ping (Lifeguard)
  // Before a suspicion can end, the suspect is asked again, directly, through others and, from a
  // few members, by stream (not without stream_fallback or push-pulls); while it answers it is not
  // declared dead. Where few agree, another member is asked what it knows (not without push-pulls).
  // Costs nothing while nobody is suspected.
  bool last_calls = true;
  ProbeOrder probe_order = ProbeOrder::round_robin;
  OwnDeath on_own_death = OwnDeath::refute;

  // The process was stopped, swapped out or starved: see docs/design.md on late turns.
  bool drain_before_judging = true;  // judge no deadline while datagrams wait to be read
  bool excuse_late_turns = true;     // accuse nobody for our own absence

  // Begin at the seconds since 1970 instead of 1: who comes back is newer than it ever was, and
  // need not be contradicted first.
  bool incarnation_from_clock = false;

  // --- Dissemination

  // A change is told retransmit_multiplier * ceil(log10(members + 1)) times.
  std::uint32_t retransmit_multiplier = 4;
  Duration gossip_interval = std::chrono::milliseconds{200};  // 0: only piggybacked
  std::uint32_t gossip_nodes = 3;                             // told per interval
  Duration gossip_to_the_dead = std::chrono::seconds{30};     // and the least age before a reap
  bool relay_broadcasts = true;   // pass on what others broadcast to everybody, once each
  Duration dead_reclaim_time{0};  // after which a dead name may move to another address; 0: never

  // Everything is compared with one random member per interval, stretched above 32 members by
  // ceil(log2(members) - 5) + 1. 0: only when joining, and with a suspect that answered last_calls.
  Duration push_pull_interval = std::chrono::seconds{30};

  // Members that failed without a goodbye are remembered, and tried again one at a time about every
  // reconnect_interval (0: never), until they are back or reconnect_timeout has passed. Seeds that
  // were named to join are tried along with them. Serf: ReconnectInterval, ReconnectTimeout
  Duration reconnect_interval = std::chrono::seconds{30};
  Duration reconnect_timeout = std::chrono::hours{24};
  // Whoever is alone tries its seeds again, in turn, this often. 0: only as above. Serf: retry_join
  Duration join_retry{0};
  // Asked for the addresses of seeds that are host names. None: the system's (/etc/resolv.conf).
  std::vector<Endpoint> dns_servers;

  // --- The wire

  std::string label;  // separates clusters; at most limits::label_bytes_max bytes
  bool skip_inbound_label_check = false;  // a front end strips labels; inbound must have none
  bool compression = true;
  std::size_t packet_bytes = limits::packet_bytes;  // ceiling for what we send, headers included
  Duration stream_timeout =
      std::chrono::seconds{10};  // connect, and each phase. memberlist: TCPTimeout

  // Keys of 16, 24 or 32 bytes; the first one seals, all open. None: no encryption.
  std::vector<std::vector<std::uint8_t>> keys;
  bool verify_incoming = true;  // keys given: what is not sealed is dropped
  bool verify_outgoing = true;  // keys given: what we send is sealed
  // Take no encryption version 0, which only protocol version 1 speaks: its padding is decided by a
  // byte that is not authenticated.
  bool refuse_encryption_v0 = false;

  // Networks that members may live in; none: anywhere. Claims of others are ignored, and unless
  // filter_sources is off so are datagrams and streams from elsewhere. memberlist: CIDRsAllowed
  std::vector<Prefix> allowed;
  bool filter_sources = true;
  // Answer pings, and ping for others, only if the answer goes to a member that we know, at its
  // address; and ping for others only members: nobody can have us send to third parties.
  bool answer_members_only = false;
  [[nodiscard]] bool allows(const Endpoint& endpoint) const {
    bool any = allowed.empty();
    for (const Prefix& prefix : allowed) any = any || prefix.contains(endpoint);
    return any;
  }

  // --- Resources

  Body body = Body::automatic;  // of a loop of our own

  std::uint32_t members_max = limits::members_max;
  // Learned within limits::admission_window_seconds from one address.
  std::uint32_t members_per_source_max = limits::members_per_source_max;
  std::size_t event_queue_bytes = 8 << 20;    // user messages waiting for the application
  std::size_t socket_buffer_bytes = 2 << 20;  // asked of the kernel for receiving
};

// In any order: what is said by name beats what the network type implies. Implied values are
// clamped to fit those that were named; named ones that contradict each other are errors.
class GOSSIPOD_EXPORT ConfigBuilder {
 public:
  ConfigBuilder& with_name(std::string_view name);
  ConfigBuilder& with_addr(std::string_view ip);         // to bind; default 127.0.0.1
  ConfigBuilder& with_port(std::uint16_t port);          // to bind; default 7946; 0: a free one
  ConfigBuilder& with_bind(std::string_view host_port);  // both at once
  ConfigBuilder& with_advertise(std::string_view host_port);  // port 0 or none: the bound one
  ConfigBuilder& with_metadata(std::string_view bytes);
  ConfigBuilder& with_network_type(NetworkType type);  // default: lan
  ConfigBuilder& with_protocol_version(std::uint8_t version);
  ConfigBuilder& with_delegate_versions(std::uint8_t least, std::uint8_t most,
                                        std::uint8_t current);

  ConfigBuilder& with_level(Level level);
  ConfigBuilder& with_probing_interval(Duration interval);
  ConfigBuilder& with_ack_timeout(Duration timeout);
  ConfigBuilder& with_indirect_ack_timeout(Duration timeout);
  ConfigBuilder& with_indirect_checks(std::uint32_t members);
  ConfigBuilder& with_stream_fallback(bool on);
  ConfigBuilder& with_health_max_multiplier(std::uint32_t multiplier);
  ConfigBuilder& with_suspicious_timeout(Duration shortest);
  ConfigBuilder& with_suspicion_multiplier(std::uint32_t multiplier);
  ConfigBuilder& with_suspicion_max_multiplier(std::uint32_t multiplier);
  ConfigBuilder& with_buddy_system(bool on);
  ConfigBuilder& with_last_calls(bool on);
  ConfigBuilder& with_lha_probe(bool on);      // false: health_max_multiplier 1
  ConfigBuilder& with_lha_suspicion(bool on);  // false: suspicion_max_multiplier 1
  ConfigBuilder& with_probe_order(ProbeOrder order);
  ConfigBuilder& with_on_own_death(OwnDeath what);
  ConfigBuilder& with_drain_before_judging(bool on);
  ConfigBuilder& with_excuse_late_turns(bool on);
  ConfigBuilder& with_incarnation_from_clock(bool on);

  ConfigBuilder& with_retransmit_multiplier(std::uint32_t multiplier);
  ConfigBuilder& with_gossip_interval(Duration interval);
  ConfigBuilder& with_gossip_nodes(std::uint32_t members);
  ConfigBuilder& with_gossip_to_the_dead(Duration time);
  ConfigBuilder& with_dead_reclaim_time(Duration time);
  ConfigBuilder& with_relay_broadcasts(bool on);
  ConfigBuilder& with_push_pull_interval(Duration interval);
  ConfigBuilder& with_reconnect_interval(Duration interval);
  ConfigBuilder& with_reconnect_timeout(Duration time);
  ConfigBuilder& with_join_retry(Duration interval);
  ConfigBuilder& with_dns_servers(std::string_view list);  // "10.0.0.53,[::1]:5353"

  ConfigBuilder& with_label(std::string_view label);
  ConfigBuilder& with_skip_inbound_label_check(bool on);
  ConfigBuilder& with_compression(bool on);
  ConfigBuilder& with_packet_bytes(std::size_t bytes);
  ConfigBuilder& with_stream_timeout(Duration timeout);
  ConfigBuilder& with_key(Bytes key);              // the first one given is the primary
  ConfigBuilder& with_key(std::string_view text);  // hex or base64
  ConfigBuilder& with_verify_incoming(bool on);
  ConfigBuilder& with_verify_outgoing(bool on);
  ConfigBuilder& with_refuse_encryption_v0(bool on);

  ConfigBuilder& with_allowed(std::string_view cidr);  // again for more: "10.0.0.0/8"
  ConfigBuilder& with_filter_sources(bool on);
  ConfigBuilder& with_answer_members_only(bool on);

  ConfigBuilder& with_body(Body body);
  ConfigBuilder& with_members_max(std::uint32_t members);
  ConfigBuilder& with_members_per_source_max(std::uint32_t members);
  ConfigBuilder& with_event_queue_bytes(std::size_t bytes);
  ConfigBuilder& with_socket_buffer_bytes(std::size_t bytes);

  // invalid_config: the first field that makes no sense, its value, and why.
  [[nodiscard]] Result<Config> build() const;

 private:
  // What was named, and nothing else; the same fields as Config, each optional.
  struct Named {
    std::optional<std::string> name, addr, bind, advertise, metadata, label, dns_servers;
    std::optional<std::uint16_t> port;
    std::optional<NetworkType> network_type;
    std::optional<std::uint8_t> protocol_version;
    std::optional<Versions> delegate;
    std::optional<Level> level;
    std::optional<Duration> probing_interval, ack_timeout, indirect_ack_timeout, suspicious_timeout,
        gossip_interval, gossip_to_the_dead, dead_reclaim_time, push_pull_interval, stream_timeout,
        reconnect_interval, reconnect_timeout, join_retry;
    std::optional<std::uint32_t> indirect_checks, health_max_multiplier, suspicion_multiplier,
        suspicion_max_multiplier, retransmit_multiplier, gossip_nodes, members_max,
        members_per_source_max;
    std::optional<ProbeOrder> probe_order;
    std::optional<OwnDeath> on_own_death;
    std::optional<Body> body;
    std::vector<std::string> allowed;
    std::optional<bool> stream_fallback, buddy_system, last_calls, lha_probe, lha_suspicion,
        relay_broadcasts, drain_before_judging, excuse_late_turns, incarnation_from_clock,
        skip_inbound_label_check, compression, verify_incoming, verify_outgoing, filter_sources,
        refuse_encryption_v0, answer_members_only;
    std::optional<std::size_t> packet_bytes, event_queue_bytes, socket_buffer_bytes;
    // As given, so that the first stays the first; build() decodes the texts.
    std::vector<std::variant<std::vector<std::uint8_t>, std::string>> keys;
  } named_;
  friend class ConfigCheck;
};

}  // namespace gossipod::inline v0
