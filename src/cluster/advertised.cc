#include "cluster/advertised.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstring>

namespace gossipod::cluster {
namespace {

// Smaller is better. Link-local addresses mean something on one link only: never.
enum class Rank { private_use, global, loopback, never };

Rank rank_v4(Bytes ip) {
  if (ip[0] == 10 || (ip[0] == 192 && ip[1] == 168)) return Rank::private_use;  // RFC 1918
  if (ip[0] == 172 && (ip[1] & 0xf0u) == 16) return Rank::private_use;
  if (ip[0] == 0 || ip[0] >= 224 || (ip[0] == 169 && ip[1] == 254)) return Rank::never;
  return Rank::global;
}

Rank rank_v6(Bytes ip) {
  if ((ip[0] & 0xfeu) == 0xfc) return Rank::private_use;  // RFC 4193
  if ((ip[0] & 0xe0u) == 0x20) return Rank::global;       // 2000::/3
  return Rank::never;
}

Rank rank(const Endpoint& address) {
  if (address.is_loopback()) return Rank::loopback;
  return address.is_v4() ? rank_v4(address.address()) : rank_v6(address.address());
}

std::optional<Endpoint> to_endpoint(const sockaddr* address) {
  // The structures overlap by the rules of the sockets interface only, so they are copied.
  if (address != nullptr && address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&v4.sin_addr);
    return Endpoint::from_address({bytes, sizeof v4.sin_addr}, 0);
  }
  if (address != nullptr && address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    return Endpoint::from_address({v6.sin6_addr.s6_addr, sizeof v6.sin6_addr.s6_addr}, 0);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Endpoint> choose_advertised(const Endpoint& bound,
                                          std::span<const Endpoint> addresses) {
  std::optional<Endpoint> best;
  for (const Endpoint& address : addresses) {
    if (address.is_v4() != bound.is_v4() || rank(address) == Rank::never) continue;
    if (!best || rank(address) < rank(*best)) best = address;
  }
  if (best) best->port = bound.port;
  return best;
}

std::vector<Endpoint> own_addresses() {
  std::vector<Endpoint> found;
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return found;
  for (const ifaddrs* at = first; at != nullptr; at = at->ifa_next) {
    if ((at->ifa_flags & IFF_UP) == 0) continue;
    if (const auto endpoint = to_endpoint(at->ifa_addr)) found.push_back(*endpoint);
  }
  ::freeifaddrs(first);
  return found;
}

}  // namespace gossipod::cluster
