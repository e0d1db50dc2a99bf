#include <gossipod/virtual.h>

#include "conformance/world.h"
#if defined(GOSSIPOD_TEST_ASIO)
#include "runtime/asio/asio_loop.h"
#endif
#if defined(GOSSIPOD_TEST_IO_URING)
#include "runtime/io_uring/uring_loop.h"
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
#if defined(GOSSIPOD_TEST_IO_URING)
  all.push_back({"io_uring", []() -> Made { return runtime::make_uring_loop(); }, 65'507});
  // As on the oldest kernel that will do.
  all.push_back({"io_uring_plain",
                 []() -> Made {
                   return runtime::make_uring_loop({.single_issuer = false,
                                                    .multishot_receive = false,
                                                    .multishot_accept = false,
                                                    .registered_files = false});
                 },
                 65'507});
  // Nothing is ever enough: queues overflow and buffers run out all the time.
  all.push_back({"io_uring_small",
                 []() -> Made {
                   return runtime::make_uring_loop({.submissions = 4,
                                                    .completions = 8,
                                                    .datagram_buffers = 1,
                                                    .datagram_buffers_max = 4,
                                                    .stream_buffers = 1,
                                                    .stream_buffers_max = 2});
                 },
                 65'507});
#endif
  return all;
}

std::vector<Body> bodies_on_sockets() {
  std::vector<Body> all = bodies();
  std::erase_if(all, [](const Body& body) { return body.name == "virtual"; });
  return all;
}

}  // namespace gossipod::test
