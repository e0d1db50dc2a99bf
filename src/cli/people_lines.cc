#include "cli/people_lines.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "cli/text.h"

namespace gossipod::cli {
namespace {

constexpr fmt::terminal_color good = fmt::terminal_color::green;
constexpr fmt::terminal_color bad = fmt::terminal_color::red;
constexpr fmt::terminal_color doubtful = fmt::terminal_color::yellow;
constexpr fmt::terminal_color calm = fmt::terminal_color::cyan;

// Of columns; what is longer shifts the rest of its line.
constexpr std::size_t name_width = 16;
constexpr std::size_t address_width = 21;  // 255.255.255.255:65535
constexpr std::size_t words_width = 17;    // BROADCAST SUSPECT

std::string painted(std::string_view text, fmt::terminal_color colour, bool coloured) {
  return coloured ? fmt::format(fmt::fg(colour), "{}", text) : std::string{text};
}

fmt::terminal_color colour_of(MemberState state) {
  switch (state) {
    case MemberState::alive:
      return good;
    case MemberState::suspect:
      return doubtful;
    case MemberState::dead:
      return bad;
    case MemberState::left:
      return calm;
  }
  return calm;
}

fmt::terminal_color colour_of(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::join:
    case Event::Kind::alive:
      return good;
    case Event::Kind::dead:
      return bad;
    case Event::Kind::suspect:
    case Event::Kind::refuted:
    case Event::Kind::conflict:
      return doubtful;
    case Event::Kind::leave:
    case Event::Kind::update:
    case Event::Kind::message:
      return calm;
  }
  return calm;
}

// How many columns it takes. Characters that are wide or have no width are not told apart.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) >> 6) != 2; }));
}

std::string padded(std::string_view text, std::size_t width, bool to_the_right = false) {
  const std::string blanks(width - std::min(width, width_of(text)), ' ');
  return to_the_right ? blanks + std::string{text} : std::string{text} + blanks;
}

std::string shown_metadata(const std::string& metadata) {
  return metadata.empty() ? "" : fmt::format("  \"{}\"", escaped(metadata));
}

std::string shown_message(const Event& event) {
  const std::string from = to_string(event.from);
  if (event.data.size() > shown_message_bytes) {
    return fmt::format("from {}: {} bytes, fnv1a {}", from, event.data.size(), digest(event.data));
  }
  return fmt::format("from {}: {}", from, escaped(event.data));
}

}  // namespace

std::string members_table(std::span<const Member> members, bool coloured) {
  using Row = std::array<std::string, 5>;
  std::vector<Row> rows{{"NAME", "ADDRESS", "STATE", "INCARNATION", "METADATA"}};
  for (const Member& member : members) {
    rows.push_back({escaped(member.name), to_string(member.endpoint), to_string(member.state),
                    fmt::format("{}", member.incarnation.value()), escaped(member.metadata)});
  }
  std::array<std::size_t, 5> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string table;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const Row& row = rows[r];
    // Padded first: the codes of a colour have no width.
    std::string state = padded(row[2], widths[2]);
    if (r > 0) state = painted(state, colour_of(members[r - 1].state), coloured);
    std::string text =
        fmt::format("{}  {}  {}  {}  {}", padded(row[0], widths[0]), padded(row[1], widths[1]),
                    state, padded(row[3], widths[3], true), row[4]);
    text.erase(text.find_last_not_of(' ') + 1);
    table += text + "\n";
  }
  return table;
}

std::string PeopleLines::news(std::string_view kind, fmt::terminal_color colour,
                              std::string_view rest) const {
  const auto now = std::chrono::system_clock::now();
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  const auto fraction = std::chrono::duration_cast<std::chrono::milliseconds>(now - second);
  return fmt::format("{:%H:%M:%S}.{:03}  {}  {}\n",
                     fmt::localtime(std::chrono::system_clock::to_time_t(second)), fraction.count(),
                     painted(fmt::format("{:<8}", kind), colour, coloured_), rest);
}

std::string PeopleLines::problem(std::string_view what, const Error& error) const {
  return news("error", bad, fmt::format("{}: {}", what, escaped(to_string(error))));
}

std::string PeopleLines::ready(const Member& self) const {
  return news("ready", good, fmt::format("{}  {}", escaped(self.name), to_string(self.endpoint)));
}

