// Seeds: the addresses that join() was given, as people write them, and where they lead.
//
// Here is the place for a resolver. There is none yet, so a host is an IP address or "localhost".
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/error.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gossipod::cluster {

struct Seed {
  std::string address;  // as given
  std::string name;     // the member expected there; may be empty
  Result<Endpoint> endpoint;
};

// invalid_address: neither "[name/]host", "[name/]host:port" nor "[name/][v6]:port".
[[nodiscard]] Seed parse_seed(std::string_view address, std::uint16_t default_port);

}  // namespace gossipod::cluster
