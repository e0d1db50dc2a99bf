#include "explorer/trio.h"

#include <gossipod/limits.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "explorer/tongue.h"
#include "wire/stream_reader.h"
#include "wire/walk.h"

namespace gossipod::explorer {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t a = 0;
constexpr std::size_t c = 2;
constexpr Duration latency = 1ms;
// By then everybody must agree, at the latest: after three rounds of comparing everything, and long
// before the dead are forgotten, which would be another way back. Then they must go on agreeing for
// longer than a suspicion.
constexpr Duration time_to_agree = 20s;
constexpr Duration time_to_stay = 8s;

Config config_of(std::size_t who) {
  Config config;
  config.name = name_of(who);
  config.suspicious_timeout = 2s;
  config.ack_timeout = 300ms;
  config.gossip_interval = 500ms;
  config.gossip_nodes = 2;
  config.indirect_checks = 1;
  config.push_pull_interval = 5s;
  config.stream_fallback = false;
  return config;
}

}  // namespace

std::string_view to_string(Story story) {
  static constexpr std::array<std::string_view, 5> names{"crash", "accused", "buried", "leave",
                                                         "restart"};
  return names[static_cast<std::size_t>(story)];
}

Trio::Trio(Story story, const Path& path, std::size_t window, bool keep_log)
    : story_{story}, path_{path}, window_{window}, keep_log_{keep_log} {}

void Trio::start(std::size_t who) {
  const swim::NodeContext context{.seed = 11 + who + 100 * lives_++,
                                  .local = endpoint_of(who),
                                  .pool = pool_,
                                  .delegate = nullptr,
                                  .observer = nullptr,
                                  .counters = &counters_[who]};
  machines_[who].emplace(config_of(who), context, now_);
  seen_[who] = {};
  highest_[who] = std::max(highest_[who], look(who, who).incarnation);
}

void Trio::stop(std::size_t who) {
  machines_[who].reset();
  for (const Connection& connection : connections_) {
    for (std::size_t side = 0; side < 2; ++side) {
      if (connection.who[side] != who) continue;
      flying_.push_back({.kind = Flying::Kind::closed,
                         .from = who,
                         .to = connection.who[1 - side],
                         .stream = connection.id[1 - side],
                         .due = now_ + latency,
                         .bytes = {}});
    }
  }
}

void Trio::introduce(std::size_t who, std::size_t whom) {
  if (who == whom || !machines_[who]) return;
  machines_[who]->on_message(now_, {endpoint_of(whom), now_}, alive_claim(whom));
  collect(who);
}

Trio::Outcome Trio::run() {
  for (std::size_t who = 0; who < nodes; ++who) start(who);
  for (std::size_t who = 0; who < nodes; ++who) {
    for (std::size_t whom = 0; whom < nodes; ++whom) introduce(who, whom);
  }
  befall();
  while (outcome_.broken.empty() && outcome_.options.size() < window_) step();
  if (story_ == Story::leave) stop(c);
  log("from here on nothing is lost");
  for (Flying& late : std::exchange(held_, {})) {
    late.due = now_ + latency;
    flying_.push_back(std::move(late));
  }
  const TimePoint end = now_ + time_to_agree;
  TimePoint agreed_since = never;
  while (outcome_.broken.empty()) {
    if (!agreed()) {
      agreed_since = never;
      if (now_ >= end) {
        outcome_.broken = "they never come to agree: " + beliefs();
        break;
      }
    } else if (agreed_since == never) {
      agreed_since = now_;
    } else if (now_ - agreed_since >= time_to_stay) {
      break;
    }
    step();
  }
  return std::move(outcome_);
}

void Trio::befall() {
  log(std::string{to_string(story_)});
  switch (story_) {
    case Story::crash:
      stop(c);
      break;
    case Story::accused:
      machines_[a]->on_message(now_, {endpoint_of(1), now_},
                               wire::Suspect{Incarnation{1}, name_of(c), name_of(1)});
      collect(a);
      break;
    case Story::buried:
      machines_[a]->on_message(now_, {endpoint_of(1), now_},
                               wire::Dead{Incarnation{1}, name_of(c), name_of(1)});
      collect(a);
      break;
    case Story::leave:
      machines_[c]->leave(now_, 0);
      collect(c);
      break;
    case Story::restart:
      stop(c);
      start(c);
      introduce(c, 0);
      introduce(c, 1);
      break;
  }
}

TimePoint Trio::next_deadline() const {
  TimePoint next = never;
  for (const auto& machine : machines_) {
    if (machine) next = std::min(next, machine->next_deadline());
  }
  return next;
}

void Trio::step() {
  const TimePoint deadline = next_deadline();
  if (!flying_.empty() && flying_.front().due < deadline) {
    now_ = std::max(now_, flying_.front().due);
    const Flying::Kind kind = flying_.front().kind;
    const bool decided = kind == Flying::Kind::datagram || kind == Flying::Kind::open;
    if (decided && outcome_.options.size() < window_) return decide();
    const Flying front = std::move(flying_.front());
    flying_.pop_front();
    return arrive(front);
  }
  now_ = deadline;
  for (std::size_t who = 0; who < nodes; ++who) {
    if (!machines_[who] || machines_[who]->next_deadline() > now_) continue;
    machines_[who]->on_deadline(now_);
    collect(who);
  }
}

