#include "cli/node_options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "cli/text.h"

namespace gossipod::cli {
namespace {

using OptionalText = std::optional<std::string>;

// The option by which a field of Config is set here.
std::string option_of(std::string field) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> others{{
      {"metadata", "meta"},
      {"protocol_version", "protocol"},
      {"delegate_versions", "delegate-protocol"},
      {"addr", "bind"},
      {"buddy_system", "buddy"},
      {"allowed", "cidr"},
      {"body", "transport"},
  }};
  for (const auto& [known, option] : others) {
    if (field == known) field = option;
  }
  std::replace(field.begin(), field.end(), '_', '-');
  return "--" + field;
}

// MIN:MAX:CUR
std::optional<std::array<std::uint8_t, 3>> parse_versions(std::string_view text) {
  std::array<std::uint8_t, 3> versions{};
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (i > 0) {
      if (!text.starts_with(':')) return std::nullopt;
      text.remove_prefix(1);
    }
    const auto [end, problem] =
        std::from_chars(text.data(), text.data() + text.size(), versions[i]);
    if (problem != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  if (!text.empty()) return std::nullopt;
  return versions;
}

NetworkType network_type(std::string_view profile) {
  if (profile == "local") return NetworkType::local;
  return profile == "wan" ? NetworkType::wan : NetworkType::lan;
}

Level protocol_level(std::string_view level) {
  if (level == "basic") return Level::basic;
  return level == "infection" ? Level::infection : Level::suspicion;
}

Fact::Level log_level(std::string_view log) {
  using enum Fact::Level;
  for (const Fact::Level level : {trace, debug, info, warning}) {
    if (log == to_string(level)) return level;
  }
  return error;
}

}  // namespace

void NodeArguments::declare(CLI::App& app) {
  const auto on_off = CLI::IsMember({"on", "off"});
  app.add_option("--name", name_, "Name of this node, unique in its cluster")->required();
  app.add_option("--bind", bind_, "HOST:PORT to listen on, UDP and TCP; port 0 takes a free one")
      ->required();
  app.add_option("--advertise", advertise_, "HOST:PORT told to others, if not what is bound");
  app.add_option("--join", seeds_, "HOST[:PORT][,HOST[:PORT]...]: members to join through")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--dns-servers", dns_servers_,
                 "IP[:PORT][,IP[:PORT]...]: asked for host names, instead of the system's");
  app.add_option("--profile", profile_, "Timings for: local, lan or wan")
      ->check(CLI::IsMember({"local", "lan", "wan"}))
      ->capture_default_str();
  app.add_option("--key", keys_, "A key, hex or base64; again for more, the first one seals")
      ->allow_extra_args(false);
  app.add_option("--label", label_, "Label that separates this cluster from others");
  app.add_option("--verify-incoming", verify_incoming_, "With a key: drop what is not sealed")
      ->check(on_off);
  app.add_option("--verify-outgoing", verify_outgoing_, "With a key: seal what is sent")
      ->check(on_off);
  app.add_flag("--refuse-encryption-v0", refuse_encryption_v0_,
               "With a key: take nothing sealed as protocol version 1 does");
  app.add_option("--cidr", allowed_, "A network that members may live in; again for more")
      ->allow_extra_args(false);
  app.add_option("--filter-sources", filter_sources_,
                 "With --cidr: drop all that comes from elsewhere")
      ->check(on_off);
  app.add_flag("--answer-members-only", answer_members_only_,
               "Answer pings of known members only, and ping only them for others");
  app.add_option("--transport", transport_, "What to run on: auto, asio or io_uring")
      ->check(CLI::IsMember({"auto", "asio", "io_uring"}));
  app.add_option("--meta", metadata_, "Metadata of this node, at most 512 bytes");
  app.add_option("--delegate-protocol", delegate_, "MIN:MAX:CUR, what a Serf cluster asks for");
  app.add_flag("--no-compress", no_compression_, "Send nothing compressed");
  app.add_option("--level", level_, "How much of SWIM runs: basic, infection or suspicion")
      ->check(CLI::IsMember({"basic", "infection", "suspicion"}))
      ->capture_default_str();
  app.add_option("--protocol", protocol_, "Version of memberlist's protocol to speak")
      ->check(CLI::Range(1, 5))
      ->capture_default_str();
  app.add_option("--probing-interval", probing_interval_, "Time between probes: 200ms, 1s");
  app.add_option("--ack-timeout", ack_timeout_, "Wait for a direct answer");
  app.add_option("--indirect-ack-timeout", indirect_ack_timeout_, "Wait for any answer");
  app.add_option("--suspicious-timeout", suspicious_timeout_, "Shortest time to refute in");
  app.add_option("--gossip-interval", gossip_interval_, "Time between rounds of gossip");
  app.add_option("--push-pull-interval", push_pull_interval_, "Time between full comparisons");
  app.add_option("--dead-reclaim-time", dead_reclaim_time_,
                 "Time until a dead member's name may appear at another address; 0: never");
  app.add_option("--reconnect-interval", reconnect_interval_, "Time between tries of lost members");
  app.add_option("--reconnect-timeout", reconnect_timeout_, "How long lost members are tried");
  app.add_option("--join-retry", join_retry_, "While alone: time between tries of the seeds");
  app.add_option("--gossip-to-the-dead", gossip_to_the_dead_,
                 "How long the dead are told things, and remembered");
  declare_parts(app);
  app.add_option("--log", log_, "To stderr: trace, debug, info, warning or error")
      ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error"}))
      ->capture_default_str();
  app.add_flag("--trace", trace_, "Print each message sent and received, in the papers' words");
  app.add_flag("--json", json_, "Print JSON, one object a line");
}

