#include "cluster/advertised.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace gossipod {
namespace {

Endpoint at(std::string_view ip, std::uint16_t port = 0) {
  const auto endpoint = Endpoint::from_ip(ip, port);
  EXPECT_TRUE(endpoint) << ip;
  return endpoint.value_or(Endpoint{});
}

TEST(Advertised, PrefersPrivateThenGlobalThenLoopback) {
  struct Case {
    std::string_view bound;
    std::vector<std::string_view> own;
    std::string_view chosen;  // empty: none
  };
  const Case cases[] = {
      {"0.0.0.0", {}, ""},
      {"0.0.0.0", {"::1", "fd00::1"}, ""},
      {"0.0.0.0", {"127.0.0.1"}, "127.0.0.1"},
      {"0.0.0.0", {"127.0.0.1", "8.8.8.8"}, "8.8.8.8"},
      {"0.0.0.0", {"127.0.0.1", "8.8.8.8", "10.1.2.3", "192.168.0.1"}, "10.1.2.3"},
      {"0.0.0.0", {"172.15.0.1", "172.16.0.1", "172.32.0.1"}, "172.16.0.1"},
      {"0.0.0.0", {"169.254.1.1", "224.0.0.1"}, ""},
      {"::", {"127.0.0.1", "::1"}, "::1"},
      {"::", {"::1", "fe80::1", "2001:db8::1"}, "2001:db8::1"},
      {"::", {"2001:db8::1", "fd00::1"}, "fd00::1"},
      {"::", {"fe80::1"}, ""}};
  for (const Case& row : cases) {
    std::vector<Endpoint> own;
    for (const std::string_view ip : row.own) own.push_back(at(ip));
    const auto chosen = cluster::choose_advertised(at(row.bound, 7946), own);
    EXPECT_EQ(chosen ? ip_to_string(*chosen) : "", row.chosen);
    if (chosen) {
      EXPECT_EQ(chosen->port, 7946);
    }
  }
}

TEST(Advertised, ThisMachineHasAddresses) {
  EXPECT_TRUE(cluster::choose_advertised(at("0.0.0.0", 1), cluster::own_addresses()));
}

}  // namespace
}  // namespace gossipod