std::string PeopleLines::event(const Event& event) const {
  const std::string who = fmt::format("{}  {}", padded(escaped(event.member.name), name_width),
                                      padded(to_string(event.member.endpoint), address_width));
  const std::string by =
      event.by.empty() ? "" : fmt::format("  according to {}", escaped(event.by));
  std::string rest;
  switch (event.kind) {
    case Event::Kind::message:
      rest = shown_message(event);
      break;
    case Event::Kind::refuted:
      rest = fmt::format("we are alive, incarnation {}{}", event.member.incarnation.value(), by);
      break;
    case Event::Kind::conflict:
      rest = fmt::format("{}  also claimed by {}", who, to_string(event.other));
      break;
    default:
      rest = who + shown_metadata(event.member.metadata) + by;
      rest.erase(rest.find_last_not_of(' ') + 1);
      break;
  }
  return news(to_string(event.kind), colour_of(event.kind), rest);
}

std::string PeopleLines::joined(const Result<JoinReport>& report) const {
  if (!report) return problem("join", report.error());
  std::string text =
      news("joined", good,
           fmt::format("{} of {} seeds answered", report->contacted(), report->seeds.size()));
  for (const JoinReport::Seed& seed : report->seeds) {
    if (seed.error) text += problem(escaped(seed.address), *seed.error);
  }
  return text;
}

std::string PeopleLines::members(std::span<const Member> members) const {
  return members_table(members, coloured_);
}

std::string PeopleLines::sent(const Result<void>& result) const {
  return result ? news("sent", calm, "") : problem("send", result.error());
}

std::string PeopleLines::pinged(std::string_view node, const Result<Duration>& round_trip) const {
  if (!round_trip) return problem("ping", round_trip.error());
  const std::chrono::duration<double, std::milli> ms = *round_trip;
  return news("pinged", good, fmt::format("{}  {:.3f} ms", escaped(node), ms.count()));
}

std::string PeopleLines::left(const Result<void>& result) const {
  return result ? news("left", calm, "the others know") : problem("leave", result.error());
}

std::string PeopleLines::stats(const Stats& stats) const {
  std::string text = fmt::format(
      "health {} (0 is well), {} waiting to be told, {} streams, transport {}\n"
      "members: {} alive, {} suspect, {} dead, {} left\n",
      stats.health_score, stats.queue_length, stats.streams_open, stats.body, stats.members_alive,
      stats.members_suspect, stats.members_dead, stats.members_left);
  for (std::size_t i = 0; i < counter_count; ++i) {
    if (stats.counters[i] == 0) continue;
    text += fmt::format("{:<26} {:>12}\n", to_string(static_cast<Counter>(i)), stats.counters[i]);
  }
  return text;
}

std::string PeopleLines::keys(std::span<const std::vector<std::uint8_t>> keys) const {
  if (keys.empty()) return "no keys: nothing is encrypted\n";
  std::string text;
  for (const auto& key : keys) {
    text += fmt::format("{}{}\n", to_base64(key), text.empty() ? "  (seals)" : "");
  }
  return text;
}

std::string PeopleLines::removed(std::string_view node, const Result<void>& result) const {
  return result ? news("removed", calm, escaped(node)) : problem("remove", result.error());
}

std::string PeopleLines::trace(const Fact& fact) const {
  std::string_view message;
  std::string_view peer;
  std::string_view about;
  std::string rest;
  for (const auto& [name, value] : fact.fields) {
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      (name == "message" ? message : name == "peer" ? peer : about) = *text;
    } else if (const auto* number = std::get_if<std::uint64_t>(&value)) {
      if (name != "piggyback") {
        rest += fmt::format("  {} {}", name, *number);
      } else if (*number != 0) {
        rest += "  piggyback";
      }
    }
  }
  if (!about.empty()) rest = "  " + padded(escaped(about), name_width) + rest;
  return news(
      fact.id == Fact::Id::message_sent ? "sent to" : "got from", calm,
      fmt::format("{}  {}{}", padded(peer, address_width), padded(message, words_width), rest));
}

std::string PeopleLines::failed(std::string_view command, std::string_view why) const {
  return news("error", bad, fmt::format("{}: {}", escaped(command), escaped(why)));
}

}  // namespace gossipod::cli
