#include "support/ring.h"

#include <gossipod/limits.h>

#include <algorithm>
#include <array>

#include "wire/walk.h"

namespace gossipod::test {
namespace {

constexpr Duration latency = std::chrono::microseconds{500};
constexpr std::array<std::uint8_t, 6> versions{1, 5, 2, 0, 0, 0};

std::string name_of(std::size_t who) { return "m" + std::to_string(who); }

Endpoint endpoint_of(std::size_t who) {
  Endpoint endpoint = *Endpoint::from_ip("10.0.0.0", 7946);
  for (std::size_t i = 0; i < 3; ++i) {
    endpoint.ip[15 - i] = static_cast<std::uint8_t>((who + 1) >> (8 * i));
  }
  return endpoint;
}

std::size_t at_endpoint(const Endpoint& endpoint) {
  std::size_t who = 0;
  for (std::size_t i = 13; i < 16; ++i) who = who * 256 + endpoint.ip[i];
  return who - 1;
}

}  // namespace

Ring::Ring(std::size_t members, const Config& config, std::uint64_t seed)
    : pool_{std::make_shared<swim::IdentityPool>(seed)},
      counters_(members),
      silent_(members),
      scheduled_(members, never) {
  machines_.reserve(members);
  for (std::size_t who = 0; who < members; ++who) {
    Config mine = config;
    mine.name = name_of(who);
    machines_.emplace_back(mine,
                           swim::NodeContext{.seed = seed * 1'000'003 + who,
                                             .local = endpoint_of(who),
                                             .pool = pool_,
                                             .delegate = nullptr,
                                             .observer = nullptr,
                                             .counters = &counters_[who]},
                           now_);
  }
  for (std::size_t who = 0; who < members; ++who) {
    for (std::size_t whom = 0; whom < members; ++whom) {
      if (who != whom) introduce(who, whom, Incarnation{1});
    }
    schedule(who);
  }
  forget_what_is_told();
}

void Ring::introduce(std::size_t who, std::size_t whom, Incarnation incarnation) {
  const std::string name = name_of(whom);
  const Endpoint endpoint = endpoint_of(whom);
  machines_[who].on_message(now_, {endpoint, now_},
                            wire::Alive{.incarnation = incarnation,
                                        .node = name,
                                        .address = endpoint.address(),
                                        .port = endpoint.port,
                                        .metadata = {},
                                        .versions = versions});
  while (machines_[who].poll_event()) {
  }
}

// Pings from nobody, whose answers carry it all away.
void Ring::forget_what_is_told() {
  std::array<std::uint8_t, limits::packet_bytes> out{};
  for (std::size_t who = 0; who < size(); ++who) {
    Stats stats;
    for (machines_[who].fill(stats); stats.queue_length > 0; machines_[who].fill(stats)) {
      for (std::size_t i = 0; i <= stats.queue_length / 8; ++i) {
        machines_[who].on_message(now_, {endpoint_of(size()), now_}, wire::Ping{});
        while (machines_[who].poll_transmit(now_, out)) {
        }
      }
    }
    schedule(who);
  }
}

void Ring::schedule(std::size_t who) {
  const TimePoint next = silent_[who] ? never : machines_[who].next_deadline();
  if (next == scheduled_[who]) return;
  scheduled_[who] = next;
  if (next != never) deadlines_.push({next, static_cast<std::uint32_t>(who)});
}

void Ring::run_until(TimePoint end) {
  for (;;) {
    while (!deadlines_.empty() && deadlines_.top().at != scheduled_[deadlines_.top().who]) {
      deadlines_.pop();
    }
    const TimePoint deadline = deadlines_.empty() ? never : deadlines_.top().at;
    const TimePoint arrival = flying_.empty() ? never : flying_.front().due;
    if (std::min(deadline, arrival) > end) break;
    if (arrival <= deadline) {
      now_ = arrival;
      const Datagram datagram = std::move(flying_.front());
      flying_.pop_front();
      deliver(datagram);
    } else {
      const std::size_t who = deadlines_.top().who;
      deadlines_.pop();
      now_ = deadline;
      scheduled_[who] = never;
      machines_[who].on_deadline(now_);
      collect(who);
    }
  }
  now_ = end;
}

void Ring::round(Duration interval) {
  now_ += interval;
  for (std::size_t who = 0; who < size(); ++who) {
    machines_[who].on_deadline(now_);
    collect(who);
  }
  while (!flying_.empty()) {
    const Datagram datagram = std::move(flying_.front());
    flying_.pop_front();
    deliver(datagram);
  }
}

void Ring::deliver(const Datagram& datagram) {
  if (silent_[datagram.to]) return;
  ++received_;
  Reporter reporter{nullptr, &counters_[datagram.to]};
  wire::Walk walk{datagram.bytes, scratch_, reporter};
  const Arrival arrival{endpoint_of(datagram.from), now_};
  while (const auto message = walk.next()) {
    if (on_ping && std::holds_alternative<wire::Ping>(*message))
      on_ping(datagram.from, datagram.to);
    machines_[datagram.to].on_message(now_, arrival, *message);
  }
  collect(datagram.to);
}

void Ring::collect(std::size_t who) {
  swim::Node& node = machines_[who];
  std::array<std::uint8_t, limits::packet_bytes> out;
  while (const auto transmit = node.poll_transmit(now_, out)) {
    const std::size_t to = at_endpoint(transmit->to.endpoint);
    if (to >= size()) continue;
    ++sent_;
    const auto bytes = static_cast<std::ptrdiff_t>(transmit->bytes);
    flying_.push_back({now_ + latency,
                       static_cast<std::uint32_t>(who),
                       static_cast<std::uint32_t>(to),
                       {out.begin(), out.begin() + bytes}});
  }
  while (const auto order = node.poll_stream()) {
    if (order->kind != swim::StreamOrder::Kind::open) continue;
    const Error error{Errc::connection_failed, {}, "there are no streams here"};
    node.on_stream_closed(now_, order->stream, &error);
  }
  while (const auto event = node.poll_event()) {
    if (on_event) on_event(who, *event);
  }
  schedule(who);
}

void Ring::silence(std::size_t who) {
  silent_[who] = true;
  scheduled_[who] = never;
}

void Ring::resume(std::size_t who) {
  silent_[who] = false;
  schedule(who);
}

void Ring::revive(std::size_t who) {
  silent_[who] = false;
  const Incarnation old = incarnation(who, who);
  machines_[who].on_deadline(now_);
  machines_[who].on_message(now_, {}, wire::Suspect{old, name_of(who), "nobody"});
  collect(who);
  const Incarnation answer = incarnation(who, who);
  for (std::size_t other = 0; other < size(); ++other) {
    if (other == who) continue;
    introduce(other, who, answer);
    schedule(other);
  }
}

void Ring::set_metadata(std::size_t who, std::string_view metadata) {
  machines_[who].set_metadata(now_, 0, metadata);
  collect(who);
}

Incarnation Ring::incarnation(std::size_t who, std::size_t whom) const {
  const auto index = machines_[who].find(name_of(whom));
  return index ? machines_[who].member(*index).incarnation : Incarnation{};
}

}  // namespace gossipod::test
