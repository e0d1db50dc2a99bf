// Lifeguard's suspicions: shortened by each new accuser, over once, lifted without a trace.
#include "swim/suspicions.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace gossipod::swim {
namespace {

using namespace std::chrono_literals;

class SuspicionsTest : public testing::Test {
 protected:
  IdentityRef who(std::string_view name) {
    return pool.intern({.name = name, .address = {}, .metadata = {}, .versions = {}});
  }
  IdentityPool pool{1};
  Suspicions suspicions;
  const TimePoint start{1h};
  const Suspicions::Course course{.low = 500ms, .high = 2s, .wanted = 3};
};

TEST_F(SuspicionsTest, EachNewAccuserShortensIt) {
  struct Case {
    const char* why;
    std::vector<std::string> accusers;
    Duration ends;
  };
  const std::vector<Case> cases{
      {"nobody agrees", {}, 2s},
      {"the first accuser again is no news", {"a"}, 2s},
      {"one", {"b"}, 1250ms},
      {"one, repeated", {"b", "b", "a"}, 1250ms},
      {"two", {"b", "c"}, 810ms},
      {"three", {"b", "c", "d"}, 500ms},
      {"more than wanted", {"b", "c", "d", "e"}, 500ms},
  };
  for (const Case& c : cases) {
    const std::uint32_t slot = suspicions.begin(MemberIndex{1}, who("a"), course, start);
    for (const std::string& accuser : c.accusers) {
      (void)suspicions.confirm(slot, who(accuser), start);
    }
    // The recorded durations are cut to whole milliseconds, and 810 stands for 809.x.
    EXPECT_NEAR(static_cast<double>((suspicions.next_deadline() - start).count()),
                static_cast<double>(c.ends.count()), 1.5e6)
        << c.why;
    EXPECT_EQ(suspicions.poll_expired(suspicions.next_deadline() - 1ns), std::nullopt) << c.why;
    EXPECT_EQ(suspicions.poll_expired(suspicions.next_deadline()), MemberIndex{1}) << c.why;
    suspicions.lift(slot);
    EXPECT_EQ(suspicions.next_deadline(), never) << c.why;
  }
}

TEST_F(SuspicionsTest, WhoCountsAsNewsIsAsRecorded) {
  std::ifstream file{std::string{GOSSIPOD_TEST_DATA} + "/behaviour.json"};
  const nlohmann::json rows = nlohmann::json::parse(file).at("confirm");
  ASSERT_FALSE(rows.empty());
  for (const auto& row : rows) {
    Suspicions fresh;
    const Suspicions::Course recorded{.low = 1s, .high = 6s, .wanted = row.at("k")};
    const std::uint32_t slot = fresh.begin(
        MemberIndex{1}, who(row.at("first_accuser").get<std::string>()), recorded, start);
    for (const auto& step : row.at("steps")) {
      EXPECT_EQ(fresh.confirm(slot, who(step.at("from").get<std::string>()), start),
                step.at("news").get<bool>())
          << row;
    }
  }
}

TEST_F(SuspicionsTest, AConfirmationThatComesTooLateEndsItAtOnce) {
  const std::uint32_t slot = suspicions.begin(MemberIndex{1}, who("a"), course, start);
  EXPECT_TRUE(suspicions.confirm(slot, who("b"), start + 1900ms));
  EXPECT_EQ(suspicions.next_deadline(), start + 1900ms);
}

TEST_F(SuspicionsTest, WithNobodyToAskItIsShort) {
  suspicions.begin(MemberIndex{1}, who("a"), {.low = 500ms, .high = 2s, .wanted = 0}, start);
  EXPECT_EQ(suspicions.next_deadline(), start + 500ms);
}

TEST_F(SuspicionsTest, OurOwnAbsenceDoesNotCount) {
  const std::uint32_t slot = suspicions.begin(MemberIndex{1}, who("a"), course, start);
  suspicions.delay(10s);
  EXPECT_EQ(suspicions.next_deadline(), start + 12s);
  EXPECT_TRUE(suspicions.confirm(slot, who("b"), start + 10s));
  EXPECT_EQ(suspicions.next_deadline(), start + 10s + 1250ms);
}

TEST_F(SuspicionsTest, ManyAtOnceEndInTheirOrder) {
  for (std::uint32_t i = 0; i < 100; ++i) {
    suspicions.begin(MemberIndex{i}, who("a"),
                     {.low = 1s, .high = 1s + Duration{(i * 37) % 100}, .wanted = 1}, start);
  }
  TimePoint last = start;
  std::size_t ended = 0;
  while (suspicions.next_deadline() != never) {
    EXPECT_GE(suspicions.next_deadline(), last);
    last = suspicions.next_deadline();
    const auto member = suspicions.poll_expired(last);
    ASSERT_TRUE(member);
    suspicions.lift(member->value());  // slots were given in order
    ++ended;
  }
  EXPECT_EQ(ended, 100u);
}

}  // namespace
}  // namespace gossipod::swim
