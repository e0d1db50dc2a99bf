// gossipod/asio_loop.h, compiled once for the library. A program may have an Asio of its own,
// another version or other options: so in here Asio, and our class on it, go by other names, and
// the linker cannot take the one for the other. (Includes are not touched by that: they are not
// expanded.)
#define asio                    gossipod_own_asio
#define GOSSIPOD_ASIO_NAMESPACE asio_of_the_library

#include "runtime/asio/asio_loop.h"

#include <gossipod/asio_loop.h>

namespace gossipod::runtime {

std::unique_ptr<Loop> make_asio_loop() { return std::make_unique<AsioLoop>(); }

}  // namespace gossipod::runtime
