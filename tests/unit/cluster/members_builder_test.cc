#include "cluster/members_builder.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "unit/cluster/people.h"

namespace gossipod {
namespace {

// As much of a node as a builder sees.
class Table {
 public:
  struct Row {
    swim::IdentityRef identity;
    Incarnation incarnation;
    MemberState state = MemberState::alive;
  };
  void set(std::size_t place, Row row) {
    if (place >= rows.size()) rows.resize(place + 1);
    rows[place] = std::move(row);
    changed.insert(place / Members::page_entries);
  }
  std::optional<std::size_t> poll_changed_page() {
    if (changed.empty()) return std::nullopt;
    return changed.extract(changed.begin()).value();
  }
  [[nodiscard]] std::size_t slots() const { return rows.size(); }
  [[nodiscard]] swim::MemberView member(MemberIndex index) const {
    const Row& row = rows[index.value()];
    return {row.identity.get(), row.incarnation, row.state, {}};
  }

  std::vector<Row> rows;
  std::set<std::size_t> changed;
};

std::string name(std::size_t i) { return "member-" + std::to_string(i); }

std::set<std::string> names(const Members& members) {
  std::set<std::string> found;
  for (const MemberEntry& member : members) found.insert(std::string{member.name()});
  return found;
}

TEST(MembersBuilder, EmptyIsEmpty) {
  const Members members;
  EXPECT_TRUE(members.empty());
  EXPECT_EQ(members.begin(), members.end());
  EXPECT_EQ(members.everyone().begin(), members.everyone().end());
  EXPECT_EQ(members.find("a"), nullptr);
  EXPECT_EQ(MembersBuilder::at(members, MemberIndex{0}), nullptr);
}

TEST(MembersBuilder, ShowsWhoCountsAndEveryone) {
  test::People people;
  MembersBuilder builder{people.pool};
  Table table;
  EXPECT_FALSE(builder.update(table));
  for (std::size_t i = 0; i < 200; ++i) {
    table.set(i, {people.make(name(i), "meta"), Incarnation{static_cast<std::uint32_t>(i)}});
  }
  table.set(3, {people.make(name(3)), Incarnation{9}, MemberState::suspect});
  table.set(4, {people.make(name(4)), Incarnation{9}, MemberState::dead});
  table.set(130, {people.make(name(130)), Incarnation{9}, MemberState::left});
  table.set(64, {});
  EXPECT_TRUE(builder.update(table));
  EXPECT_FALSE(builder.update(table));

  const Members members = builder.current();
  EXPECT_EQ(members.size(), 197u);
  EXPECT_EQ(members.epoch(), 1u);
  EXPECT_EQ(names(members).size(), 197u);
  EXPECT_FALSE(names(members).contains(name(4)));
  std::size_t everyone = 0;
  for (const MemberEntry& member : members.everyone()) everyone += !member.name().empty();
  EXPECT_EQ(everyone, 199u);
  ASSERT_NE(members.find(name(4)), nullptr);
  EXPECT_EQ(members.find(name(4))->state(), MemberState::dead);
  EXPECT_FALSE(members.find(name(4))->counts());
  EXPECT_EQ(members.find("nobody"), nullptr);
  EXPECT_EQ(MembersBuilder::at(members, MemberIndex{64}), nullptr);
  EXPECT_EQ(MembersBuilder::at(members, MemberIndex{1000}), nullptr);
  const Member copy = MembersBuilder::at(members, MemberIndex{150})->copy();
  EXPECT_EQ(copy.name, name(150));
  EXPECT_EQ(copy.metadata, "meta");
  EXPECT_EQ(copy.incarnation, Incarnation{150});
}

TEST(MembersBuilder, SharesWhatDidNotChange) {
  test::People people;
  MembersBuilder builder{people.pool};
  Table table;
  for (std::size_t i = 0; i < 130; ++i) table.set(i, {people.make(name(i)), Incarnation{1}});
  EXPECT_TRUE(builder.update(table));
  const Members before = builder.current();
  table.set(70, {people.make(name(70)), Incarnation{2}, MemberState::dead});
  EXPECT_TRUE(builder.update(table));
  const Members after = builder.current();

  EXPECT_EQ(before.size(), 130u);  // never changes
  EXPECT_EQ(before.find(name(70))->state(), MemberState::alive);
  EXPECT_EQ(after.size(), 129u);
  EXPECT_EQ(after.epoch(), before.epoch() + 1);
  EXPECT_EQ(before.find(name(1)), after.find(name(1)));  // the very same place
  EXPECT_NE(before.find(name(71)), after.find(name(71)));
}

TEST(MembersBuilder, PagesDieOnTheThreadOfThePool) {
  test::People people;
  {
    MembersBuilder builder{people.pool};
    Table table;
    table.set(0, {people.make("a"), Incarnation{1}});
    EXPECT_TRUE(builder.update(table));
    Members elsewhere = builder.current();
    table.set(0, {});
    EXPECT_TRUE(builder.update(table));
    EXPECT_TRUE(builder.current().empty());
    std::thread{[snapshot = std::exchange(elsewhere, {})]() mutable {
      EXPECT_EQ(names(snapshot).size(), 1u);
      snapshot = {};
    }}.join();
    EXPECT_EQ(people.pool->size(), 1u);
    people.pool->collect();
    EXPECT_EQ(people.pool->size(), 0u);
  }
}

TEST(MembersBuilder, ASnapshotOutlivesEverythingElse) {
  auto people = std::make_unique<test::People>();
  Members members;
  {
    MembersBuilder builder{people->pool};
    Table table;
    table.set(0, {people->make("a"), Incarnation{1}});
    EXPECT_TRUE(builder.update(table));
    members = builder.current();
  }
  people = nullptr;
  EXPECT_EQ(names(members), std::set<std::string>{"a"});
  std::thread{[last = std::move(members)] { EXPECT_EQ(last.size(), 1u); }}.join();
}

}  // namespace
}  // namespace gossipod
