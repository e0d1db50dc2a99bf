// The lines that scripts rely on: kinds and fields, as docs/command.md lists them.
#include "cli/json_lines.h"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "cli/text.h"
#include "unit/cli/said.h"

namespace gossipod::cli {
namespace {

using namespace std::chrono_literals;
using namespace test;
using Json = nlohmann::json;

// One object on one line, with a kind and a time.
Json parsed(const std::string& text, std::string_view kind) {
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  Json json = Json::parse(text, nullptr, false);
  EXPECT_TRUE(json.is_object()) << text;
  EXPECT_EQ(json["kind"], kind);
  EXPECT_GT(json["t"].get<double>(), 1.7e9);
  return json;
}

const JsonLines lines{};
const Error trouble{Errc::timed_out, "join", "nobody answered"};

TEST(JsonLines, NewsOfMembers) {
  using Kind = Event::Kind;
  for (const Kind kind :
       {Kind::join, Kind::leave, Kind::dead, Kind::suspect, Kind::alive, Kind::update}) {
    const Json json = parsed(lines.event(event_of(kind)), to_string(kind));
    EXPECT_EQ(json["node"], "b");
    EXPECT_EQ(json["addr"], "10.0.0.1:7946");
    EXPECT_EQ(json["meta"], "role");
    EXPECT_EQ(json["incarnation"], 3);
  }
  EXPECT_EQ(parsed(lines.event(event_of(Kind::conflict)), "conflict")["other"], "10.0.0.2:7946");
  EXPECT_EQ(parsed(lines.event(event_of(Kind::refuted)), "refuted")["incarnation"], 3);
}

TEST(JsonLines, AMessageHasItsBytesHoweverLongItIs) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, 2 * shown_message_bytes}) {
    Event event = event_of(Event::Kind::message);
    event.data.assign(size, 'x');
    Json json = parsed(lines.event(event), "message");
    EXPECT_EQ(json["from"], "10.0.0.9:5555");
    EXPECT_EQ(json["data"], event.data);
    EXPECT_EQ(json["size"], size);
    EXPECT_EQ(json.contains("fnv1a"), size > shown_message_bytes);

    event.data += "\xFF";
    json = parsed(lines.event(event), "message");
    EXPECT_EQ(json["data_hex"], to_hex(event.data));
    EXPECT_FALSE(json.contains("data"));
  }
  Event zeros = event_of(Event::Kind::message);
  zeros.data.assign(3, '\0');
  EXPECT_EQ(parsed(lines.event(zeros), "message")["data"], zeros.data);
}

TEST(JsonLines, BytesThatAreNoTextComeInHex) {
  Event event = event_of(Event::Kind::update);
  event.member.metadata = "\x80\xFF";
  const Json json = parsed(lines.event(event), "update");
  EXPECT_EQ(json["meta_hex"], "80ff");
  EXPECT_FALSE(json.contains("meta"));
}

TEST(JsonLines, AnswersSayNullOrWhatWentWrong) {
  EXPECT_TRUE(parsed(lines.sent({}), "sent")["error"].is_null());
  EXPECT_EQ(parsed(lines.sent(trouble), "sent")["error"], to_string(trouble));
  EXPECT_TRUE(parsed(lines.left({}), "left")["error"].is_null());
  EXPECT_EQ(parsed(lines.left(trouble), "left")["error"], to_string(trouble));
  Json json = parsed(lines.pinged("b", Duration{1500us}), "pinged");
  EXPECT_EQ(json["node"], "b");
  EXPECT_EQ(json["us"], 1500.0);
  EXPECT_TRUE(json["error"].is_null());
  json = parsed(lines.pinged("b", trouble), "pinged");
  EXPECT_TRUE(json["us"].is_null());
  EXPECT_EQ(json["error"], to_string(trouble));
  json = parsed(lines.removed("b", trouble), "removed");
  EXPECT_EQ(json["node"], "b");
  EXPECT_EQ(json["error"], to_string(trouble));
  json = parsed(lines.failed("dance", "no such command"), "error");
  EXPECT_EQ(json["command"], "dance");
  EXPECT_EQ(json["error"], "no such command");
  json = parsed(lines.joined(trouble), "joined");
  EXPECT_EQ(json["contacted"], 0);
  EXPECT_EQ(json["error"], to_string(trouble));
}

TEST(JsonLines, ListsAndNumbers) {
  const std::vector<Member> members{member_named("a"), member_named("b", 7947)};
  const Json list = parsed(lines.members(members), "members")["list"];
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[1], (Json{{"name", "b"},
                           {"addr", "10.0.0.1:7947"},
                           {"meta", "role"},
                           {"state", "alive"},
                           {"incarnation", 3}}));
  const Json ready = parsed(lines.ready(members.front()), "ready");
  EXPECT_EQ(ready["name"], "a");
  EXPECT_EQ(ready["addr"], "10.0.0.1:7946");
  const std::vector<std::vector<std::uint8_t>> keys{{1, 2, 3}};
  EXPECT_EQ(parsed(lines.keys(keys), "keys")["list"], Json::array({"AQID"}));
  EXPECT_EQ(parsed(lines.keys({}), "keys")["list"], Json::array());
  EXPECT_EQ(parsed(lines.stats({}), "stats")["packets_sent"], 0);
}

TEST(JsonLines, Traces) {
  const Traced join{Fact::Id::message_sent, "BROADCAST JOIN", "b", "incarnation", 3, true};
  Json json = parsed(lines.trace(join.fact), "trace");
  EXPECT_EQ(json["direction"], "sent");
  EXPECT_EQ(json["message"], "BROADCAST JOIN");
  EXPECT_EQ(json["peer"], "10.0.0.1:7946");
  EXPECT_EQ(json["node"], "b");
  EXPECT_EQ(json["incarnation"], 3);
  EXPECT_EQ(json["piggyback"], true);
  const Traced ack{Fact::Id::message_received, "ACK", "", "sequence", 7, false};
  json = parsed(lines.trace(ack.fact), "trace");
  EXPECT_EQ(json["direction"], "received");
  EXPECT_EQ(json["sequence"], 7);
  EXPECT_TRUE(json["incarnation"].is_null());
  EXPECT_EQ(json["piggyback"], false);
  EXPECT_FALSE(json.contains("node"));
}

TEST(JsonLines, NamesThatAreNoTextMakeNoInvalidLine) {
  const Json json = parsed(lines.event(event_of(Event::Kind::join, "\xFF\n")), "join");
  EXPECT_NE(json["node"], "");
}

}  // namespace
}  // namespace gossipod::cli
