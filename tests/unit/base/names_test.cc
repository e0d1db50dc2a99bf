#include <gossipod/error.h>
#include <gossipod/event.h>
#include <gossipod/member.h>
#include <gossipod/observer.h>
#include <gossipod/stats.h>
#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <string>

namespace gossipod {
namespace {

TEST(Names, OfErrors) {
  EXPECT_STREQ(to_string(Errc::invalid_config), "invalid_config");
  EXPECT_STREQ(to_string(Errc::key_in_use), "key_in_use");
  EXPECT_STREQ(to_string(Errc::system), "system");
  EXPECT_STREQ(to_string(Errc{0}), "unknown");
  EXPECT_STREQ(to_string(Errc::cancelled), "cancelled");
  EXPECT_STREQ(to_string(Errc::unresolved), "unresolved");
  EXPECT_STREQ(to_string(Errc::busy), "busy");
  EXPECT_STREQ(to_string(Errc{20}), "unknown");
}

TEST(Names, OfStatesAndEvents) {
  EXPECT_STREQ(to_string(MemberState::alive), "alive");
  EXPECT_STREQ(to_string(MemberState::left), "left");
  EXPECT_STREQ(to_string(MemberState{4}), "unknown");
  EXPECT_STREQ(to_string(Event::Kind::join), "join");
  EXPECT_STREQ(to_string(Event::Kind::message), "message");
  EXPECT_STREQ(to_string(Cause::unknown), "unknown");
  EXPECT_STREQ(to_string(Cause::own_probe), "own_probe");
  EXPECT_STREQ(to_string(Cause::removal), "removal");
  EXPECT_STREQ(to_string(Cause{6}), "unknown");
  EXPECT_STREQ(to_string(Event::Kind{9}), "unknown");
}

TEST(Names, OfFacts) {
  EXPECT_STREQ(to_string(Fact::Level::trace), "trace");
  EXPECT_STREQ(to_string(Fact::Level::error), "error");
  EXPECT_STREQ(to_string(Fact::Id::message_sent), "message_sent");
  EXPECT_STREQ(to_string(Fact::Id::handler_failed), "handler_failed");
  EXPECT_STREQ(to_string(Fact::Id::gave_up), "gave_up");
  EXPECT_STREQ(to_string(Fact::Id{0}), "unknown");
  EXPECT_STREQ(to_string(Fact::Id{999}), "unknown");
}

TEST(Names, EveryCounterHasOneOfItsOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < counter_count; ++i) {
    const std::string_view name = to_string(static_cast<Counter>(i));
    EXPECT_NE(name, "unknown") << i;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  EXPECT_EQ(to_string(Counter::drop_crc), "drop_crc");
  EXPECT_EQ(to_string(Counter::facts_suppressed), "facts_suppressed");
  EXPECT_EQ(to_string(Counter::count_), "unknown");
}

TEST(ErrorText, SaysWhereAndWhat) {
  struct Row {
    Error error;
    const char* text;
  };
  const Row rows[] = {
      {{Errc::invalid_config, "ack_timeout", "0s: too short"}, "ack_timeout: 0s: too short"},
      {{Errc::timed_out, "", "after 5s"}, "after 5s"},
      {{Errc::timed_out, "", ""}, "timed_out"},
      {{Errc::unknown_member, "member", ""}, "member: unknown_member"},
      {{Errc::remote, "", "no\x1b[2J\n"}, "no\\x1b[2J\\n"},  // a peer's words
  };
  for (const Row& row : rows) EXPECT_EQ(to_string(row.error), row.text);
}

TEST(ErrorText, ReportWritesALineAndFails) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(report({Errc::invalid_config, "name", "missing"}), 1);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "gossipod: name: missing\n");
}

}  // namespace
}  // namespace gossipod
