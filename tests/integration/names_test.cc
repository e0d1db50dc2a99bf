// Seeds that are host names: looked up where the test says, on a loop of the node's own and on the
// caller's; and what becomes of a join when the server knows nothing, says nothing, or lies.
#include <gossipod/asio.h>
#include <gossipod/gossipod.h>
#include <gossipod/virtual.h>
#include <gtest/gtest.h>

#include <asio/io_context.hpp>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "integration/dns_server.h"
#include "integration/world.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::built;
using test::DnsServer;
using test::patience;
using test::quick;
using test::started;
using Manner = DnsServer::Manner;

class SeedNames : public testing::Test {
 protected:
  [[nodiscard]] ConfigBuilder asking(std::string_view name) const {
    return quick(name).with_dns_servers(dns.address()).with_stream_timeout(patience);
  }
  // The name with the port of that node.
  static std::string at(const std::string& name, const Gossipod& node) {
    return name + ":" + std::to_string(node.local_endpoint().port);
  }
  // True if the node has as many members, soon.
  static bool meets(Gossipod& node, std::size_t members) {
    return node.wait_until([&](const Members& all) { return all.size() == members; }, patience)
        .has_value();
  }

  DnsServer dns;
};

TEST_F(SeedNames, LeadToAnAddress) {
  dns.set("a.test", {"127.0.0.1"});
  Gossipod a = started(built(quick("a")));
  Gossipod b = started(built(asking("b")));
  const auto joined = b.join({"a/" + at("a.test", a)}, patience);
  ASSERT_TRUE(joined) << to_string(joined.error());
  EXPECT_EQ(joined->contacted(), 1u);
  EXPECT_EQ(b.members().size(), 2u);
}

TEST_F(SeedNames, WithoutAPortMeanOurOwn) {
  dns.set("a.test", {"127.0.0.1"});
  Gossipod a = started(built(quick("a")));
  Gossipod b =
      started(built(asking("b").with_addr("127.0.0.2").with_port(a.local_endpoint().port)));
  const auto joined = b.join({"a.test"}, patience);
  ASSERT_TRUE(joined) << to_string(joined.error());
  EXPECT_EQ(b.members().size(), 2u);
}

TEST_F(SeedNames, LeadToAnAddressOfVersionSix) {
  dns.set("a.test", {"::1"});
  Gossipod a = started(built(quick("a").with_addr("::1")));
  Gossipod b = started(built(asking("b").with_addr("::1")));
  const auto joined = b.join({at("a.test", a)}, patience);
  ASSERT_TRUE(joined) << to_string(joined.error());
  EXPECT_EQ(b.members().size(), 2u);
}

TEST_F(SeedNames, LeadToBothKinds) {
  dns.set("a.test", {"::1", "127.0.0.1"});
  Gossipod four = started(built(quick("four")));
  Gossipod b = started(built(asking("b")));
  const auto joined = b.join({at("a.test", four)}, patience);
  ASSERT_TRUE(joined) << to_string(joined.error());
  EXPECT_EQ(b.members().size(), 2u);
}

TEST_F(SeedNames, WhoIsSilentAboutOneKindIsNotWaitedFor) {
  dns.set("a.test", {"127.0.0.1"}, Manner::no_v6);
  Gossipod a = started(built(quick("a")));
  Gossipod b = started(built(asking("b")));  // would wait a minute
  const auto joined = b.join({at("a.test", a)}, patience / 2);
  ASSERT_TRUE(joined) << to_string(joined.error());
}

TEST_F(SeedNames, AllAddressesAreAsked) {
  // Nobody at the first; we at the second; the third knows nobody of the fourth.
  Gossipod b = started(built(asking("b").with_addr("127.0.0.3")));
  const std::uint16_t port = b.local_endpoint().port;
  Gossipod c = started(built(quick("c").with_addr("127.0.0.4").with_port(port)));
  Gossipod d = started(built(quick("d").with_addr("127.0.0.5").with_port(port)));
  dns.set("all.test", {"127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"});
  const auto joined = b.join({"all.test"}, patience);
  ASSERT_TRUE(joined) << to_string(joined.error());
  EXPECT_EQ(joined->seeds.size(), 1u);
  EXPECT_TRUE(meets(b, 3));
  EXPECT_TRUE(meets(c, 3));
  EXPECT_TRUE(meets(d, 3));
}

TEST_F(SeedNames, NobodyAtAnyAddressIsTheErrorOfTheFirst) {
  dns.set("a.test", {"127.0.0.2", "127.0.0.3"});
  Gossipod b = started(built(asking("b")));
  const auto joined = b.join({at("a.test", b)}, patience);
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, Errc::no_seed_answered);
  EXPECT_NE(joined.error().detail.find("127.0.0.2"), std::string::npos) << joined.error().detail;
}

TEST_F(SeedNames, AreNotAskedForForEver) {
  // More than fit a datagram, so the answer comes by stream; and more than anybody should ask.
  std::vector<std::string> ips;
  for (int i = 2; i < 102; ++i) ips.push_back("127.0.1." + std::to_string(i));
  dns.set("many.test", ips);
  Gossipod b = started(built(asking("b")));
  const auto joined = b.join({at("many.test", b)}, patience);
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, Errc::no_seed_answered);
  EXPECT_EQ(b.stats()[Counter::push_pulls], limits::addresses_per_name_max);
}

