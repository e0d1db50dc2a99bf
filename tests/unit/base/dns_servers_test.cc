#include <gossipod/config.h>
#include <gossipod/limits.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace gossipod {
namespace {

Result<Config> with(std::string_view list) {
  return ConfigBuilder{}.with_name("a").with_dns_servers(list).build();
}

TEST(DnsServers, AreAList) {
  EXPECT_TRUE(ConfigBuilder{}.with_name("a").build()->dns_servers.empty());
  const auto config = with("10.0.0.53,[fd00::1]:5353,::1");
  ASSERT_TRUE(config) << to_string(config.error());
  ASSERT_EQ(config->dns_servers.size(), 3u);
  EXPECT_EQ(to_string(config->dns_servers[0]), "10.0.0.53:53");
  EXPECT_EQ(to_string(config->dns_servers[1]), "[fd00::1]:5353");
  EXPECT_EQ(to_string(config->dns_servers[2]), "[::1]:53");
}

TEST(DnsServers, OfAddressesThatCanAnswer) {
  for (const std::string_view list : {"", "dns.example", "10.0.0.53,", "10.0.0.53:0", "0.0.0.0",
                                      "a/10.0.0.53", "10.0.0.53 ,10.0.0.54", "10.0.0.53:x"}) {
    const auto config = with(list);
    ASSERT_FALSE(config) << list;
    EXPECT_EQ(config.error().code, Errc::invalid_config);
    EXPECT_EQ(config.error().field, "dns_servers") << list;
  }
  EXPECT_NE(with("10.0.0.53,dns.example").error().detail.find("dns.example"), std::string::npos);
}

TEST(DnsServers, AreNotTooMany) {
  std::string list{"10.0.0.1"};
  for (std::size_t i = 1; i < limits::dns_servers_max; ++i) list += ",10.0.0.1";
  EXPECT_TRUE(with(list));
  EXPECT_FALSE(with(list + ",10.0.0.1"));
}

}  // namespace
}  // namespace gossipod
