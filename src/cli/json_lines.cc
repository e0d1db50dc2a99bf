#include "cli/json_lines.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>

#include "cli/text.h"

namespace gossipod::cli {
namespace {

using Json = nlohmann::ordered_json;

Json object(std::string_view kind) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {{"kind", kind}, {"t", std::chrono::duration<double>(now).count()}};
}

std::string line(const Json& json) {
  // Names need not be UTF-8 either; what is not is replaced, so that every line is valid JSON.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

template <class T>
Json problem(const Result<T>& result) {
  return result ? Json{} : Json(to_string(result.error()));
}

void set_bytes(Json& into, const std::string& name, const std::string& bytes) {
  if (is_utf8(bytes)) {
    into[name] = bytes;
  } else {
    into[name + "_hex"] = to_hex(bytes);
  }
}

void set_member(Json& into, const char* name, const Member& member) {
  into[name] = member.name;
  into["addr"] = to_string(member.endpoint);
  set_bytes(into, "meta", member.metadata);
  into["incarnation"] = member.incarnation.value();
}

void set_message(Json& into, const Event& event) {
  into["from"] = to_string(event.from);
  into["reliable"] = event.reliable;
  into["size"] = event.data.size();
  if (event.data.size() > shown_message_bytes) into["fnv1a"] = digest(event.data);
  set_bytes(into, "data", event.data);
}

}  // namespace

std::string JsonLines::ready(const Member& self) const {
  Json json = object("ready");
  json["name"] = self.name;
  json["addr"] = to_string(self.endpoint);
  return line(json);
}

std::string JsonLines::event(const Event& event) const {
  Json json = object(to_string(event.kind));
  switch (event.kind) {
    case Event::Kind::message:
      set_message(json, event);
      break;
    case Event::Kind::refuted:
      json["incarnation"] = event.member.incarnation.value();
      break;
    case Event::Kind::conflict:
      set_member(json, "node", event.member);
      json["other"] = to_string(event.other);
      break;
    default:
      set_member(json, "node", event.member);
      break;
  }
  if (!event.by.empty()) json["by"] = event.by;
  if (event.kind == Event::Kind::dead) json["confirmations"] = event.confirmations;
  return line(json);
}

std::string JsonLines::joined(const Result<JoinReport>& report) const {
  Json json = object("joined");
  json["contacted"] = report ? report->contacted() : 0;
  json["error"] = problem(report);
  if (report) {
    Json seeds = Json::array();
    for (const JoinReport::Seed& seed : report->seeds) {
      seeds.push_back({{"address", seed.address},
                       {"error", seed.error ? Json(to_string(*seed.error)) : Json{}}});
    }
    json["seeds"] = std::move(seeds);
  }
  return line(json);
}

std::string JsonLines::members(std::span<const Member> members) const {
  Json list = Json::array();
  for (const Member& member : members) {
    Json row = Json::object();
    set_member(row, "name", member);
    row["state"] = to_string(member.state);
    list.push_back(std::move(row));
  }
  Json json = object("members");
  json["list"] = std::move(list);
  return line(json);
}

std::string JsonLines::sent(const Result<void>& result) const {
  Json json = object("sent");
  json["error"] = problem(result);
  return line(json);
}

std::string JsonLines::pinged(std::string_view node, const Result<Duration>& round_trip) const {
  Json json = object("pinged");
  json["node"] = node;
  json["us"] =
      round_trip ? Json(std::chrono::duration<double, std::micro>(*round_trip).count()) : Json{};
  json["error"] = problem(round_trip);
  return line(json);
}

std::string JsonLines::left(const Result<void>& result) const {
  Json json = object("left");
  json["error"] = problem(result);
  return line(json);
}

std::string JsonLines::stats(const Stats& stats) const {
  Json json = object("stats");
  for (std::size_t i = 0; i < counter_count; ++i) {
    json[std::string{to_string(static_cast<Counter>(i))}] = stats.counters[i];
  }
  json["health_score"] = stats.health_score;
  json["queue_length"] = stats.queue_length;
  json["members_alive"] = stats.members_alive;
  json["members_suspect"] = stats.members_suspect;
  json["members_dead"] = stats.members_dead;
  json["members_left"] = stats.members_left;
  json["streams_open"] = stats.streams_open;
  json["primary_key_seals"] = stats.primary_key_seals;
  json["body"] = stats.body;
  return line(json);
}

std::string JsonLines::keys(std::span<const std::vector<std::uint8_t>> keys) const {
  Json json = object("keys");
  json["list"] = Json::array();
  for (const auto& key : keys) json["list"].push_back(to_base64(key));
  return line(json);
}

std::string JsonLines::removed(std::string_view node, const Result<void>& result) const {
  Json json = object("removed");
  json["node"] = node;
  json["error"] = problem(result);
  return line(json);
}

std::string JsonLines::trace(const Fact& fact) const {
  Json json = object("trace");
  json["direction"] = fact.id == Fact::Id::message_sent ? "sent" : "received";
  json["incarnation"] = Json{};  // of what is no claim about a member
  for (const auto& [name, value] : fact.fields) {
    const std::string key{name == "member" ? "node" : name};
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      if (!text->empty()) json[key] = *text;
    } else if (const auto* natural = std::get_if<std::uint64_t>(&value)) {
      json[key] = key == "piggyback" ? Json(*natural != 0) : Json(*natural);
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      json[key] = *integer;
    }
  }
  return line(json);
}

std::string JsonLines::failed(std::string_view command, std::string_view why) const {
  Json json = object("error");
  json["command"] = command;
  json["error"] = why;
  return line(json);
}

}  // namespace gossipod::cli
