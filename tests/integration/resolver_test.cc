// The resolver by itself, on a loop that the test turns.
#include "runtime/resolver.h"

#include <gossipod/limits.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "cluster/lookups.h"
#include "cluster/private_loop.h"
#include "integration/dns_server.h"
#include "integration/world.h"
#include "runtime/address_list.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using runtime::Question;
using runtime::Resolver;
using test::DnsServer;

class Resolving : public testing::Test {
 protected:
  [[nodiscard]] Question question(const std::string& host) const {
    const auto parsed = parse_host_port(dns.address());
    return {.host = host,
            .port = 7946,
            .v4_first = true,
            .longest = test::patience,
            .servers = {*Endpoint::from_ip(parsed->host, *parsed->port)}};
  }
  std::optional<Resolver::Answer> answer(const Question& asked) {
    std::optional<Resolver::Answer> told;
    const auto resolver =
        runtime::resolve(*loop, asked, [&](Resolver::Answer found) { told = std::move(found); });
    EXPECT_FALSE(told);
    until([&] { return told.has_value(); });
    return told;
  }
  bool until(const std::function<bool()>& holds) {
    return test::eventually([&] {
      if (!holds()) loop->turn(10ms);
      return holds();
    });
  }

  DnsServer dns;
  std::shared_ptr<Loop> loop = cluster::make_private_loop(test::body())->loop;
};

TEST_F(Resolving, GivesAllAddressesAlternately) {
  dns.set("a.test", {"10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00::1"});
  const auto told = answer(question("a.test"));
  ASSERT_TRUE(told && *told);
  std::vector<std::string> texts;
  for (const Endpoint& endpoint : **told) texts.push_back(to_string(endpoint));
  EXPECT_EQ(texts, (std::vector<std::string>{"10.0.0.1:7946", "[fd00::1]:7946", "10.0.0.2:7946",
                                             "10.0.0.3:7946"}));
}

TEST_F(Resolving, AsksTheHostsFileFirst) {
  // Every name of this machine's file that is for this machine; localhost is always one.
  std::ifstream file{"/etc/hosts"};
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words{line.substr(0, line.find('#'))};
    std::string ip, name;
    words >> ip;
    if (ip == "127.0.0.1" && words >> name) names.push_back(name);
  }
  ASSERT_FALSE(names.empty());
  for (const std::string& name : names) {
    dns.set(name, {"10.0.0.1"});
    const auto told = answer(question(name));
    ASSERT_TRUE(told && *told) << name;
    const Endpoint here = *Endpoint::from_ip("127.0.0.1", 7946);
    EXPECT_EQ(std::count((*told)->begin(), (*told)->end(), here), 1) << name;
    EXPECT_EQ(dns.asked(name), 0u) << name;
  }
}

TEST_F(Resolving, TakenBackItTellsNothing) {
  dns.set("a.test", {"10.0.0.1"});
  dns.set("mute.test", {}, DnsServer::Manner::silence);
  bool told = false;
  const auto tell = [&](const Resolver::Answer&) { told = true; };
  auto open = runtime::resolve(*loop, question("mute.test"), tell);
  EXPECT_TRUE(until([&] { return dns.asked("mute.test") > 0; }));
  open.reset();
  // Told already, but not heard.
  auto ready = runtime::resolve(*loop, question("a.test"), tell);
  ready.reset();
  EXPECT_TRUE(answer(question("a.test")));
  EXPECT_FALSE(told);
}

TEST_F(Resolving, MayEndWithinItsAnswer) {
  dns.set("a.test", {"10.0.0.1"});
  std::unique_ptr<Resolver> resolver;
  bool told = false;
  resolver = runtime::resolve(*loop, question("a.test"), [&](const Resolver::Answer& found) {
    resolver.reset();
    told = found.has_value();
  });
  EXPECT_TRUE(until([&] { return told; }));
}

TEST_F(Resolving, GivesUpInTime) {
  dns.set("mute.test", {}, DnsServer::Manner::silence);
  Question hasty = question("mute.test");
  hasty.longest = 100ms;
  const auto told = answer(hasty);
  ASSERT_TRUE(told);
  ASSERT_FALSE(*told);
  EXPECT_EQ(told->error().code, Errc::timed_out);
  EXPECT_EQ(told->error().field, "mute.test");
}

TEST_F(Resolving, EndsWhenNobodyWantsTheAnswer) {
  dns.set("mute.test", {}, DnsServer::Manner::silence);
  Config config = test::built(test::quick("a").with_dns_servers(dns.address()));
  config.stream_timeout = test::patience;
  cluster::Lookups lookups;
  lookups.begin(*loop, config);
  bool wanted = true;
  std::vector<Errc> told;
  const auto tell = [&](const Resolver::Answer& found) { told.push_back(found.error().code); };
  lookups.add(
      {"mute.test", {}}, [&] { return wanted; }, tell);
  lookups.add(
      {"mute.test", {}}, [] { return true; }, tell);
  EXPECT_TRUE(until([&] { return dns.asked("mute.test") > 0; }));
  lookups.sweep();
  EXPECT_EQ(lookups.size(), 2u);
  wanted = false;
  lookups.sweep();
  EXPECT_EQ(lookups.size(), 1u);
  EXPECT_TRUE(told.empty());
  lookups.end(Error{Errc::stopped, {}, {}});
  EXPECT_EQ(told, std::vector<Errc>{Errc::stopped});
}

TEST(AddressList, KeepsSomeOfEachFamily) {
  runtime::AddressList list;
  EXPECT_TRUE(list.empty());
  list.add(*Endpoint::from_ip("0.0.0.0", 80));
  EXPECT_TRUE(list.empty());
  for (int i = 0; i < 200; ++i) {
    list.add(*Endpoint::from_ip("10.0.0." + std::to_string(i), 80));
    list.add(*Endpoint::from_ip("10.0.0." + std::to_string(i), 80));
  }
  list.add(*Endpoint::from_ip("fd00::1", 80));
  EXPECT_FALSE(list.empty());
  const std::vector<Endpoint> all = list.take(false);
  ASSERT_EQ(all.size(), limits::addresses_per_name_max);
  EXPECT_EQ(to_string(all[0]), "[fd00::1]:80");
  EXPECT_EQ(to_string(all[1]), "10.0.0.0:80");
  EXPECT_EQ(to_string(all[2]), "10.0.0.1:80");
}

}  // namespace
}  // namespace gossipod
