// The list of DNS servers, as it is written in configurations: "10.0.0.53,[::1]:5353".
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/error.h>

#include <string_view>
#include <vector>

namespace gossipod::inline v0 {

// The detail of an error says which of them, and why.
[[nodiscard]] Result<std::vector<Endpoint>> parse_dns_servers(std::string_view list);

}  // namespace gossipod::inline v0
