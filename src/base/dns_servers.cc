#include "base/dns_servers.h"

#include <gossipod/limits.h>

#include <cstdint>
#include <string>

#include "base/text.h"

namespace gossipod::inline v0 {
namespace {

constexpr std::uint16_t dns_port = 53;

Result<Endpoint> parse_one(std::string_view text) {
  const auto wrong = [&](const std::string& why) {
    return Error{Errc::invalid_config, "dns_servers", quoted(text) + ": " + why};
  };
  const Result<HostPort> parsed = parse_host_port(text);
  if (!parsed) return wrong(parsed.error().detail);
  const auto endpoint = Endpoint::from_ip(parsed->host, parsed->port.value_or(dns_port));
  if (!endpoint || !parsed->name.empty()) return wrong("must be an IP address");
  if (endpoint->port == 0 || endpoint->is_unspecified()) return wrong("nobody answers there");
  return *endpoint;
}

}  // namespace

Result<std::vector<Endpoint>> parse_dns_servers(std::string_view list) {
  std::vector<Endpoint> servers;
  while (true) {
    const std::size_t comma = list.find(',');
    const auto server = parse_one(list.substr(0, comma));
    if (!server) return server.error();
    servers.push_back(*server);
    if (servers.size() > limits::dns_servers_max) {
      return Error{Errc::invalid_config, "dns_servers",
                   "must be at most " + std::to_string(limits::dns_servers_max)};
    }
    if (comma == std::string_view::npos) return servers;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace gossipod::inline v0
