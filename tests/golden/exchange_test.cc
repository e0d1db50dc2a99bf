// Whole connections of real members, once with ours as the one that accepts and once as the one
// that dials: it says what was said then, to the byte, and comes to believe the same.
#include <gtest/gtest.h>

#include <string>

#include "golden/golden_node.h"

namespace gossipod::golden {
namespace {

Json config_of(const Json& fields, const std::string& side) {
  Json config = fields[side];
  const Json& own = fields[side + "_table_before"][0];
  config["metadata_hex"] = to_hex(bytes(own["Meta"]));
  return config;
}

bool one_each(const Json& one) {
  const Json& fields = one["fields"];
  return fields["dialer_table_before"].size() == 1 && fields["acceptor_table_before"].size() == 1;
}

// After the label and the head of the frame, if it is one.
void use_nonce_of(const Octets& said, GoldenNode& node) {
  std::size_t at = 0;
  if (!said.empty() && said[0] == 0xf4) at = std::size_t{2} + said[1];
  if (said.size() > at + 18 && said[at] == 0x0a) node.nonce(Bytes{said}.subspan(at + 6, 12));
}

bool is_error(const Json& one) { return one["name"].get<std::string>().starts_with("error-"); }

TEST(Exchange, OursAccepts) {
  const Json file = load("streams.json");
  std::size_t tried = 0;
  for (const Json& one : file["cases"]) {
    if (!one_each(one)) continue;
    ++tried;
    SCOPED_TRACE(one["name"].get<std::string>());
    const Json& result = one["result"];
    const Octets said = octets(one, "acceptor_");
    GoldenNode b{config_of(one["fields"], "acceptor"), "b"};
    if (one["fields"].contains("acceptor_user_state")) {
      b.user_state(bytes(one["fields"]["acceptor_user_state"]));
    }
    use_nonce_of(said, b);
    const Happened found = b.stream(octets(one, "dialer_"));
    EXPECT_EQ(found.events, result["acceptor_events"]);
    EXPECT_EQ(found.members, result["acceptor_members"].get<std::string>());
    EXPECT_EQ(b.merged(), result["acceptor_merged"]);
    EXPECT_EQ(found.user_messages.size(), result["acceptor_user_messages"].size());
    const bool mismatch = one["name"] == "label-missing-skip-aes";  // an error reply too
    if (is_error(one) || mismatch) {
      ASSERT_EQ(found.replies.size(), 1u);  // with a shorter text
      EXPECT_EQ(found.replies[0][0], said[0]);
    } else if (said.empty()) {
      EXPECT_TRUE(found.replies.empty());
    } else {
      ASSERT_EQ(found.replies.size(), 1u);
      EXPECT_EQ(sha256(found.replies[0]), sha256(said)) << to_hex(found.replies[0]).substr(0, 400);
    }
  }
  EXPECT_EQ(tried, 72u);
}

TEST(Exchange, OursDials) {
  const Json file = load("streams.json");
  std::size_t tried = 0;
  for (const Json& one : file["cases"]) {
    const std::string name = one["name"].get<std::string>();
    if (!one_each(one) || name.starts_with("ping-")) continue;  // its sequence number is not ours
    ++tried;
    SCOPED_TRACE(name);
    const Json& result = one["result"];
    const Octets said = octets(one, "dialer_");
    const Octets blob =
        one["fields"].contains("dialer_blob") ? bytes(one["fields"]["dialer_blob"]) : Octets{};
    GoldenNode a{config_of(one["fields"], "dialer"), "a"};
    use_nonce_of(said, a);
    const Peer peer{*Endpoint::from_ip("10.0.0.2", 7946), {}};
    const bool user = name.starts_with("user-");
    if (!user) a.user_state(blob);
    const Happened found = a.dial(
        [&](swim::Node& node, TimePoint now) {
          if (user) {
            node.send_reliable(now, 1, peer, blob);
          } else {
            node.join(now, 1, peer);
          }
        },
        octets(one, "acceptor_"));
    ASSERT_EQ(found.replies.size(), 1u);
    EXPECT_EQ(sha256(found.replies[0]), sha256(said)) << to_hex(found.replies[0]).substr(0, 400);
    EXPECT_TRUE(found.done);
    EXPECT_EQ(found.failed, !result["dialer_error"].get<std::string>().empty());
    EXPECT_EQ(found.events, result["dialer_events"]);
    EXPECT_EQ(found.members, result["dialer_members"].get<std::string>());
    EXPECT_EQ(a.merged(), result["dialer_merged"]);
  }
  EXPECT_GT(tried, 50u);
}

}  // namespace
}  // namespace gossipod::golden
