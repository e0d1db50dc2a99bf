#include <gossipod/virtual.h>

#include "conformance/world.h"
#if defined(GOSSIPOD_TEST_ASIO)
#include "runtime/asio/asio_loop.h"
#endif

namespace gossipod::test {

std::vector<Body> bodies() {
  std::vector<Body> all;
  all.push_back(
      {"virtual", [] { return std::unique_ptr<Loop>{std::make_unique<VirtualLoop>()}; }, 65'507});
#if defined(GOSSIPOD_TEST_ASIO)
  all.push_back({"asio", runtime::make_asio_loop, 65'507});
#endif
  return all;
}

}  // namespace gossipod::test
