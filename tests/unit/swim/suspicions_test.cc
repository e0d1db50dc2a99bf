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

TEST_F(SuspicionsTest, EqualOnesEndInTheOrderOfTheirSlots) {
  for (std::uint32_t i = 0; i < 8; ++i) suspicions.begin(MemberIndex{i}, who("a"), course, start);
  for (std::uint32_t i = 0; i < 8; ++i) {
    EXPECT_EQ(suspicions.poll_expired(start + 2s), MemberIndex{i});
    suspicions.lift(i);
  }
}

TEST_F(SuspicionsTest, WhatIsLiftedStaysLifted) {
  const std::uint32_t slot = suspicions.begin(MemberIndex{1}, who("a"), course, start);
  suspicions.begin(MemberIndex{2}, who("a"), course, start + 1s);
  suspicions.lift(slot);
  EXPECT_EQ(suspicions.size(), 1u);
  EXPECT_EQ(suspicions.next_deadline(), start + 3s);
  EXPECT_EQ(suspicions.poll_expired(start + 2999ms), std::nullopt);
  suspicions.delay(10s);
  EXPECT_EQ(suspicions.next_deadline(), start + 13s);
  EXPECT_EQ(suspicions.poll_expired(start + 13s), MemberIndex{2});
  // Its place is used again, and begins at nothing.
  EXPECT_EQ(suspicions.begin(MemberIndex{3}, who("b"), course, start + 20s), slot);
  EXPECT_EQ(suspicions.outcome(slot).confirmations, 0u);
  EXPECT_EQ(suspicions.outcome(slot).accuser->name(), "b");
  EXPECT_TRUE(suspicions.confirm(slot, who("a"), start + 20s));
}

class CallsTest : public SuspicionsTest {
 protected:
  // "200 300": the calls until then, in milliseconds from the start; a * follows an answer.
  std::string calls(Duration until) {
    std::string text;
    for (std::uint32_t number = 0; suspicions.next_deadline() <= start + until; ++number) {
      const TimePoint now = suspicions.next_deadline();
      EXPECT_EQ(suspicions.poll_call(now - 1ns), std::nullopt);
      const auto call = suspicions.poll_call(now);
      if (!call) break;
      EXPECT_EQ(call->member, MemberIndex{1});
      EXPECT_EQ(call->number, number);
      text += (text.empty() ? "" : " ") + std::to_string((now - start) / 1ms);
      if (call->answered) text += "*";
    }
    return text;
  }
  const Suspicions::Course called{.low = 500ms,
                                  .high = 2s,
                                  .wanted = 3,
                                  .first_call = 200ms,
                                  .call_gap = 100ms,
                                  .late_gap = 400ms};
};

TEST_F(CallsTest, AreFrequentUntilItCouldEndAndThenSeldom) {
  suspicions.begin(MemberIndex{1}, who("a"), called, start);
  EXPECT_EQ(calls(1900ms), "200 300 400 800 1200 1600");
}

TEST_F(CallsTest, BeginAnewAfterAnAnswer) {
  const std::uint32_t slot = suspicions.begin(MemberIndex{1}, who("a"), called, start);
  EXPECT_TRUE(suspicions.confirm(slot, who("b"), start));
  EXPECT_EQ(calls(350ms), "200 300");
  suspicions.begin_anew(slot, start + 350ms);
  EXPECT_EQ(suspicions.outcome(slot).confirmations, 0u);
  EXPECT_EQ(calls(1500ms), "450* 550 650 750 1150");
  EXPECT_FALSE(suspicions.confirm(slot, who("a"), start + 1500ms));  // the first one stays
  EXPECT_EQ(suspicions.poll_expired(start + 2349ms), std::nullopt);
  EXPECT_EQ(suspicions.poll_expired(start + 2350ms), MemberIndex{1});
  EXPECT_TRUE(suspicions.confirm(slot, who("b"), start + 1500ms));  // says it once more
  EXPECT_EQ(suspicions.poll_expired(start + 1600ms), MemberIndex{1});
}

TEST_F(CallsTest, AreOverWithTheSuspicionAndTheNextBeginsWithTheFirst) {
  const std::uint32_t slot = suspicions.begin(MemberIndex{1}, who("a"), called, start);
  suspicions.begin(MemberIndex{2}, who("a"), course, start);
  EXPECT_EQ(calls(350ms), "200 300");
  suspicions.begin_anew(slot, start + 350ms);
  suspicions.lift(slot);
  EXPECT_EQ(calls(1900ms), "");
  EXPECT_EQ(suspicions.begin(MemberIndex{1}, who("a"), called, start), slot);
  EXPECT_EQ(calls(350ms), "200 300");
}

TEST_F(CallsTest, WithNobodyToAskItBeginsAnewAsShort) {
  const Suspicions::Course course_alone{.low = 500ms, .high = 2s, .wanted = 0};
  const std::uint32_t slot = suspicions.begin(MemberIndex{1}, who("a"), course_alone, start);
  suspicions.begin_anew(slot, start + 100ms);
  EXPECT_EQ(suspicions.next_deadline(), start + 600ms);  // and nobody is called
}

TEST_F(CallsTest, OurOwnAbsenceDelaysThemToo) {
  const std::uint32_t slot = suspicions.begin(MemberIndex{1}, who("a"), called, start);
  EXPECT_EQ(calls(250ms), "200");
  suspicions.delay(1s);
  const TimePoint next = suspicions.next_deadline();
  EXPECT_EQ(next, start + 1300ms);
  suspicions.lift(slot);
  suspicions.begin(MemberIndex{1}, who("a"), course, start);
  suspicions.delay(1s);
  EXPECT_EQ(suspicions.next_deadline(), start + 3s);  // nobody is called in this one
  EXPECT_EQ(suspicions.poll_call(start + 3s), std::nullopt);
}

// Somebody accused and cleared over and over, below somebody whose suspicion runs on.
TEST_F(CallsTest, WhatIsLiftedIsNotKept) {
  suspicions.begin(MemberIndex{1}, who("a"), called, start);
  std::size_t most = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::uint32_t slot = suspicions.begin(MemberIndex{2}, who("a"), called, start + 1ms);
    suspicions.lift(slot);
    most = std::max(most, suspicions.entries());
  }
  EXPECT_LT(most, 200u);
  EXPECT_EQ(suspicions.next_deadline(), start + 200ms);
  EXPECT_EQ(suspicions.poll_expired(start + 2s), MemberIndex{1});
}

}  // namespace
}  // namespace gossipod::swim
