// Networks: what they hold, and what is none.
#include <gossipod/prefix.h>

#include <gtest/gtest.h>

namespace gossipod {
namespace {

bool holds(std::string_view network, std::string_view ip) {
  const auto prefix = Prefix::parse(network);
  EXPECT_TRUE(prefix) << network;
  return prefix && prefix->contains(*Endpoint::from_ip(ip, 7946));
}

TEST(Prefix, Holds) {
  struct Case {
    const char *network, *ip;
    bool inside;
  };
  constexpr Case cases[]{
      {"10.0.0.0/8", "10.255.0.1", true},
      {"10.0.0.0/8", "11.0.0.1", false},
      {"10.0.0.0/8", "::ffff:10.0.0.1", true},
      {"192.168.1.128/25", "192.168.1.200", true},
      {"192.168.1.128/25", "192.168.1.127", false},
      {"127.0.0.1/32", "127.0.0.1", true},
      {"127.0.0.1/32", "127.0.0.2", false},
      {"0.0.0.0/0", "8.8.8.8", true},
      {"0.0.0.0/0", "::1", false},
      {"::/0", "::1", true},
      {"::/0", "8.8.8.8", false},
      {"fd00::/8", "fdff::1", true},
      {"fd00::/8", "fe80::1", false},
      {"::1/128", "::1", true},
      {" 10.0.0.0/8 ", "10.0.0.1", true},
  };
  for (const Case& c : cases)
    EXPECT_EQ(holds(c.network, c.ip), c.inside) << c.network << " " << c.ip;
}

TEST(Prefix, IsPrintedAsItWasGiven) {
  for (const char* text : {"10.0.0.0/8", "0.0.0.0/0", "::/0", "fd00::/8", "127.0.0.1/32"}) {
    EXPECT_EQ(to_string(*Prefix::parse(text)), text);
  }
}

TEST(Prefix, RefusesWhatIsNone) {
  for (const char* text : {"", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1",
                           "10.0.0.0/8x", "10.0.0.1/8", "fd00::1/8", "host/8", "10.0.0/8"}) {
    const auto prefix = Prefix::parse(text);
    ASSERT_FALSE(prefix) << text;
    EXPECT_EQ(prefix.error().code, Errc::invalid_address) << text;
    EXPECT_FALSE(prefix.error().detail.empty()) << text;
  }
}

}  // namespace
}  // namespace gossipod
