#include "cluster/seeds.h"

#include <gossipod/limits.h>
#include <gtest/gtest.h>

#include <string>
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
    ASSERT_TRUE(seed.place) << row.text;
    EXPECT_EQ(seed.place->host, "") << row.text;
    EXPECT_EQ(seed.address, row.text);
    EXPECT_EQ(seed.name, row.name);
    EXPECT_EQ(to_string(seed.place->endpoint), row.endpoint);
  }
}

TEST(Seeds, OrToANameThatIsLookedUp) {
  struct Case {
    std::string_view text, name, host;
    std::uint16_t port;
  };
  const Case cases[] = {{"example.org:80", "", "example.org", 80},
                        {"example.org.", "", "example.org.", 7946},
                        {"b/db_1.internal:80", "b", "db_1.internal", 80},
                        {"1and1.com", "", "1and1.com", 7946},
                        {"xn--bcher-kva.example", "", "xn--bcher-kva.example", 7946}};
  for (const Case& row : cases) {
    const cluster::Seed seed = cluster::parse_seed(row.text, 7946);
    ASSERT_TRUE(seed.place) << row.text;
    EXPECT_EQ(seed.name, row.name);
    EXPECT_EQ(seed.place->host, row.host);
    EXPECT_EQ(seed.place->endpoint.port, row.port);
  }
}

TEST(Seeds, OrNowhere) {
  std::string long_part(64, 'a');
  long_part.append(".org");
  std::string long_name = "org";
  while (long_name.size() <= limits::host_name_bytes_max) long_name.insert(0, "aa.");
  for (const std::string_view text : {"",
                                      ":",
                                      "127.0.0.1:",
                                      "127.0.0.1:x",
                                      "127.0.0.1:65536",
                                      "127.0.0.1:0",
                                      "0.0.0.0:80",
                                      "[::]:80",
                                      "[::1",
                                      "example.org:0",
                                      "/127.0.0.1:80",
                                      "256.0.0.1",
                                      "1.2.3",
                                      "1",
                                      "a..b",
                                      ".",
                                      ".a",
                                      "b\xc3\xbc"
                                      "cher.example",
                                      "a;b",
                                      "-/:",
                                      long_part.c_str(),
                                      long_name.c_str()}) {
    const cluster::Seed seed = cluster::parse_seed(text, 7946);
    ASSERT_FALSE(seed.place) << text;
    EXPECT_EQ(seed.place.error().code, Errc::invalid_address) << text;
    EXPECT_EQ(seed.address, text);
  }
}

}  // namespace
}  // namespace gossipod
