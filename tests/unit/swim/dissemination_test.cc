// What rides on the next packet: least told first, then longest, then newest; each so many times.
#include "swim/dissemination.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "wire/walk.h"

namespace gossipod::swim {
namespace {

class DisseminationTest : public testing::Test {
 protected:
  MemberIndex member(const std::string& name) {
    const std::array<std::uint8_t, 4> address{10, 0, 0, 1};
    return table.add(
        pool.intern({.name = name, .address = address, .port = 1, .metadata = {}, .versions = {}}),
        {MemberState::alive, Incarnation{1}}, TimePoint{});
  }
  void accuse(MemberIndex who) {
    queue.tell_accusation(who, MemberState::suspect, table[MemberIndex{0}].identity);
  }
  // The members a packet of that size is about, in its order; users' messages as they are.
  std::string take(std::size_t room = 1400, std::uint32_t limit = 4) {
    std::vector<std::uint8_t> out(room);
    wire::PacketBuilder packet{out};
    queue.take(packet, limit);
    out.resize(packet.finish());
    Reporter reporter{nullptr, nullptr};
    wire::Walk walk{out, scratch, reporter};
    std::string text;
    while (const auto message = walk.next()) {
      if (!text.empty()) text += " ";
      if (const auto* s = std::get_if<wire::Suspect>(&*message)) text += s->node;
      if (const auto* a = std::get_if<wire::Alive>(&*message)) text += "+" + std::string{a->node};
      if (const auto* u = std::get_if<wire::User>(&*message)) text += as_text(u->payload);
    }
    return text;
  }
  IdentityPool pool{1};
  Rng rng{1};
  MemberTable table{pool, rng};
  Dissemination queue{table};
  std::vector<std::uint8_t> scratch;
  const MemberIndex self = member("me");
};

TEST_F(DisseminationTest, LongestFirstThenNewest) {
  for (const char* name : {"aaaa", "bb", "cccc", "dd"}) accuse(member(name));
  EXPECT_EQ(take(), "cccc aaaa dd bb");
  EXPECT_EQ(take(), "cccc aaaa dd bb");  // all told equally often again
}

TEST_F(DisseminationTest, LeastToldFirst) {
  accuse(member("long-and-old"));
  EXPECT_EQ(take(), "long-and-old");
  accuse(member("new"));
  EXPECT_EQ(take(), "new long-and-old");
}

TEST_F(DisseminationTest, WhatDoesNotFitIsPassedOver) {
  accuse(member("a-name-of-some-length"));
  accuse(member("b"));
  const std::size_t short_one =
      wire::encoded_size(wire::Suspect{.incarnation = Incarnation{1}, .node = "b", .from = "me"});
  EXPECT_EQ(take(short_one), "b");
  EXPECT_EQ(take(short_one - 1), "");
  EXPECT_EQ(queue.size(), 2u);
}

TEST_F(DisseminationTest, EachIsToldSoManyTimes) {
  accuse(member("a"));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(take(), "a");
  EXPECT_EQ(take(), "");
  EXPECT_TRUE(queue.empty());
}

TEST_F(DisseminationTest, TheNewestClaimAboutAMemberReplacesTheOlder) {
  const MemberIndex a = member("a");
  queue.tell_accusation(a, MemberState::suspect, table[self].identity, 11);
  EXPECT_EQ(take(), "a");
  queue.tell_alive(a, 12);
  EXPECT_EQ(queue.finished(), std::vector<OperationId>{11});
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(take(), "+a");
}

TEST_F(DisseminationTest, OperationsEndWhenTheWordIsOut) {
  const MemberIndex a = member("a");
  queue.tell_alive(a, 7);
  EXPECT_TRUE(queue.wait_for(a, 8));
  (void)take(1400, 2);
  EXPECT_TRUE(queue.finished().empty());
  (void)take(1400, 2);
  EXPECT_EQ(queue.finished(), (std::vector<OperationId>{7, 8}));
  EXPECT_FALSE(queue.wait_for(a, 9));
}

TEST_F(DisseminationTest, UsersBroadcastsDoNotReplaceOneAnother) {
  EXPECT_TRUE(queue.tell_user(as_bytes("one"), 100));
  EXPECT_TRUE(queue.tell_user(as_bytes("two"), 100));
  EXPECT_EQ(take(), "two one");
  EXPECT_FALSE(queue.tell_user(as_bytes(std::string(95, 'x')), 100));  // bounded
}

TEST_F(DisseminationTest, IdsAreNeverUsedAgain) {
  // The reference restarts its ids when the queue is empty for a moment, and then loses a message
  // of equal length and count (Q1).
  const MemberIndex a = member("a");
  const MemberIndex b = member("b");
  accuse(a);
  EXPECT_EQ(take(), "a");  // taken out and put back in between
  accuse(b);
  EXPECT_EQ(take(), "b a");
  EXPECT_EQ(take(), "b a");
  EXPECT_EQ(take(), "b a");
  EXPECT_EQ(take(), "b");
  EXPECT_EQ(take(), "");
}

TEST_F(DisseminationTest, AThousandClaimsAllGoOut) {
  for (int i = 0; i < 1000; ++i) accuse(member("n" + std::to_string(i)));
  std::size_t packets = 0;
  while (!queue.empty()) {
    ASSERT_NE(take(1400, 3), "");
    ASSERT_LT(++packets, 1000u);
  }
  EXPECT_GT(packets, 60u);  // 3,000 messages of about 35 bytes
}

}  // namespace
}  // namespace gossipod::swim