void NodeArguments::declare_parts(CLI::App& app) {
  const auto on_off = CLI::IsMember({"on", "off"});
  app.add_option("--indirect-checks", indirect_checks_, "Members asked to ping for us: SWIM's k");
  app.add_option("--gossip-nodes", gossip_nodes_, "Members told in each round of gossip");
  app.add_option("--retransmit-multiplier", retransmit_multiplier_, "How often changes are told");
  app.add_option("--suspicion-multiplier", suspicion_multiplier_, "How long suspicions last");
  app.add_option("--members-max", members_max_, "Members beyond that are not learned");
  app.add_option("--members-per-source-max", members_per_source_max_,
                 "Members learned from one address in a minute");
  app.add_option("--lha-probe", lha_probe_, "Lifeguard: local health stretches probes")
      ->check(on_off);
  app.add_option("--lha-suspicion", lha_suspicion_, "Lifeguard: suspicions shrink as others agree")
      ->check(on_off);
  app.add_option("--buddy", buddy_, "Lifeguard: a suspect is told so with the ping")->check(on_off);
  app.add_option("--last-calls", last_calls_, "ask a suspect again before it is declared dead")
      ->check(on_off);
  app.add_option("--probe-order", probe_order_, "Whom to probe next: round-robin or random")
      ->check(CLI::IsMember({"round-robin", "random"}));
  app.add_option("--on-own-death", on_own_death_, "Declared dead: refute or leave")
      ->check(CLI::IsMember({"refute", "leave"}));
  app.add_option("--drain-before-judging", drain_before_judging_,
                 "Judge no probe while datagrams wait")
      ->check(on_off);
  app.add_option("--excuse-late-turns", excuse_late_turns_,
                 "Accuse nobody for the time we were not scheduled")
      ->check(on_off);
  app.add_flag("--incarnation-from-clock", incarnation_from_clock_,
               "Begin newer than any past of this name");
}

// The parts of the protocol, each by itself.
void NodeArguments::name_parts(ConfigBuilder& builder) const {
  const auto number = [&](const std::optional<std::uint32_t>& given, auto set) {
    if (given) (builder.*set)(*given);
  };
  number(indirect_checks_, &ConfigBuilder::with_indirect_checks);
  number(gossip_nodes_, &ConfigBuilder::with_gossip_nodes);
  number(retransmit_multiplier_, &ConfigBuilder::with_retransmit_multiplier);
  number(suspicion_multiplier_, &ConfigBuilder::with_suspicion_multiplier);
  number(members_max_, &ConfigBuilder::with_members_max);
  number(members_per_source_max_, &ConfigBuilder::with_members_per_source_max);
  const auto part = [&](const OptionalText& given, auto set) {
    if (given) (builder.*set)(*given == "on");
  };
  part(lha_probe_, &ConfigBuilder::with_lha_probe);
  part(lha_suspicion_, &ConfigBuilder::with_lha_suspicion);
  part(filter_sources_, &ConfigBuilder::with_filter_sources);
  for (const std::string& network : allowed_) builder.with_allowed(network);
  if (transport_) {
    builder.with_body(*transport_ == "asio"       ? Body::asio
                      : *transport_ == "io_uring" ? Body::io_uring
                                                  : Body::automatic);
  }
  part(buddy_, &ConfigBuilder::with_buddy_system);
  part(last_calls_, &ConfigBuilder::with_last_calls);
  part(drain_before_judging_, &ConfigBuilder::with_drain_before_judging);
  part(excuse_late_turns_, &ConfigBuilder::with_excuse_late_turns);
  builder.with_incarnation_from_clock(incarnation_from_clock_)
      .with_refuse_encryption_v0(refuse_encryption_v0_)
      .with_answer_members_only(answer_members_only_);
  if (probe_order_) {
    builder.with_probe_order(*probe_order_ == "random" ? ProbeOrder::random
                                                       : ProbeOrder::round_robin);
  }
  if (on_own_death_) {
    builder.with_on_own_death(*on_own_death_ == "leave" ? OwnDeath::leave : OwnDeath::refute);
  }
}

