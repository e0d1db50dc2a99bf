// The table: found by name, probed once a round, picked at random, and small.
#include "swim/member_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace gossipod::swim {
namespace {

class MemberTableTest : public testing::Test {
 protected:
  MemberIndex add(const std::string& name, MemberState state = MemberState::alive) {
    const std::array<std::uint8_t, 4> address{10, 0, 0, 1};
    return table.add(
        pool.intern({.name = name, .address = address, .port = 1, .metadata = {}, .versions = {}}),
        {state, Incarnation{1}}, TimePoint{});
  }
  // The names of one round, from here to its end.
  std::multiset<std::string> round() {
    std::multiset<std::string> names;
    while (const auto next = table.next_in_order()) {
      names.emplace(table[*next].identity->name());
    }
    return names;
  }
  IdentityPool pool{5};
  Rng rng{9};
  MemberTable table{pool, rng};
};

TEST_F(MemberTableTest, FindsByNameAcrossRemovals) {
  std::vector<MemberIndex> members;
  for (int i = 0; i < 1000; ++i) members.push_back(add("n" + std::to_string(i)));
  for (std::size_t i = 0; i < members.size(); i += 3) table.remove(members[i]);
  EXPECT_EQ(table.size(), 666u);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto found = table.find("n" + std::to_string(i));
    ASSERT_EQ(found.has_value(), i % 3 != 0) << i;
    if (found) {
      EXPECT_EQ(*found, members[i]);
    }
  }
  const MemberIndex again = add("again");
  EXPECT_LT(again.value(), 1000u);  // a free place was used
}

TEST_F(MemberTableTest, ARoundVisitsEverybodyOnce) {
  for (int i = 0; i < 50; ++i) add("n" + std::to_string(i));
  const auto names = round();
  EXPECT_EQ(names.size(), 50u);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 50u);
  EXPECT_EQ(round(), names);
}

TEST_F(MemberTableTest, WhoLeavesInTheMiddleOfARoundCostsNobodyTheirTurn) {
  std::vector<MemberIndex> members;
  for (int i = 0; i < 40; ++i) members.push_back(add("n" + std::to_string(i)));
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 20; ++i) seen.insert(table.next_in_order()->value());
  // One that had its turn goes, and one that had not.
  const MemberIndex before{*seen.begin()};
  const auto ahead =
      std::ranges::find_if(members, [&](MemberIndex m) { return !seen.contains(m.value()); });
  table.remove(before);
  table.remove(*ahead);
  while (const auto next = table.next_in_order()) {
    EXPECT_TRUE(seen.insert(next->value()).second) << "probed twice in a round";
  }
  EXPECT_EQ(seen.size(), 39u);  // all but the one removed ahead of its turn
}

// Wherever the round stands, its very end included: everybody left keeps the place it is told to be
// in.
TEST_F(MemberTableTest, WhoLeavesAtTheEndOfARoundLeavesTheOthersInTheirPlaces) {
  constexpr std::size_t size = 6;
  for (std::size_t probed = 0; probed <= size; ++probed) {
    for (std::size_t first = 0; first < size; ++first) {
      MemberTable fresh{pool, rng};
      std::vector<MemberIndex> left;
      for (std::size_t i = 0; i < size; ++i) {
        left.push_back(fresh.add(
            pool.intern(
                {.name = "n" + std::to_string(i), .address = {}, .metadata = {}, .versions = {}}),
            {MemberState::alive, Incarnation{1}}, TimePoint{}));
      }
      for (std::size_t i = 0; i < probed; ++i) ASSERT_TRUE(fresh.next_in_order());
      std::rotate(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(first), left.end());
      while (!left.empty()) {
        fresh.remove(left.back());
        left.pop_back();
        ASSERT_EQ(fresh.order().size(), left.size());
        for (const MemberIndex member : left) {
          const std::uint32_t at = fresh[member].order_at;
          ASSERT_LT(at, left.size()) << probed << " were probed, " << first;
          ASSERT_EQ(fresh.order()[at], member) << probed << " were probed, " << first;
        }
      }
    }
  }
}

TEST_F(MemberTableTest, EachRoundIsInAnotherOrder) {
  for (int i = 0; i < 30; ++i) add("n" + std::to_string(i));
  std::vector<std::uint32_t> first;
  std::vector<std::uint32_t> second;
  while (const auto next = table.next_in_order()) first.push_back(next->value());
  while (const auto next = table.next_in_order()) second.push_back(next->value());
  EXPECT_NE(first, second);
}

TEST_F(MemberTableTest, PicksAllThereAreWhenFewAreWanted) {
  add("a");
  const MemberIndex b = add("b");
  const MemberIndex c = add("c");
  add("d", MemberState::dead);
  std::vector<MemberIndex> picked;
  const auto wanted = [&](MemberIndex m) {
    return m != MemberIndex{0} && table[m].state == MemberState::alive;
  };
  for (int i = 0; i < 50; ++i) {
    table.pick(3, wanted, picked);
    ASSERT_EQ(picked.size(), 2u);  // exhaustive in a small table
    EXPECT_TRUE((picked[0] == b && picked[1] == c) || (picked[0] == c && picked[1] == b));
  }
}

TEST_F(MemberTableTest, PicksEvenlyInALargeOne) {
  constexpr int members = 90;
  for (int i = 0; i < members; ++i) add("n" + std::to_string(i));
  std::array<int, members> counts{};
  std::vector<MemberIndex> picked;
  for (int i = 0; i < 9000; ++i) {
    table.pick(
        3, [](MemberIndex) { return true; }, picked);
    ASSERT_EQ(picked.size(), 3u);
    for (const MemberIndex m : picked) ++counts[m.value()];
  }
  // 300 each on average, a standard deviation of 17: five of them.
  EXPECT_GT(*std::ranges::min_element(counts), 215);
  EXPECT_LT(*std::ranges::max_element(counts), 385);
}

TEST_F(MemberTableTest, SaysWhichPagesChanged) {
  for (int i = 0; i < 200; ++i) add("n" + std::to_string(i));
  while (table.poll_changed_page()) {
  }
  table.set_incarnation(MemberIndex{130}, Incarnation{2});
  table.set_state(MemberIndex{130}, MemberState::suspect, TimePoint{});
  EXPECT_EQ(table.poll_changed_page(), 2u);
  EXPECT_EQ(table.poll_changed_page(), std::nullopt);
}

TEST_F(MemberTableTest, CountsByState) {
  const MemberIndex a = add("a");
  add("b");
  table.set_state(a, MemberState::dead, TimePoint{});
  EXPECT_EQ(table.count(MemberState::alive), 1u);
  EXPECT_EQ(table.count(MemberState::dead), 1u);
  table.remove(a);
  EXPECT_EQ(table.count(MemberState::dead), 0u);
}

TEST_F(MemberTableTest, AHundredThousandTakeLittleRoom) {
  for (int i = 0; i < 100'000; ++i) add("member-" + std::to_string(i));
  const std::size_t per_member = (table.bytes() + pool.bytes()) / 100'000;
  EXPECT_LE(table.bytes() + pool.bytes(), std::size_t{24} << 20) << per_member << " a member";
}

TEST_F(MemberTableTest, ExpectingNamesChangesNothing) {
  for (int i = 0; i < 1000; ++i) add("n" + std::to_string(i));
  const std::array<std::string_view, 3> names{"n7", "nobody", "n999"};
  table.expect(names);
  EXPECT_EQ(table.size(), 1000u);
  EXPECT_TRUE(table.find("n7") && table.find("n999"));
  EXPECT_FALSE(table.find("nobody"));
}

}  // namespace
}  // namespace gossipod::swim
