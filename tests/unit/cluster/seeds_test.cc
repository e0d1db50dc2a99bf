#include "cluster/seeds.h"

#include <gtest/gtest.h>

#include <string_view>

namespace gossipod {
namespace {

TEST(Seeds, LeadSomewhere) {
  struct Case {
    std::string_view text, name, endpoint;
  };
  const Case cases[] = {{"127.0.0.1:80", "", "127.0.0.1:80"},
                        {"127.0.0.1", "", "127.0.0.1:7946"},
                        {"localhost", "", "127.0.0.1:7946"},
                        {"localhost:9", "", "127.0.0.1:9"},
                        {"[::1]:80", "", "[::1]:80"},
                        {"[::1]", "", "[::1]:7946"},
                        {"::1", "", "[::1]:7946"},
                        {"b/10.0.0.1:80", "b", "10.0.0.1:80"}};
  for (const Case& row : cases) {
    const cluster::Seed seed = cluster::parse_seed(row.text, 7946);
    ASSERT_TRUE(seed.endpoint) << row.text;
    EXPECT_EQ(seed.address, row.text);
    EXPECT_EQ(seed.name, row.name);
    EXPECT_EQ(to_string(*seed.endpoint), row.endpoint);
  }
}

TEST(Seeds, OrNowhere) {
  for (const std::string_view text :
       {"", ":", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:0", "0.0.0.0:80",
        "[::]:80", "[::1", "example.org:80", "/127.0.0.1:80"}) {
    const cluster::Seed seed = cluster::parse_seed(text, 7946);
    ASSERT_FALSE(seed.endpoint) << text;
    EXPECT_EQ(seed.endpoint.error().code, Errc::invalid_address) << text;
    EXPECT_EQ(seed.address, text);
  }
}

}  // namespace
}  // namespace gossipod
