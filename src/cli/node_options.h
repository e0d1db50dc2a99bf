// The options of `gossipod node`: declared, and turned into a checked configuration.
#pragma once

#include <gossipod/config.h>
#include <gossipod/observer.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gossipod::cli {

struct NodeOptions {
  Config config;
  std::vector<std::string> seeds;
  Fact::Level log = Fact::Level::warning;
  bool trace = false;
  bool json = false;
};

// What was typed. Must outlive the parsing by the App it is declared in.
class NodeArguments {
 public:
  void declare(CLI::App& app);
  // The field of an error is the option to blame, as it is typed: "--key".
  [[nodiscard]] Result<NodeOptions> options() const;

 private:
  void declare_parts(CLI::App& app);
  void name_parts(ConfigBuilder& builder) const;

  std::string name_, bind_, profile_ = "lan", level_ = "suspicion", log_ = "warning";
  std::optional<std::string> advertise_, label_, metadata_, delegate_, verify_incoming_,
      verify_outgoing_, probing_interval_, ack_timeout_, indirect_ack_timeout_, suspicious_timeout_,
      gossip_interval_, push_pull_interval_, reconnect_interval_, reconnect_timeout_, join_retry_,
      gossip_to_the_dead_, dead_reclaim_time_, lha_probe_, lha_suspicion_, buddy_, last_calls_,
      drain_before_judging_, excuse_late_turns_, probe_order_, on_own_death_, filter_sources_,
      transport_, dns_servers_;
  std::optional<std::uint32_t> indirect_checks_, gossip_nodes_, retransmit_multiplier_,
      suspicion_multiplier_, members_max_, members_per_source_max_;
  std::vector<std::string> seeds_, keys_, allowed_;
  std::uint32_t protocol_ = 2;
  bool no_compression_ = false;
  bool trace_ = false;
  bool json_ = false;
  bool incarnation_from_clock_ = false;
  bool refuse_encryption_v0_ = false;
  bool answer_members_only_ = false;
};

// Hex or base64, 16, 24 or 32 bytes.
[[nodiscard]] Result<std::vector<std::uint8_t>> parse_key(std::string_view text);

}  // namespace gossipod::cli
