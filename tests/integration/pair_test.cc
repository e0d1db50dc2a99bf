// Two nodes: they meet, talk, and lose each other.
#include <gossipod/gossipod.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <optional>
#include <string>
#include <vector>

#include "integration/world.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::built;
using test::eventually;
using test::patience;
using test::quick;
using test::sees;
using test::started;
using Kind = Event::Kind;

std::optional<Event> next_message(Gossipod& node) {
  while (auto event = node.next_event(patience)) {
    if (event->kind == Kind::message) return event;
  }
  return std::nullopt;
}

void talk(Gossipod& from, Gossipod& to, const std::string& name) {
  ASSERT_TRUE(from.send(name, "a datagram"));
  auto message = next_message(to);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->data, "a datagram");
  EXPECT_FALSE(message->reliable);
  EXPECT_EQ(message->from, from.local_endpoint());

  const std::string large(300'000, 'x');
  const auto sent = from.send_reliable(name, large, patience);
  ASSERT_TRUE(sent) << to_string(sent.error());
  message = next_message(to);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->data, large);
  EXPECT_TRUE(message->reliable);
}

void meet_and_talk(const ConfigBuilder& first, const ConfigBuilder& second) {
  Gossipod a = started(built(first));
  Gossipod b = started(built(second));
  const auto joined = b.join({address(a)}, patience);
  ASSERT_TRUE(joined) << to_string(joined.error());
  EXPECT_EQ(joined->contacted(), 1u);
  EXPECT_EQ(joined->seeds[0].address, address(a));
  EXPECT_EQ(b.members().size(), 2u);  // it is there when join returns
  EXPECT_TRUE(sees(a, Kind::join, "b"));
  EXPECT_TRUE(sees(b, Kind::join, "a"));
  talk(a, b, "b");
  talk(b, a, "a");
}

TEST(Pair, MeetAndTalk) { meet_and_talk(quick("a"), quick("b")); }

TEST(Pair, OnIpv6) { meet_and_talk(quick("a").with_addr("::1"), quick("b").with_addr("::1")); }

TEST(Pair, WithALabelAndKeys) {
  const std::vector<std::uint8_t> key(32, 7);
  meet_and_talk(quick("a").with_label("test").with_key(Bytes{key}),
                quick("b").with_label("test").with_key(Bytes{key}));
}

TEST(Pair, StrangersWithAnotherKeyStayOut) {
  const std::vector<std::uint8_t> key(32, 7);
  const std::vector<std::uint8_t> other(32, 8);
  Gossipod a = started(built(quick("a").with_key(Bytes{key})));
  Gossipod b = started(built(quick("b").with_key(Bytes{other}).with_stream_timeout(1s)));
  const auto joined = b.join({address(a)}, patience);
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, Errc::no_seed_answered);
  EXPECT_EQ(a.members().size(), 1u);
  EXPECT_TRUE(eventually([&] { return a.stats()[Counter::stream_drop_unauthentic] > 0; }));

  // The key is added while both run, and the door is open.
  EXPECT_TRUE(a.add_key(other));
  EXPECT_EQ(a.keys().size(), 2u);
  EXPECT_TRUE(b.add_key(key));
  const auto again = b.join({address(a)}, patience);
  EXPECT_TRUE(again) << to_string(again.error());
  EXPECT_TRUE(a.use_key(other));
  EXPECT_TRUE(a.remove_key(key));
  EXPECT_EQ(a.keys(), std::vector<std::vector<std::uint8_t>>{other});
  EXPECT_EQ(a.remove_key(other).error().code, Errc::key_in_use);
}