void Trio::decide() {
  const std::size_t at = outcome_.options.size();
  const bool stream = flying_.front().kind == Flying::Kind::open;
  // A stream opens or is refused.
  const std::size_t options = stream ? 2 : release + held_.size();
  outcome_.options.push_back(static_cast<std::uint8_t>(options));
  std::uint8_t option = deliver;
  if (deviation_ < path_.size() && path_[deviation_].at == at) option = path_[deviation_++].option;
  if (option >= release) {
    const auto which = held_.begin() + (option - release);
    const Flying late = std::move(*which);
    held_.erase(which);
    log("  late:");
    return arrive(late);
  }
  Flying front = std::move(flying_.front());
  flying_.pop_front();
  if (stream) return arrive_open(front, option != deliver);
  if (option == deliver) return arrive(front);
  if (keep_log_) log((option == lose ? "  LOST " : "  HELD ") + describe(*front.bytes));
  if (option == hold) held_.push_back(std::move(front));
}

void Trio::arrive(const Flying& what) {
  if (what.kind == Flying::Kind::open) return arrive_open(what, false);
  if (!machines_[what.to]) return;
  swim::Node& node = *machines_[what.to];
  switch (what.kind) {
    case Flying::Kind::datagram:
      arrive_datagram(what);
      break;
    case Flying::Kind::bytes: {
      wire::StreamReader reader;
      if (reader.read(*what.bytes) != wire::StreamReader::Status::message) {
        outcome_.broken = "a stream carries what does not decode";
        return;
      }
      node.on_stream_message(now_, what.stream, endpoint_of(what.from), reader.message());
      break;
    }
    case Flying::Kind::open:  // went above
    case Flying::Kind::closed:
      node.on_stream_closed(now_, what.stream, nullptr);
      break;
  }
  collect(what.to);
}

void Trio::arrive_datagram(const Flying& what) {
  if (keep_log_) {
    log("  " + std::string{name_of(what.from)} + " to " + std::string{name_of(what.to)} + ": " +
        describe(*what.bytes));
  }
  Reporter reporter{nullptr, &counters_[what.to]};
  wire::Walk walk{*what.bytes, scratch_, reporter};
  while (const auto message = walk.next()) {
    machines_[what.to]->on_message(now_, {endpoint_of(what.from), now_}, *message);
    ++outcome_.steps;
    watch(what.to);
  }
}

void Trio::arrive_open(const Flying& what, bool refused) {
  if (!machines_[what.from]) return;
  if (refused || !machines_[what.to]) {
    log("  " + std::string{name_of(what.from)} + " gets no stream to " +
        std::string{name_of(what.to)});
    const Error error{Errc::connection_failed, {}, "refused"};
    machines_[what.from]->on_stream_closed(now_, what.stream, &error);
    return collect(what.from);
  }
  log("  " + std::string{name_of(what.from)} + " and " + std::string{name_of(what.to)} +
      " compare all they know");
  const StreamId theirs{StreamId::incoming_bit | next_incoming_++};
  connections_.push_back({{what.from, what.to}, {what.stream, theirs}});
  machines_[what.from]->on_stream_opened(now_, what.stream);
  collect(what.from);
}

void Trio::collect(std::size_t who) {
  swim::Node& node = *machines_[who];
  ++outcome_.steps;
  std::array<std::uint8_t, limits::packet_bytes> out{};
  while (const auto transmit = node.poll_transmit(now_, out)) {
    for (std::size_t to = 0; to < nodes; ++to) {
      if (endpoint_of(to) != transmit->to.endpoint) continue;
      const auto size = static_cast<std::ptrdiff_t>(transmit->bytes);
      flying_.push_back(
          {.kind = Flying::Kind::datagram,
           .from = who,
           .to = to,
           .due = now_ + latency,
           .bytes = std::make_shared<const LargeBytes>(out.begin(), out.begin() + size)});
    }
  }
  while (const auto wanted = node.poll_stream()) order(who, *wanted);
  while (node.poll_event()) {
  }
  node.check_invariants();
  watch(who);
}

void Trio::order(std::size_t who, const swim::StreamOrder& order) {
  if (order.kind == swim::StreamOrder::Kind::open) {
    for (std::size_t to = 0; to < nodes; ++to) {
      if (endpoint_of(to) != order.peer.endpoint) continue;
      flying_.push_back({.kind = Flying::Kind::open,
                         .from = who,
                         .to = to,
                         .stream = order.stream,
                         .due = now_ + latency,
                         .bytes = {}});
    }
    return;
  }
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    const Connection connection = connections_[i];
    for (std::size_t side = 0; side < 2; ++side) {
      if (connection.who[side] != who || connection.id[side] != order.stream) continue;
      const std::size_t other = 1 - side;
      const bool write = order.kind == swim::StreamOrder::Kind::write;
      flying_.push_back({.kind = write ? Flying::Kind::bytes : Flying::Kind::closed,
                         .from = who,
                         .to = connection.who[other],
                         .stream = connection.id[other],
                         .due = now_ + latency,
                         .bytes = order.bytes});
      if (!write) connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }
}

void Trio::log(std::string line) {
  if (!keep_log_) return;
  char when[32];
  const auto passed = std::chrono::duration<double>(now_.time_since_epoch() - 1h).count();
  std::snprintf(when, sizeof when, "%8.3f s ", passed);
  outcome_.log.push_back(when + std::move(line));
}

}  // namespace gossipod::explorer
