#include <gossipod/endpoint.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace gossipod {
namespace {

using namespace std::string_view_literals;

TEST(Endpoint, ReadsAndPrintsAddresses) {
  struct Row {
    std::string_view in, ip, with_port;
    bool v4;
  };
  const Row rows[] = {
      {"127.0.0.1", "127.0.0.1", "127.0.0.1:7946", true},
      {"255.255.255.255", "255.255.255.255", "255.255.255.255:7946", true},
      {"::1", "::1", "[::1]:7946", false},
      {"[::1]", "::1", "[::1]:7946", false},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1", "[2001:db8::1]:7946", false},
      {"::", "::", "[::]:7946", false},
      {"::ffff:10.0.0.1", "10.0.0.1", "10.0.0.1:7946", true},
      {"[::ffff:a00:1]", "10.0.0.1", "10.0.0.1:7946", true},
  };
  for (const Row& row : rows) {
    const auto endpoint = Endpoint::from_ip(row.in, 7946);
    ASSERT_TRUE(endpoint) << row.in;
    EXPECT_EQ(ip_to_string(*endpoint), row.ip);
    EXPECT_EQ(to_string(*endpoint), row.with_port);
    EXPECT_EQ(endpoint->is_v4(), row.v4) << row.in;
    EXPECT_EQ(endpoint->address().size(), row.v4 ? 4u : 16u) << row.in;
    EXPECT_EQ(Endpoint::from_address(endpoint->address(), 7946), endpoint) << row.in;
  }
}

TEST(Endpoint, RefusesWhatIsNoAddress) {
  for (const std::string_view text :
       {""sv, "localhost"sv, "1.2.3"sv, "1.2.3.4.5"sv, "1.2.3.256"sv, "01.2.3.4"sv, "1.2.3.4 "sv,
        "[1.2.3.4]"sv, "[]"sv, "["sv, "[::1"sv, "::1]"sv, "[[::1]]"sv, ":::"sv, "fe80::1%lo"sv,
        "1.2.3.4\0"sv, "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"sv}) {
    EXPECT_EQ(Endpoint::from_ip(text, 1), std::nullopt) << text;
  }
}

TEST(Endpoint, BothFormsOfIpv4AreEqual) {
  const std::array<std::uint8_t, 4> plain{10, 0, 0, 1};
  const std::array<std::uint8_t, 16> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1};
  EXPECT_EQ(Endpoint::from_address(plain, 5), Endpoint::from_address(mapped, 5));
  EXPECT_NE(Endpoint::from_address(plain, 5), Endpoint::from_address(plain, 6));
  for (const std::size_t size : {0u, 3u, 5u, 15u}) {
    EXPECT_EQ(Endpoint::from_address(Bytes{mapped}.first(size), 5), std::nullopt) << size;
  }
}

TEST(Endpoint, KnowsWhenItIsNowhere) {
  EXPECT_TRUE(Endpoint{}.is_unspecified());
  EXPECT_TRUE(Endpoint::from_ip("0.0.0.0", 1)->is_unspecified());
  EXPECT_TRUE(Endpoint::from_ip("::", 1)->is_unspecified());
  EXPECT_FALSE(Endpoint::from_ip("0.0.0.1", 1)->is_unspecified());
  EXPECT_FALSE(Endpoint::from_ip("::1", 1)->is_unspecified());
}

TEST(Endpoint, KnowsItsOwnMachine) {
  for (const char* ip : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(Endpoint::from_ip(ip, 1)->is_loopback()) << ip;
  }
  for (const char* ip : {"128.0.0.1", "10.0.0.127", "::", "::2", "1::1", "::ffff:10.0.0.1"}) {
    EXPECT_FALSE(Endpoint::from_ip(ip, 1)->is_loopback()) << ip;
  }
}

TEST(HostPort, TakesWhatPeopleWrite) {
  struct Row {
    std::string_view text, name, host;
    std::optional<std::uint16_t> port;
  };
  const Row rows[] = {
      {"127.0.0.1", "", "127.0.0.1", std::nullopt},
      {"127.0.0.1:7946", "", "127.0.0.1", 7946},
      {"127.0.0.1:0", "", "127.0.0.1", 0},
      {"127.0.0.1:65535", "", "127.0.0.1", 65535},
      {"::1", "", "::1", std::nullopt},
      {"2001:db8::1:7946", "", "2001:db8::1:7946", std::nullopt},  // all of it an address
      {"[::1]", "", "::1", std::nullopt},
      {"[::1]:80", "", "::1", 80},
      {"[127.0.0.1]:80", "", "127.0.0.1", 80},
      {"localhost", "", "localhost", std::nullopt},
      {"node.example.com.:80", "", "node.example.com.", 80},
      {"foo.bar/127.0.0.1:80", "foo.bar", "127.0.0.1", 80},
      {"foo.bar/[::1]:80", "foo.bar", "::1", 80},
      {"foo.bar/::1", "foo.bar", "::1", std::nullopt},
      {"a:b/host", "a:b", "host", std::nullopt},  // the name is taken off first
  };
  for (const Row& row : rows) {
    const auto parsed = parse_host_port(row.text);
    ASSERT_TRUE(parsed) << row.text << " " << to_string(parsed.error());
    EXPECT_EQ(parsed->name, row.name) << row.text;
    EXPECT_EQ(parsed->host, row.host) << row.text;
    EXPECT_EQ(parsed->port, row.port) << row.text;
  }
}

TEST(HostPort, SaysWhatIsWrong) {
  struct Row {
    std::string_view text, part, why;
  };
  const Row rows[] = {
      {"", "host", "no host"},
      {":80", "host", "no host"},
      {"foo/", "host", "no host"},
      {"/127.0.0.1", "name", "nothing before the /"},
      {"127.0.0.1:80000", "port", "the port is not a number from 0 to 65535"},
      {"127.0.0.1:", "port", "the port is not a number from 0 to 65535"},
      {"127.0.0.1:-1", "port", "the port is not a number from 0 to 65535"},
      {"127.0.0.1:+1", "port", "the port is not a number from 0 to 65535"},
      {"127.0.0.1:1 ", "port", "the port is not a number from 0 to 65535"},
      {"127.0.0.1:0x50", "port", "the port is not a number from 0 to 65535"},
      {"[::1", "host", "no ] after the ["},
      {"[::1]80", "host", "only :port may follow the ]"},
      {"[]:80", "host", "no host"},
      {"[::1]:80:81", "port", "the port is not a number from 0 to 65535"},
      {"[localhost]:80", "host", "not an IP address"},
      {"a:b:c", "host", "not an IP address"},
      {"fe80::1%eth0", "host", "not an IP address"},
      {"local host", "host", "blanks or control characters in the host"},
      {"host]:80", "host", "brackets belong around the whole host"},
      {"a/b/c:80", "host", "a host has no / in it"},
      {"host\0.example"sv, "host", "blanks or control characters in the host"},
  };
  for (const Row& row : rows) {
    const auto parsed = parse_host_port(row.text);
    ASSERT_FALSE(parsed) << row.text;
    EXPECT_EQ(parsed.error().code, Errc::invalid_address) << row.text;
    EXPECT_EQ(parsed.error().field, row.part) << row.text;
    EXPECT_TRUE(parsed.error().detail.ends_with(": " + std::string{row.why}))
        << parsed.error().detail;
  }
}

}  // namespace
}  // namespace gossipod
