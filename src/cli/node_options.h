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
  bool json = false;
};

// What was typed. Must outlive the parsing by the App it is declared in.
class NodeArguments {
 public:
  void declare(CLI::App& app);
  // The field of an error is the option to blame, as it is typed: "--key".
  [[nodiscard]] Result<NodeOptions> options() const;

 private:
  std::string name_, bind_, profile_ = "lan", level_ = "suspicion", log_ = "warning";
  std::optional<std::string> advertise_, label_, metadata_, delegate_, verify_incoming_,
      verify_outgoing_, probing_interval_, ack_timeout_, indirect_ack_timeout_, suspicious_timeout_,
      gossip_interval_, push_pull_interval_, gossip_to_the_dead_, dead_reclaim_time_;
  std::vector<std::string> seeds_, keys_;
  std::uint32_t protocol_ = 2;
  bool no_compression_ = false;
  bool json_ = false;
};

// Hex or base64, 16, 24 or 32 bytes.
[[nodiscard]] Result<std::vector<std::uint8_t>> parse_key(std::string_view text);

}  // namespace gossipod::cli
