#include "cluster/private_loop.h"

#if defined(GOSSIPOD_WITH_ASIO)
#include "runtime/asio/asio_loop.h"
#endif

namespace gossipod::cluster {

Result<std::shared_ptr<Loop>> make_private_loop(Body body) {
  if (body == Body::io_uring) {
    return Error{Errc::unsupported, "body", "io_uring: this build has no such body"};
  }
#if defined(GOSSIPOD_WITH_ASIO)
  return std::shared_ptr<Loop>{runtime::make_asio_loop()};
#else
  return Error{Errc::unsupported, {}, "no transport in this build: bring a loop in Parts::loop"};
#endif
}

}  // namespace gossipod::cluster