TEST_F(SeedNames, ThatDoNotExist) {
  dns.set("no-address.test", {});
  Gossipod a = started(built(quick("a")));
  Gossipod b = started(built(asking("b")));
  const auto joined = b.join({"no.test", "no-address.test", address(a)}, patience);
  ASSERT_TRUE(joined) << to_string(joined.error());
  EXPECT_EQ(joined->contacted(), 1u);
  for (const std::size_t seed : {0u, 1u}) {
    ASSERT_TRUE(joined->seeds[seed].error);
    EXPECT_EQ(joined->seeds[seed].error->code, Errc::unresolved);
  }
  EXPECT_EQ(joined->seeds[0].error->field, "no.test");
  const auto alone = b.join({"no.test"}, patience);
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().code, Errc::no_seed_answered);
  EXPECT_NE(alone.error().detail.find("no such host name"), std::string::npos);
}

TEST_F(SeedNames, NobodyAnswersFor) {
  dns.set("mute.test", {"127.0.0.1"}, Manner::silence);
  Gossipod a = started(built(quick("a")));
  Gossipod b = started(built(asking("b")));
  // The deadline is the join's.
  const auto joined = b.join({"mute.test", address(a)}, 1s);
  ASSERT_TRUE(joined) << to_string(joined.error());
  ASSERT_TRUE(joined->seeds[0].error);
  EXPECT_EQ(joined->seeds[0].error->code, Errc::timed_out);
  EXPECT_FALSE(joined->seeds[1].error);
  // Or the stream timeout's.
  Gossipod c = started(built(asking("c").with_stream_timeout(200ms)));
  const auto late = c.join({"mute.test"}, patience);
  ASSERT_FALSE(late);
  EXPECT_NE(late.error().detail.find("mute.test"), std::string::npos) << late.error().detail;
}

TEST_F(SeedNames, NonsenseIsAnsweredFor) {
  dns.set("garbage.test", {"127.0.0.1"}, Manner::garbage);
  dns.set("cut.test", {"127.0.0.1"}, Manner::cut_short);
  Gossipod a = started(built(quick("a")));
  Gossipod b = started(built(asking("b").with_stream_timeout(500ms)));
  const auto joined = b.join({"garbage.test", "cut.test", address(a)}, patience);
  ASSERT_TRUE(joined) << to_string(joined.error());
  EXPECT_EQ(joined->contacted(), 1u);
  EXPECT_TRUE(joined->seeds[0].error);
  EXPECT_TRUE(joined->seeds[1].error);
}

TEST_F(SeedNames, NobodyListensWhereTheyAreAsked) {
  Gossipod b = started(built(quick("b").with_dns_servers("127.0.0.1:1").with_stream_timeout(1s)));
  const auto joined = b.join({"a.test"}, patience);
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, Errc::no_seed_answered);
}

TEST_F(SeedNames, TheLookupEndsWithTheNode) {
  dns.set("mute.test", {}, Manner::silence);
  Gossipod b = started(built(asking("b")));
  std::thread stopper{[&] {
    EXPECT_TRUE(test::eventually([&] { return dns.asked("mute.test") > 0; }));
    b.stop();
  }};
  const auto joined = b.join({"mute.test"}, 1h);
  stopper.join();
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, Errc::stopped);
}

TEST_F(SeedNames, TheLookupIsCancelled) {
  dns.set("mute.test", {}, Manner::silence);
  Gossipod b = started(built(asking("b")));
  std::stop_source source;
  std::thread canceller{[&] {
    EXPECT_TRUE(test::eventually([&] { return dns.asked("mute.test") > 0; }));
    source.request_stop();
  }};
  const auto joined = b.join({"mute.test"}, {.longest = 1h, .cancel = source.get_token()});
  canceller.join();
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, Errc::cancelled);
}

TEST_F(SeedNames, AreLookedUpAgainWhileAlone) {
  Gossipod a = started(built(quick("a")));
  Gossipod b = started(built(asking("b").with_join_retry(20ms)));
  EXPECT_FALSE(b.join({at("a.test", a)}, patience));
  const std::size_t before = dns.asked("a.test");
  EXPECT_TRUE(test::eventually([&] { return dns.asked("a.test") > before; }));
  dns.set("a.test", {"127.0.0.1"});
  EXPECT_TRUE(meets(b, 2));
}

TEST_F(SeedNames, OnTheCallersContext) {
  dns.set("a.test", {"127.0.0.2", "127.0.0.1"});
  dns.set("mute.test", {}, Manner::silence);
  asio::io_context context{1};
  Parts parts;
  parts.loop = std::make_shared<AsioLoop>(context);
  Gossipod a = started(built(quick("a")), parts);
  Gossipod b = started(built(asking("b")), parts);
  const auto joined = b.join({at("a.test", a)}, patience);
  ASSERT_TRUE(joined) << to_string(joined.error());
  const auto late = b.join({"mute.test"}, 100ms);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::no_seed_answered);
  EXPECT_EQ(b.members().size(), 2u);
}

TEST_F(SeedNames, AreRefusedInVirtualTime) {
  Parts parts;
  parts.loop = std::make_shared<VirtualLoop>();
  Gossipod a = started(built(asking("a").with_join_retry(20ms)), parts);
  const auto joined = a.join({"a.test"}, 1s);
  ASSERT_FALSE(joined);
  EXPECT_NE(joined.error().detail.find("virtual"), std::string::npos) << joined.error().detail;
  EXPECT_EQ(dns.asked("a.test"), 0u);
}

}  // namespace
}  // namespace gossipod