TEST(Pair, PingsAndErrors) {
  Gossipod a = started(built(quick("a")));
  Gossipod b = started(built(quick("b")));
  ASSERT_TRUE(b.join({address(a)}, patience));
  const auto pinged = b.ping("a");
  ASSERT_TRUE(pinged) << to_string(pinged.error());
  EXPECT_GT(*pinged, Duration{0});
  EXPECT_EQ(b.ping("nobody").error().code, Errc::unknown_member);
  EXPECT_EQ(b.send("nobody", "x").error().code, Errc::unknown_member);
  EXPECT_EQ(b.send_reliable("nobody", "x", patience).error().code, Errc::unknown_member);
  EXPECT_EQ(b.send("a", std::string(70'000, 'x')).error().code, Errc::too_large);
  EXPECT_EQ(b.broadcast(std::string(70'000, 'x')).error().code, Errc::too_large);
  EXPECT_EQ(b.set_metadata(std::string(513, 'x'), patience).error().code, Errc::too_large);
}

TEST(Pair, ABroadcastAndNewMetadataGetAround) {
  Gossipod a = started(built(quick("a")));
  Gossipod b = started(built(quick("b")));
  ASSERT_TRUE(b.join({address(a)}, patience));
  ASSERT_TRUE(b.broadcast("to all"));
  const auto message = next_message(a);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->data, "to all");
  ASSERT_TRUE(b.set_metadata("new", patience));
  EXPECT_TRUE(sees(a, Kind::update, "b"));
  EXPECT_EQ(a.members().find("b")->metadata(), "new");
}

TEST(Pair, SomeSeedsAreEnough) {
  Gossipod a = started(built(quick("a")));
  std::string gone;
  {
    const Gossipod other = started(built(quick("b")));
    gone = address(other);
  }
  Gossipod b = started(built(quick("b")));
  const auto joined = b.join({"nonsense here", gone, address(a)}, patience);
  ASSERT_TRUE(joined);
  ASSERT_EQ(joined->seeds.size(), 3u);
  EXPECT_EQ(joined->contacted(), 1u);
  EXPECT_EQ(joined->seeds[0].error->code, Errc::invalid_address);
  EXPECT_EQ(joined->seeds[1].error->code, Errc::connection_failed);
  EXPECT_FALSE(joined->seeds[2].error);
}

TEST(Pair, ASeedWithoutAPortMeansOurs) {
  // Both on one port, on two addresses of loopback.
  Gossipod a = started(built(quick("a").with_addr("127.0.0.2")));
  const std::uint16_t port = a.local_endpoint().port;
  Gossipod b = started(built(quick("b").with_addr("127.0.0.3").with_port(port)));
  const auto joined = b.join({"127.0.0.2"}, patience);
  EXPECT_TRUE(joined) << to_string(joined.error());
}

TEST(Pair, ALeaverIsSeenLeaving) {
  Gossipod a = started(built(quick("a")));
  Gossipod b = started(built(quick("b")));
  ASSERT_TRUE(b.join({address(a)}, patience));
  EXPECT_TRUE(sees(a, Kind::join, "b"));
  ASSERT_TRUE(b.leave(patience));
  EXPECT_TRUE(b.leave(patience));
  EXPECT_TRUE(sees(a, Kind::leave, "b"));
  EXPECT_EQ(a.members().size(), 1u);
  EXPECT_EQ(a.members().find("b")->state(), MemberState::left);
}

TEST(Pair, ACrashIsSuspectedThenBelieved) {
  Gossipod a = started(built(quick("a")));
  {
    Gossipod b = started(built(quick("b")));
    ASSERT_TRUE(b.join({address(a)}, patience));
    EXPECT_TRUE(sees(a, Kind::join, "b"));
  }
  EXPECT_TRUE(sees(a, Kind::suspect, "b"));
  EXPECT_TRUE(sees(a, Kind::dead, "b"));
  EXPECT_EQ(a.members().size(), 1u);
}

TEST(Pair, TheDescriptorTellsOfEvents) {
  Gossipod a = started(built(quick("a")));
  Gossipod b = started(built(quick("b")));
  pollfd wait{a.event_descriptor(), POLLIN, 0};
  ASSERT_GE(wait.fd, 0);
  EXPECT_EQ(::poll(&wait, 1, 60'000), 1);  // our own join
  while (a.next_event()) {
  }
  EXPECT_EQ(::poll(&wait, 1, 0), 0);
  ASSERT_TRUE(b.join({address(a)}, patience));
  EXPECT_EQ(::poll(&wait, 1, 60'000), 1);
  EXPECT_EQ(a.next_event()->member.name, "b");
}

}  // namespace
}  // namespace gossipod
