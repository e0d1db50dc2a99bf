// Endpoint: where a member is reached, an IP address and a port. Never a host name: resolving
// waits, and is done by runtime/resolver.h for the seeds of a join.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/error.h>
#include <gossipod/export.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gossipod::inline v0 {

// IPv4 is kept in its mapped form (::ffff:a.b.c.d), so that both forms found on the wire are equal.
struct Endpoint {
  std::array<std::uint8_t, 16> ip{};
  std::uint16_t port = 0;

  friend constexpr auto operator<=>(const Endpoint&, const Endpoint&) = default;

  [[nodiscard]] GOSSIPOD_EXPORT bool is_v4() const;
  [[nodiscard]] GOSSIPOD_EXPORT bool is_unspecified() const;  // 0.0.0.0 or ::
  [[nodiscard]] GOSSIPOD_EXPORT bool is_loopback() const;     // 127.0.0.0/8 or ::1
  // What we put on the wire: 4 bytes for IPv4, else 16. Borrowed from this object.
  [[nodiscard]] GOSSIPOD_EXPORT Bytes address() const;

  // From 4 or 16 raw bytes; nothing for any other length.
  [[nodiscard]] GOSSIPOD_EXPORT static std::optional<Endpoint> from_address(Bytes address,
                                                                            std::uint16_t port);
  // From "127.0.0.1", "::1" or "[::1]"; nothing for anything else.
  [[nodiscard]] GOSSIPOD_EXPORT static std::optional<Endpoint> from_ip(std::string_view ip,
                                                                       std::uint16_t port);
};

// "127.0.0.1:7946", "[::1]:7946".
[[nodiscard]] GOSSIPOD_EXPORT std::string to_string(const Endpoint& endpoint);
// "127.0.0.1", "::1".
[[nodiscard]] GOSSIPOD_EXPORT std::string ip_to_string(const Endpoint& endpoint);

// An address as people write it: [name "/"] host [":" port], with host an IP or a name.
struct HostPort {
  std::string name;  // the member expected there; may be empty
  std::string host;  // without brackets
  std::optional<std::uint16_t> port;
};
// invalid_address: which part, and why.
[[nodiscard]] GOSSIPOD_EXPORT Result<HostPort> parse_host_port(std::string_view text);

}  // namespace gossipod::inline v0
