#include "cluster/check_config.h"

#include <gossipod/limits.h>

#include <string>

namespace gossipod::cluster {
namespace {

Error bad(const char* field, std::string why) {
  return {Errc::invalid_config, field, std::move(why)};
}

}  // namespace

Result<void> check_config(const Config& config) {
  if (config.name.empty()) return bad("name", "is empty");
  if (config.name.size() > limits::name_bytes_max) {
    return bad("name", "is longer than " + std::to_string(limits::name_bytes_max) + " bytes");
  }
  if (config.metadata.size() > limits::metadata_bytes_max) {
    return bad("metadata",
               "is longer than " + std::to_string(limits::metadata_bytes_max) + " bytes");
  }
  if (config.label.size() > limits::label_bytes_max) {
    return bad("label", "is longer than " + std::to_string(limits::label_bytes_max) + " bytes");
  }
  if (config.packet_bytes < limits::packet_bytes_min) {
    return bad("packet_bytes", "is less than " + std::to_string(limits::packet_bytes_min));
  }
  if (config.protocol_version < 1 || config.protocol_version > 5) {
    return bad("protocol_version", "is not from 1 to 5");
  }
  for (const auto& key : config.keys) {
    if (key.size() != 16 && key.size() != 24 && key.size() != 32) {
      return bad("key", "has neither 16, 24 nor 32 bytes");
    }
  }
  const bool ordered = config.ack_timeout > Duration{0} &&
                       config.ack_timeout < config.indirect_ack_timeout &&
                       config.indirect_ack_timeout <= config.probing_interval;
  if (!ordered) return bad("ack_timeout", "not 0 < ack < indirect ack <= probing interval");
  return {};
}

}  // namespace gossipod::cluster
