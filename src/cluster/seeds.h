// Seeds: the addresses that join() was given, as people write them, and where they lead: to an
// endpoint, or to a host's name that has to be looked up.
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/error.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace gossipod::cluster {

struct Place {
  std::string host;   // to be looked up; empty: the endpoint is known
  Endpoint endpoint;  // of a host, only the port
};

struct Seed {
  std::string address;  // as given
  std::string name;     // the member expected there; may be empty
  Result<Place> place;
};

// invalid_address: neither "[name/]host", "[name/]host:port" nor "[name/][v6]:port".
[[nodiscard]] Seed parse_seed(std::string_view address, std::uint16_t default_port);

}  // namespace gossipod::cluster
