// A library without liburing: it runs, says on what, and why it does not run on what is asked for.
#include <gossipod/gossipod.h>

#include <cstdio>
#include <string>

using namespace gossipod;

namespace {

Config config(Body body) {
  return *ConfigBuilder{}
              .with_name("a")
              .with_addr("127.0.0.1")
              .with_port(0)
              .with_body(body)
              .build();
}

}  // namespace

int main() {
  const auto fast = Gossipod::start(config(Body::io_uring));
  if (fast || fast.error().code != Errc::unsupported ||
      fast.error().detail != "io_uring: this build has no such body") {
    std::printf("asked for io_uring: %s\n", fast ? "runs" : to_string(fast.error()).c_str());
    return 1;
  }
  const auto any = Gossipod::start(config(Body::automatic));
  if (!any) {
    std::printf("%s\n", to_string(any.error()).c_str());
    return 1;
  }
  std::printf("runs on %s\n", std::string{any->stats().body}.c_str());
  return 0;
}
