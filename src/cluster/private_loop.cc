#include "cluster/private_loop.h"

#if defined(GOSSIPOD_WITH_ASIO)
#include "runtime/asio/asio_loop.h"
#endif

namespace gossipod::cluster {

Result<std::shared_ptr<Loop>> make_private_loop() {
#if defined(GOSSIPOD_WITH_ASIO)
  return std::shared_ptr<Loop>{runtime::make_asio_loop()};
#else
  return Error{Errc::unsupported, {}, "no transport in this build: bring a loop in Parts::loop"};
#endif
}

}  // namespace gossipod::cluster
