// What rides on the next packet: least told first, then longest, then newest; each so many times.
#include "swim/dissemination.h"

#include <gtest/gtest.h>

#include <algorithm>
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
      if (const auto* d = std::get_if<wire::Dead>(&*message)) text += "-" + std::string{d->node};
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

TEST_F(DisseminationTest, TheFarewellGoesBeforeEverything) {
  for (int i = 0; i < 100; ++i) accuse(member("somebody-" + std::to_string(i)));
  queue.tell_farewell(self, 0);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(take(100).starts_with("-me ")) << i;
  EXPECT_FALSE(take(100).starts_with("-me"));
}

// Claims without end, and one thing that the user has to say: it waits a few packets at most.
TEST_F(DisseminationTest, ClaimsDoNotStarveTheUsers) {
  std::vector<MemberIndex> members;
  for (int i = 0; i < 200; ++i)
    members.push_back(member("a-rather-long-name-" + std::to_string(i)));
  for (const std::size_t length : {10u, 300u, 1200u}) {
    const std::string data(length, 'u');
    queue.tell_user(as_bytes(data), 1 << 20);
    int packets = 0;
    for (bool told = false; !told; ++packets) {
      ASSERT_LT(packets, 5) << length;
      for (const MemberIndex who : members) accuse(who);  // all of them news again
      told = take(1400, 1).find(data) != std::string::npos;
    }
  }
}

TEST_F(DisseminationTest, UsersDoNotStarveClaims) {
  const MemberIndex who = member("x");
  for (int i = 0; i < 100; ++i) queue.tell_user(as_bytes(std::string(400, 'u')), 1 << 20);
  accuse(who);
  EXPECT_NE(take().find("x"), std::string::npos);
  // And a quarter of the room is theirs all the time, a lot of claims or not.
  for (int i = 0; i < 200; ++i) accuse(member("a-rather-long-name-" + std::to_string(i)));
  std::size_t users = 0;
  std::size_t all = 0;
  for (int i = 0; i < 16; ++i) {
    const std::string text = take(1400, 100);
    users += static_cast<std::size_t>(std::ranges::count(text, 'u'));
    all += text.size();
  }
  EXPECT_GE(users, 14 * 1400 / 4);
  EXPECT_LE(users, 17 * 1400 / 4);
  EXPECT_GT(all, 2 * users);
}

TEST_F(DisseminationTest, ACompoundHasItsMostPartsAndTheRestGoesWithTheNext) {
  const std::size_t many = limits::compound_parts_max + 20;
  for (std::size_t i = 0; i < many; ++i) ASSERT_TRUE(queue.tell_user(as_bytes("x"), 1 << 20));
  std::vector<std::size_t> parts;
  for (int i = 0; i < 3; ++i) {
    std::vector<std::uint8_t> out(60'000);
    wire::PacketBuilder packet{out};
    queue.take(packet, 1);
    parts.push_back(packet.parts());
  }
  EXPECT_LE(parts[0], limits::compound_parts_max);
  EXPECT_EQ(parts[0] + parts[1], many);
  EXPECT_EQ(parts[2], 0u);
}

}  // namespace
}  // namespace gossipod::swim
