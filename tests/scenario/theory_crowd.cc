#include "scenario/theory_crowd.h"

#include <gossipod/limits.h>

#include <array>
#include <utility>

#include "wire/walk.h"

namespace gossipod::theory {
namespace {

constexpr std::array<std::uint8_t, 6> versions{1, 5, 2, 0, 0, 0};

Endpoint endpoint_of(std::size_t number) {
  Endpoint endpoint = *Endpoint::from_ip("10.0.0.0", 7946);
  for (std::size_t i = 0; i < 3; ++i) {
    endpoint.ip[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return endpoint;
}

Config named(Config config) {
  config.name = "self";
  return config;
}

}  // namespace

Crowd::Crowd(std::size_t members, Config config)
    : node_{named(std::move(config)),
            {.seed = 1,
             .local = endpoint_of(0xffffff),
             .pool = pool_,
             .delegate = nullptr,
             .observer = nullptr,
             .counters = &counters_},
            now_} {
  for (std::size_t i = 0; i + 1 < members; ++i) alive("p" + std::to_string(i), 1);
  say_everything();
}

void Crowd::alive(std::string_view name, std::uint32_t incarnation) {
  const Endpoint endpoint = endpoint_of(std::stoul(std::string{name.substr(1)}));
  node_.on_message(now_, {endpoint, now_},
                   wire::Alive{.incarnation = Incarnation{incarnation},
                               .node = name,
                               .address = endpoint.address(),
                               .port = endpoint.port,
                               .metadata = {},
                               .versions = versions});
  collect();
}

void Crowd::suspect(std::string_view name, std::uint32_t incarnation, std::string_view from) {
  node_.on_message(now_, {}, wire::Suspect{Incarnation{incarnation}, name, from});
  collect();
}

// Pings from nobody, whose answers carry it all away.
void Crowd::say_everything() {
  Stats stats;
  for (node_.fill(stats); stats.queue_length > 0; node_.fill(stats)) {
    node_.on_message(now_, {endpoint_of(0xfffffe), now_}, wire::Ping{});
    collect();
  }
}

std::uint32_t Crowd::health() const {
  Stats stats;
  node_.fill(stats);
  return static_cast<std::uint32_t>(stats.health_score);
}

void Crowd::run_for(Duration span) {
  const TimePoint end = now_ + span;
  while (node_.next_deadline() <= end) {
    now_ = node_.next_deadline();
    node_.on_deadline(now_);
    collect();
  }
  now_ = end;
}

void Crowd::run_until(const std::function<bool()>& happened) {
  const TimePoint end = now_ + std::chrono::hours{1};
  while (!happened() && node_.next_deadline() <= end) {
    now_ = node_.next_deadline();
    node_.on_deadline(now_);
    collect();
  }
}

void Crowd::collect() {
  std::array<std::uint8_t, limits::packet_bytes> out{};
  std::vector<wire::Ack> answers;
  do {
    for (const wire::Ack& ack : std::exchange(answers, {})) node_.on_message(now_, {{}, now_}, ack);
    while (const auto transmit = node_.poll_transmit(now_, out)) {
      const Endpoint to = transmit->to.endpoint;
      Reporter reporter{nullptr, &counters_};
      wire::Walk walk{Bytes{out}.first(transmit->bytes), scratch_, reporter};
      while (const auto message = walk.next()) {
        if (on_sent) on_sent(to, *message);
        const auto* ping = std::get_if<wire::Ping>(&*message);
        if (ping != nullptr && !deaf_.contains(ping->node)) answers.push_back({ping->sequence, {}});
      }
    }
  } while (!answers.empty());
  while (const auto order = node_.poll_stream()) {
    if (order->kind != swim::StreamOrder::Kind::open) continue;
    if (on_stream) on_stream();
    const Error error{Errc::connection_failed, {}, "there are no streams here"};
    node_.on_stream_closed(now_, order->stream, &error);
  }
  while (const auto event = node_.poll_event()) {
    if (on_event) on_event(*event);
  }
}

}  // namespace gossipod::theory