Result<NodeOptions> NodeArguments::options() const {
  ConfigBuilder builder;
  builder.with_name(name_)
      .with_bind(bind_)
      .with_network_type(network_type(profile_))
      .with_level(protocol_level(level_))
      .with_protocol_version(static_cast<std::uint8_t>(protocol_))
      .with_compression(!no_compression_);
  if (advertise_) builder.with_advertise(*advertise_);
  if (label_) builder.with_label(*label_);
  if (dns_servers_) builder.with_dns_servers(*dns_servers_);
  if (metadata_) builder.with_metadata(*metadata_);
  if (verify_incoming_) builder.with_verify_incoming(*verify_incoming_ == "on");
  if (verify_outgoing_) builder.with_verify_outgoing(*verify_outgoing_ == "on");
  for (const std::string& key : keys_) builder.with_key(std::string_view{key});
  if (delegate_) {
    const auto versions = parse_versions(*delegate_);
    if (!versions) {
      return Error{Errc::invalid_config, "--delegate-protocol",
                   "\"" + escaped(*delegate_) + "\" is not MIN:MAX:CUR"};
    }
    builder.with_delegate_versions((*versions)[0], (*versions)[1], (*versions)[2]);
  }

  struct Timing {
    std::string_view option;
    const OptionalText& text;
    ConfigBuilder& (ConfigBuilder::*set)(Duration);
  };
  const std::array timings{
      Timing{"--probing-interval", probing_interval_, &ConfigBuilder::with_probing_interval},
      Timing{"--ack-timeout", ack_timeout_, &ConfigBuilder::with_ack_timeout},
      Timing{"--indirect-ack-timeout", indirect_ack_timeout_,
             &ConfigBuilder::with_indirect_ack_timeout},
      Timing{"--suspicious-timeout", suspicious_timeout_, &ConfigBuilder::with_suspicious_timeout},
      Timing{"--gossip-interval", gossip_interval_, &ConfigBuilder::with_gossip_interval},
      Timing{"--push-pull-interval", push_pull_interval_, &ConfigBuilder::with_push_pull_interval},
      Timing{"--reconnect-interval", reconnect_interval_, &ConfigBuilder::with_reconnect_interval},
      Timing{"--reconnect-timeout", reconnect_timeout_, &ConfigBuilder::with_reconnect_timeout},
      Timing{"--join-retry", join_retry_, &ConfigBuilder::with_join_retry},
      Timing{"--gossip-to-the-dead", gossip_to_the_dead_, &ConfigBuilder::with_gossip_to_the_dead},
      Timing{"--dead-reclaim-time", dead_reclaim_time_, &ConfigBuilder::with_dead_reclaim_time},
  };
  for (const Timing& timing : timings) {
    if (!timing.text) continue;
    const auto duration = parse_duration(*timing.text, timing.option);
    if (!duration) return duration.error();
    (builder.*timing.set)(*duration);
  }

  name_parts(builder);

  auto config = builder.build();
  if (!config) {
    Error error = config.error();
    error.field = option_of(error.field);
    return error;
  }
  return NodeOptions{std::move(*config), seeds_, log_level(log_), trace_, json_};
}

Result<std::vector<std::uint8_t>> parse_key(std::string_view text) {
  // The library decodes keys where it checks configurations, and only there.
  auto config = ConfigBuilder{}.with_name("key").with_key(text).build();
  if (!config) return config.error();
  return std::move(config->keys.front());
}

}  // namespace gossipod::cli
