// How often this program asked for memory: operator new counts itself here.
#pragma once

#include <cstdint>

namespace gossipod::test {

[[nodiscard]] std::uint64_t heap_calls();

}  // namespace gossipod::test
