// Who the three machines of a path are, and what they say, in words: for the log of a failing path.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/endpoint.h>
#include <gossipod/wire/message.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace gossipod::explorer {

[[nodiscard]] std::string_view name_of(std::size_t who);
[[nodiscard]] const Endpoint& endpoint_of(std::size_t who);
// Alive at incarnation 1; it borrows what lives forever.
[[nodiscard]] wire::Alive alive_claim(std::size_t who);
// "ping, alive c/2, suspect b/1 by a".
[[nodiscard]] std::string describe(Bytes packet);

}  // namespace gossipod::explorer
