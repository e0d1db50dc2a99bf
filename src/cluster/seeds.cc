#include "cluster/seeds.h"

#include <utility>

namespace gossipod::cluster {
namespace {

Result<Endpoint> find_host(const HostPort& parsed, std::string_view address, std::uint16_t port) {
  const std::string host = parsed.host == "localhost" ? "127.0.0.1" : parsed.host;
  const auto endpoint = Endpoint::from_ip(host, parsed.port.value_or(port));
  if (!endpoint) {
    return Error{Errc::invalid_address, std::string{address},
                 "host names need the resolver; give an IP address"};
  }
  if (endpoint->port == 0) {
    return Error{Errc::invalid_address, std::string{address}, "port 0 is nobody's"};
  }
  if (endpoint->is_unspecified()) {
    return Error{Errc::invalid_address, std::string{address}, "names no single host"};
  }
  return *endpoint;
}

}  // namespace

Seed parse_seed(std::string_view address, std::uint16_t default_port) {
  auto parsed = parse_host_port(address);
  if (!parsed) return {std::string{address}, {}, parsed.error()};
  auto endpoint = find_host(*parsed, address, default_port);
  return {std::string{address}, std::move(parsed->name), std::move(endpoint)};
}

}  // namespace gossipod::cluster
