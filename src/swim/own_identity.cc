#include "swim/own_identity.h"

#include <cstdint>

namespace gossipod::swim {

Endpoint advertised(const Config& config, const Endpoint& local) {
  Endpoint endpoint = config.advertise.value_or(local);
  if (endpoint.port == 0) endpoint.port = local.port;
  return endpoint;
}

IdentityRef own_identity(const Config& config, IdentityPool& pool, const Endpoint& endpoint,
                         std::string_view metadata) {
  constexpr std::uint8_t protocol_least = 1;
  constexpr std::uint8_t protocol_most = 5;
  return pool.intern(
      {.name = config.name,
       .address = endpoint.address(),
       .port = endpoint.port,
       .metadata = metadata.empty() ? Bytes{} : as_bytes(metadata),
       .versions = {protocol_least, protocol_most, config.protocol_version, config.delegate_min,
                    config.delegate_max, config.delegate_current}});
}

}  // namespace gossipod::swim
