// A machine on the bench: one swim::Node that is told things and asked what it wants, nothing else.
#pragma once

#include <gossipod/limits.h>
#include <gossipod/swim/node.h>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wire/codec.h"
#include "wire/walk.h"

namespace gossipod::swim::test {

using namespace std::chrono_literals;

inline constexpr std::array<std::uint8_t, 6> versions{1, 5, 2, 0, 0, 0};

inline Endpoint endpoint_of(std::uint8_t last) {
  return *Endpoint::from_ip("10.0.0." + std::to_string(last), 7946);
}

inline Config default_config() {
  Config config;
  config.name = "a";
  config.push_pull_interval = Duration{0};
  config.gossip_interval = Duration{0};
  return config;
}

// A packet that the machine wanted sent, decoded again.
struct Sent {
  Endpoint to;
  bool crc = false;
  std::vector<std::uint8_t> bytes;
  std::vector<wire::Message> messages;  // views into bytes

  template <class M>
  [[nodiscard]] const M* first() const {
    for (const wire::Message& message : messages) {
      if (const M* found = std::get_if<M>(&message)) return found;
    }
    return nullptr;
  }
};

class MachineBench {
 public:
  explicit MachineBench(Config given = default_config(), Delegate* delegate = nullptr,
                        std::uint64_t seed = 1, Observer* observer = nullptr,
                        bool sends_from_local = false,
                        std::shared_ptr<IdentityPool> names = nullptr)
      : pool{names ? std::move(names) : std::make_shared<IdentityPool>(7)},
        config{std::move(given)},
        node{config,
             NodeContext{.seed = seed,
                         .local = endpoint_of(1),
                         .sends_from_local = sends_from_local,
                         .pool = pool,
                         .delegate = delegate,
                         .observer = observer,
                         .counters = &counters},
             now} {}

  // --- Telling it things ------------------------------------------------------------------------
  void hear(const wire::Message& message, const Endpoint& from = endpoint_of(9)) {
    node.on_message(now, {from, now}, message);
    node.check_invariants();
  }
  // Not the first of its datagram.
  void hear_behind(const wire::Message& message, const Endpoint& from = endpoint_of(9)) {
    node.on_message(now, {from, now, true}, message);
    node.check_invariants();
  }
  void hear_alive(std::string_view name, std::uint8_t last, std::uint32_t incarnation,
                  std::string_view metadata = {}) {
    const Endpoint endpoint = endpoint_of(last);
    hear(wire::Alive{.incarnation = Incarnation{incarnation},
                     .node = name,
                     .address = endpoint.address(),
                     .port = endpoint.port,
                     .metadata = metadata.empty() ? Bytes{} : as_bytes(metadata),
                     .versions = versions});
  }
  void hear_suspect(std::string_view name, std::uint32_t incarnation, std::string_view from) {
    hear(wire::Suspect{.incarnation = Incarnation{incarnation}, .node = name, .from = from});
  }
  void hear_dead(std::string_view name, std::uint32_t incarnation, std::string_view from) {
    hear(wire::Dead{.incarnation = Incarnation{incarnation}, .node = name, .from = from});
  }
  // Time passes, deadline by deadline, as in a loop that is never late.
  void pass(Duration span) {
    const TimePoint end = now + span;
    while (node.next_deadline() <= end) {
      ASSERT_GE(node.next_deadline(), now);
      now = node.next_deadline();
      node.on_deadline(now);
      node.check_invariants();
      collect();
    }
    now = end;
  }

  // --- Asking what it wants ---------------------------------------------------------------------
  void collect() {
    std::array<std::uint8_t, limits::packet_bytes> out{};
    while (const auto transmit = node.poll_transmit(now, out)) {
      ASSERT_GT(transmit->bytes, 0u);
      Sent& one = *outbox.emplace_back(std::make_unique<Sent>());
      one.to = transmit->to.endpoint;
      one.crc = transmit->wants_crc;
      one.bytes.assign(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(transmit->bytes));
      Counters ignored;
      Reporter reporter{nullptr, &ignored};
      wire::Walk walk{one.bytes, scratch, reporter};
      while (const auto message = walk.next()) one.messages.push_back(*message);
    }
    while (auto order = node.poll_stream()) orders.push_back(std::move(*order));
    while (auto event = node.poll_event()) events.push_back(std::move(*event));
  }
  std::vector<std::unique_ptr<Sent>> sent() {
    collect();
    return std::exchange(outbox, {});
  }
  std::vector<StreamOrder> streams() {
    collect();
    return std::exchange(orders, {});
  }
  // "join b, suspect c": everything since the last call, but for operations.
  std::string story() {
    collect();
    static constexpr std::array names{"join",    "leave",  "dead",    "suspect",
                                      "alive",   "update", "refuted", "conflict",
                                      "message", "done",   "pong"};
    std::string text;
    for (const Event& event : std::exchange(events, {})) {
      if (!text.empty()) text += ", ";
      text += names[static_cast<std::size_t>(event.kind)];
      if (event.who) text += " " + std::string{event.who->name()};
    }
    return text;
  }
  // "alive/1", "none".
  [[nodiscard]] std::string belief(std::string_view name) const {
    const auto index = node.find(name);
    if (!index) return "none";
    const MemberView view = node.member(*index);
    return std::string{to_string(view.state)} + "/" + std::to_string(view.incarnation.value());
  }
  // What is told about `name` in the next packet of gossip: answers a ping to carry it.
  std::vector<std::unique_ptr<Sent>> provoke() {
    sent();
    hear(wire::Ping{.sequence = SequenceNumber{7},
                    .node = {},
                    .source_address = {},
                    .source_port = 0,
                    .source_node = {}});
    return sent();
  }

  std::shared_ptr<IdentityPool> pool;
  Counters counters;
  Config config;
  TimePoint now{1h};
  Node node;
  std::vector<std::uint8_t> scratch;
  std::vector<std::unique_ptr<Sent>> outbox;
  std::vector<StreamOrder> orders;
  std::vector<Event> events;
};

}  // namespace gossipod::swim::test
