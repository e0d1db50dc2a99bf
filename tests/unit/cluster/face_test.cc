// The face of a node, in virtual time.
#include <gtest/gtest.h>

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
