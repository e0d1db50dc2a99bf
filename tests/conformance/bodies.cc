#include <gossipod/virtual.h>

#include "conformance/world.h"
#if defined(GOSSIPOD_TEST_ASIO)
#include "runtime/asio/asio_loop.h"
#endif

namespace gossipod::test {
namespace {

using Made = Result<std::unique_ptr<Loop>>;

}  // namespace

std::vector<Body> bodies() {
  std::vector<Body> all;
  all.push_back(
      {"virtual", []() -> Made { return Made{std::make_unique<VirtualLoop>()}; }, 65'507});
#if defined(GOSSIPOD_TEST_ASIO)
  all.push_back({"asio", []() -> Made { return runtime::make_asio_loop(); }, 65'507});
#endif
  return all;
}

}  // namespace gossipod::test
