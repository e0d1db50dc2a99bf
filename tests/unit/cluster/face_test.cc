// The face of a node, in virtual time.
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

#include "unit/cluster/village.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using test::Village;
using Kind = Event::Kind;

TEST(Face, SaysWhyAMemberIsLost) {
  Village village;
  Gossipod a = village.start("a", 1);
  Gossipod b = village.start("b", 2);
  ASSERT_TRUE(b.join({"10.0.0.1"}, 5s));
  village.loop->kill(b.local_endpoint());
  const auto suspected = Village::await(a, Kind::suspect, "b");
  ASSERT_TRUE(suspected);
  EXPECT_EQ(suspected->cause, Cause::own_probe);
  EXPECT_EQ(suspected->by, "a");
  const auto dead = Village::await(a, Kind::dead, "b");
  ASSERT_TRUE(dead);
  EXPECT_EQ(dead->cause, Cause::suspicion);
  EXPECT_EQ(dead->by, "a");
  EXPECT_EQ(dead->accuser, "a");
  EXPECT_EQ(dead->confirmations, 0u);
  EXPECT_EQ(dead->member.state, MemberState::dead);
  EXPECT_EQ(to_string(dead->member.endpoint), "10.0.0.2:7946");
}

TEST(Face, SaysWhoLeft) {
  Village village;
  Gossipod a = village.start("a", 1);
  Gossipod b = village.start("b", 2);
  ASSERT_TRUE(b.join({"10.0.0.1"}, 5s));
  ASSERT_TRUE(b.leave(5s));
  const auto left = Village::await(a, Kind::leave, "b");
  ASSERT_TRUE(left);
  EXPECT_EQ(left->cause, Cause::goodbye);
  EXPECT_EQ(left->by, "b");
}

TEST(Face, RemovesWhoIsGoneForGood) {
  Village village;
  Gossipod a = village.start("a", 1);
  Gossipod b = village.start("b", 2);
  Gossipod c = village.start("c", 3);
  ASSERT_TRUE(b.join({"10.0.0.1"}, 5s));
  ASSERT_TRUE(c.join({"10.0.0.1"}, 5s));
  EXPECT_EQ(a.remove("nobody").error().code, Errc::unknown_member);
  EXPECT_EQ(a.remove("a").error().code, Errc::unknown_member);  // we leave, we are not removed

  ASSERT_TRUE(b.wait_until([](const Members& members) { return members.size() == 3; }, 1min));

  // Before it is even suspected; everybody hears of it.
  village.loop->kill(c.local_endpoint());
  ASSERT_TRUE(a.remove("c"));
  const auto removed = Village::await(a, Kind::leave, "c");
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->cause, Cause::removal);
  const auto heard = Village::await(b, Kind::leave, "c");
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->cause, Cause::goodbye);  // the wire does not tell the difference

  // When it is dead already it is not looked for any more.
  village.loop->kill(b.local_endpoint());
  ASSERT_TRUE(Village::await(a, Kind::dead, "b"));
  ASSERT_TRUE(a.remove("b"));
  EXPECT_EQ(a.local_member().name, "a");
  ASSERT_TRUE(a.wait_until(
      [](const Members& members) {
        const MemberEntry* entry = members.find("b");
        return entry == nullptr || entry->state() == MemberState::left;
      },
      1s));
  const std::uint64_t dialed = a.stats()[Counter::streams_opened];
  village.loop->run_for(10min);
  EXPECT_EQ(a.stats()[Counter::streams_opened], dialed);
}

TEST(Face, WhoLivesCannotBeRemoved) {
  Village village;
  Gossipod a = village.start("a", 1);
  Gossipod b = village.start("b", 2);
  ASSERT_TRUE(b.join({"10.0.0.1"}, 5s));
  ASSERT_TRUE(a.remove("b"));
  ASSERT_TRUE(Village::await(a, Kind::leave, "b"));
  ASSERT_TRUE(Village::await(a, Kind::join, "b"));
  const auto refuted = Village::await(b, Kind::refuted, "b");
  ASSERT_TRUE(refuted);
  EXPECT_EQ(refuted->cause, Cause::claim);
}

TEST(Face, SendsToAnAddress) {
  Village village;
  Gossipod a = village.start("a", 1);
  Gossipod b = village.start("b", 2);  // a stranger to a
  ASSERT_TRUE(a.send_to(b.local_endpoint(), "hello"));
  std::optional<Event> event;
  while ((event = b.next_event(1s)) && event->kind != Kind::message) {
  }
  ASSERT_TRUE(event);
  EXPECT_EQ(event->data, "hello");
  EXPECT_EQ(event->from, a.local_endpoint());
  EXPECT_EQ(a.send_to(Endpoint{}, "x").error().code, Errc::invalid_address);
  EXPECT_EQ(a.send_to(b.local_endpoint(), std::string(70'000, 'x')).error().code, Errc::too_large);
}

TEST(WaitUntil, TurnsALoopWithoutAThread) {
  Village village;
  Gossipod a = village.start("a", 1);
  Gossipod b = village.start("b", 2);
  ASSERT_TRUE(b.join({"10.0.0.1"}, 5s));
  const auto both = a.wait_until([](const Members& members) { return members.size() == 2; }, 1s);
  ASSERT_TRUE(both);
  EXPECT_NE(both->find("b"), nullptr);
  village.loop->kill(b.local_endpoint());
  int looks = 0;
  const auto alone = a.wait_until(
      [&](const Members& members) {
        ++looks;
        return members.size() == 1;
      },
      10min);
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->find("b")->state(), MemberState::dead);
  EXPECT_EQ(looks, 3);  // as it was, a suspect, dead: not at each turn

  const TimePoint before = village.loop->now();
  const auto never = a.wait_until([](const Members&) { return false; }, 3s);
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().code, Errc::timed_out);
  EXPECT_EQ(village.loop->now() - before, 3s);
  a.stop();
  const auto stopped = a.wait_until([](const Members&) { return true; }, 3s);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Errc::stopped);
}

}  // namespace
}  // namespace gossipod
