#include "cluster/merge_waiting.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/cluster/people.h"

namespace gossipod {
namespace {

using Kind = Event::Kind;

// One letter an event, of one member: j l d s a u r c.
Kind kind_of(char letter) {
  switch (letter) {
    case 'j':
      return Kind::join;
    case 'l':
      return Kind::leave;
    case 'd':
      return Kind::dead;
    case 's':
      return Kind::suspect;
    case 'a':
      return Kind::alive;
    case 'u':
      return Kind::update;
    case 'r':
      return Kind::refuted;
    default:
      return Kind::conflict;
  }
}

std::string letters_of(const std::vector<cluster::WaitingEvent>& events) {
  std::string letters;
  for (const auto& event : events) letters += to_string(event.kind)[0];
  return letters;
}

TEST(MergeWaiting, LeadsFromWhatWasToldToTheNewest) {
  struct Case {
    const char* waiting;
    const char* told;
  };
  const Case cases[] = {
      {"", ""},        {"j", "j"},        {"js", "js"},       {"jsa", "j"}, {"jd", ""},
      {"jl", ""},      {"jdj", "j"},      {"jldjs", "js"},    {"ju", "j"},  {"jus", "js"},
      {"s", "s"},      {"sa", ""},        {"sas", "s"},       {"sd", "d"},  {"sdj", "dj"},
      {"sdjs", "djs"}, {"sdjd", "d"},     {"a", "a"},         {"as", ""},   {"asa", "a"},
      {"ad", "d"},     {"d", "d"},        {"l", "l"},         {"dj", "dj"}, {"djdj", "dj"},
      {"djl", "l"},    {"lj", "lj"},      {"ljd", "d"},       {"u", "u"},   {"uu", "u"},
      {"us", "us"},    {"sua", "u"},      {"ud", "d"},        {"ccc", "c"}, {"rsr", "sr"},
      {"jcd", "c"},    {"sararasa", "r"}, {"djsasasu", "djs"}};
  for (const Case& row : cases) {
    test::People people;
    std::vector<cluster::WaitingEvent> events;
    for (const char* at = row.waiting; *at != 0; ++at) {
      events.push_back(people.event(kind_of(*at), "m"));
    }
    cluster::merge_waiting(events);
    EXPECT_EQ(letters_of(events), row.told) << row.waiting;
  }
}

TEST(MergeWaiting, TellsTheNewestIdentity) {
  test::People people;
  std::vector<cluster::WaitingEvent> events;
  events.push_back(people.event(Kind::join, "m", 1, "old"));
  events.push_back(people.event(Kind::suspect, "m", 1, "old"));
  events.push_back(people.event(Kind::alive, "m", 2, "old"));
  events.push_back(people.event(Kind::update, "m", 3, "new"));
  cluster::merge_waiting(events);
  ASSERT_EQ(events.size(), 1u);
  const Event told = cluster::to_event(events[0]);
  EXPECT_EQ(told.kind, Kind::join);
  EXPECT_EQ(told.member.metadata, "new");
  EXPECT_EQ(told.member.incarnation, Incarnation{3});
}

TEST(MergeWaiting, KeepsMembersApartAndMessagesInPlace) {
  test::People people;
  std::vector<cluster::WaitingEvent> events;
  events.push_back(people.event(Kind::join, "b"));
  events.push_back(people.message(1));
  events.push_back(people.event(Kind::suspect, "a"));
  events.push_back(people.event(Kind::dead, "b"));
  events.push_back(people.message(2));
  events.push_back(people.event(Kind::dead, "a"));
  events.push_back(people.event(Kind::join, "c"));
  cluster::merge_waiting(events);
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].more->data.size(), 1u);
  EXPECT_EQ(events[1].kind, Kind::dead);
  EXPECT_EQ(events[1].who->name(), "a");
  EXPECT_EQ(events[2].more->data.size(), 2u);
  EXPECT_EQ(events[3].who->name(), "c");
}

}  // namespace
}  // namespace gossipod
