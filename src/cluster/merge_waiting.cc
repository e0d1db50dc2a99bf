#include "cluster/merge_waiting.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace gossipod::cluster {
namespace {

using Kind = Event::Kind;

// What an application believes of one member.
enum class Told { absent, alive, suspect };

// Events of one member, in order, as places in the queue.
using Places = std::span<const std::size_t>;

std::optional<Told> after(Kind kind) {
  switch (kind) {
    case Kind::join:
    case Kind::alive:
      return Told::alive;
    case Kind::suspect:
      return Told::suspect;
    case Kind::leave:
    case Kind::dead:
      return Told::absent;
    default:
      return std::nullopt;
  }
}

Told before(Kind kind) {
  switch (kind) {
    case Kind::join:
      return Told::absent;
    case Kind::alive:
      return Told::suspect;
    default:
      return Told::alive;  // of the lost: or suspect, which makes no difference
  }
}

struct Summary {
  std::optional<Told> from, to;  // none: only told of changes that are no change of state
  bool lost = false;             // at least once
  std::array<std::optional<std::size_t>, 9> last{};  // by kind
  std::optional<std::size_t> newest;                 // that says who the member is now
};

Summary summarize(const std::vector<WaitingEvent>& events, Places places) {
  Summary summary;
  for (const std::size_t place : places) {
    const Kind kind = events[place].kind;
    summary.last[static_cast<std::size_t>(kind)] = place;
    if (kind != Kind::conflict && kind != Kind::refuted) summary.newest = place;
    const auto state = after(kind);
    if (!state) continue;
    if (!summary.from) summary.from = before(kind);
    summary.to = state;
    summary.lost = summary.lost || state == Told::absent;
  }
  return summary;
}

// What to tell of one member, in order.
std::vector<Kind> way(const Summary& summary) {
  std::vector<Kind> kinds;
  const auto has = [&](Kind kind) { return summary.last[static_cast<std::size_t>(kind)]; };
  const bool known = summary.from != Told::absent;
  const bool rejoined = summary.to && summary.to != Told::absent && (!known || summary.lost);
  if (known && summary.lost) {
    const bool left = has(Kind::leave) && (!has(Kind::dead) || has(Kind::leave) > has(Kind::dead));
    kinds.push_back(left ? Kind::leave : Kind::dead);
  }
  if (rejoined) {
    kinds.push_back(Kind::join);
    if (summary.to == Told::suspect) kinds.push_back(Kind::suspect);
  } else if (known && !summary.lost) {
    if (has(Kind::update)) kinds.push_back(Kind::update);
    if (summary.from != summary.to) {
      kinds.push_back(summary.to == Told::suspect ? Kind::suspect : Kind::alive);
    }
  }
  if (has(Kind::conflict)) kinds.push_back(Kind::conflict);
  if (has(Kind::refuted)) kinds.push_back(Kind::refuted);
  return kinds;
}

std::vector<WaitingEvent> merged(std::vector<WaitingEvent>& events, Places places) {
  const Summary summary = summarize(events, places);
  // Read before anything is moved away.
  swim::IdentityRef who;
  Incarnation incarnation;
  if (summary.newest) {
    who = events[*summary.newest].who;
    incarnation = events[*summary.newest].incarnation;
  }
  std::vector<WaitingEvent> told;
  for (const Kind kind : way(summary)) {
    told.push_back(std::move(events[*summary.last[static_cast<std::size_t>(kind)]]));
    if (kind == Kind::join || kind == Kind::update) {
      told.back().who = who;
      told.back().incarnation = incarnation;
    }
  }
  return told;
}

}  // namespace

void merge_waiting(std::vector<WaitingEvent>& events) {
  std::vector<std::size_t> order;
  order.reserve(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].kind != Kind::message) order.push_back(i);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return events[i].who->name(); });

  std::map<std::size_t, std::vector<WaitingEvent>> told_at;  // by the place of the first
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first + 1;
    const std::string_view name = events[order[first]].who->name();
    while (last < order.size() && events[order[last]].who->name() == name) ++last;
    const std::size_t place = order[first];
    told_at[place] = merged(events, Places{order}.subspan(first, last - first));
    first = last;
  }

  std::vector<WaitingEvent> next;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (const auto told = told_at.find(i); told != told_at.end()) {
      std::ranges::move(told->second, std::back_inserter(next));
    } else if (events[i].kind == Kind::message) {
      next.push_back(std::move(events[i]));
    }
  }
  events = std::move(next);
}

}  // namespace gossipod::cluster
