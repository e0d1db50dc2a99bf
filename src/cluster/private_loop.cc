#include "cluster/private_loop.h"

#include <utility>

#if defined(GOSSIPOD_WITH_ASIO)
#include "runtime/asio/asio_loop.h"
#endif
#if defined(GOSSIPOD_WITH_IO_URING)
#include "runtime/io_uring/uring_loop.h"
#endif

namespace gossipod::cluster {
namespace {

using Made = Result<std::unique_ptr<Loop>>;

#if defined(GOSSIPOD_WITH_IO_URING)
constexpr bool has_fast = true;
#else
constexpr bool has_fast = false;
#endif

Made make_fast() {
#if defined(GOSSIPOD_WITH_IO_URING)
  return runtime::make_uring_loop();
#else
  return Error{Errc::unsupported, "body", "io_uring: this build has no such body"};
#endif
}

Made make_portable() {
#if defined(GOSSIPOD_WITH_ASIO)
  return runtime::make_asio_loop();
#else
  return Error{Errc::unsupported, "body", "asio: this build has no such body"};
#endif
}

PrivateLoop of(Made&& made, WhyPortable why) {
  return {std::shared_ptr<Loop>{std::move(*made)}, std::move(why)};
}

}  // namespace

Result<PrivateLoop> make_private_loop(Body body) {
  auto first = body == Body::asio ? make_portable() : make_fast();
  if (first) return of(std::move(first), {});
  if (body != Body::automatic) return first.error();
  auto second = make_portable();
  if (second) return of(std::move(second), {first.error().detail, has_fast});
  return Error{
      Errc::unsupported, "body",
      first.error().detail + "; " + second.error().detail + "; bring a loop in Parts::loop"};
}

}  // namespace gossipod::cluster
