// What people see: columns, colours only where they are wanted, nobody's control characters.
#include "cli/people_lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "unit/cli/said.h"

namespace gossipod::cli {
namespace {

using namespace test;

// Without the clock in front.
std::string rest_of(const std::string& line) {
  EXPECT_GT(line.size(), 14u);
  EXPECT_EQ(line[2], ':');
  EXPECT_EQ(line[8], '.');
  return line.substr(14);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(PeopleLines, TheTableIsAligned) {
  std::vector<Member> members{member_named("a"), member_named("caf\xC3\xA9-caf\xC3\xA9", 65535)};
  members.push_back(member_named("much-longer-name"));
  members[1].state = MemberState::suspect;
  members[2].incarnation = Incarnation{1234567};
  EXPECT_EQ(members_table(members, false),
            "NAME              ADDRESS         STATE    INCARNATION  METADATA\n"
            "a                 10.0.0.1:7946   alive              3  role\n"
            "caf\xC3\xA9-caf\xC3\xA9         10.0.0.1:65535  suspect            3  role\n"
            "much-longer-name  10.0.0.1:7946   alive        1234567  role\n");
}

TEST(PeopleLines, ColoursAreOnlyAdded) {
  const std::vector<Member> members{member_named("a"), member_named("b")};
  std::string coloured = members_table(members, true);
  EXPECT_NE(coloured.find("\x1b["), std::string::npos);
  for (std::size_t at; (at = coloured.find('\x1b')) != std::string::npos;) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  EXPECT_EQ(coloured, members_table(members, false));
  const PeopleLines plain{false};
  EXPECT_EQ(plain.event(event_of(Event::Kind::dead)).find('\x1b'), std::string::npos);
}

TEST(PeopleLines, NewsStandInColumns) {
  const PeopleLines lines{false};
  EXPECT_EQ(rest_of(lines.event(event_of(Event::Kind::join))),
            "join      b                 10.0.0.1:7946          \"role\"\n");
  Event event = event_of(Event::Kind::suspect, "longer");
  event.by = "c";
  EXPECT_EQ(rest_of(lines.event(event)),
            "suspect   longer            10.0.0.1:7946          \"role\"  according to c\n");
  EXPECT_EQ(rest_of(lines.removed("b", {})), "removed   b\n");
}

TEST(PeopleLines, NobodysBytesReachTheTerminal) {
  const PeopleLines lines{false};
  const std::string nasty = "x\x1b[31m\n";
  Event event = event_of(Event::Kind::conflict, nasty);
  event.member.metadata = nasty;
  event.data = nasty;
  event.by = nasty;
  for (const auto kind : {Event::Kind::join, Event::Kind::message, Event::Kind::conflict}) {
    event.kind = kind;
    const std::string line = lines.event(event);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  }
  const Traced traced{Fact::Id::message_received, "PING", nasty, "sequence", 1, false};
  EXPECT_EQ(lines_of(lines.trace(traced.fact)).size(), 1u);
  EXPECT_EQ(lines_of(members_table(std::vector{event.member}, false)).size(), 2u);
}

TEST(PeopleLines, Traces) {
  const PeopleLines lines{false};
  const Traced suspect{Fact::Id::message_sent, "BROADCAST SUSPECT", "b", "incarnation", 3, true};
  EXPECT_EQ(rest_of(lines.trace(suspect.fact)),
            "sent to   10.0.0.1:7946          BROADCAST SUSPECT  b                 incarnation 3  "
            "piggyback\n");
  const Traced ack{Fact::Id::message_received, "ACK", "", "sequence", 7, false};
  EXPECT_EQ(rest_of(lines.trace(ack.fact)),
            "got from  10.0.0.1:7946          ACK                sequence 7\n");
}

}  // namespace
}  // namespace gossipod::cli
