#include "support/body.h"

#include <gossipod/gossipod.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace gossipod::test {
namespace {

constexpr int skipped = 77;  // as in gossipod_test()

std::string_view wanted() {
  const char* const text = std::getenv("GOSSIPOD_TEST_BODY");
  return text == nullptr ? "auto" : text;
}

std::string taken_by_itself() {
  auto host = Host::start(Body::automatic);
  auto node =
      host->start(*ConfigBuilder{}.with_name("a").with_addr("127.0.0.1").with_port(0).build());
  return std::string{node->stats().body};
}

}  // namespace

Body body() {
  if (wanted() == "asio") return Body::asio;
  if (wanted() == "io_uring") return Body::io_uring;
  return Body::automatic;
}

const std::string& body_name() {
  static const std::string name =
      body() == Body::automatic ? taken_by_itself() : std::string{wanted()};
  return name;
}

}  // namespace gossipod::test

int main(int argc, char** argv) {
  using namespace gossipod;
  testing::InitGoogleTest(&argc, argv);
  const auto host = Host::start(test::body());
  if (!host && host.error().code == Errc::unsupported) {
    std::printf("skipped, for this machine cannot: %s\n", to_string(host.error()).c_str());
    return test::skipped;
  }
  return RUN_ALL_TESTS();
}
