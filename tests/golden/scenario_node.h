// ScenarioNode: one whole member, session and machine, in virtual time, and what it sends in words
// that can be compared with a recording.
#pragma once

#include <gossipod/session/session.h>
#include <gossipod/swim/node.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "envelope/cipher.h"
#include "golden/fields.h"
#include "golden/golden_node.h"
#include "wire/lzw.h"
#include "wire/walk.h"

namespace gossipod::golden {

// One packet in words: to whom, what is around it, and its messages in hex. Sequence numbers of our
// own pings begin anywhere; in words they are all 1, as in the recording.
inline std::string in_words(const Config& config, const std::string& to, Octets packet) {
  std::string text = to;
  const auto strip = [&](std::size_t bytes) {
    packet.erase(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(bytes));
  };
  if (packet.at(0) == static_cast<std::uint8_t>(Type::label)) {
    text += " labelled";
    strip(std::size_t{2} + packet.at(1));
  }
  if (!config.keys.empty()) {
    text += " sealed" + std::to_string(packet.at(0));
    envelope::Cipher cipher{config.keys.front()};
    Octets plain(packet.size());
    const auto size = cipher.open(packet, as_bytes(config.label), {}, plain);
    EXPECT_TRUE(size.has_value());
    plain.resize(size.value_or(0));
    packet = plain;
  }
  if (packet.at(0) == static_cast<std::uint8_t>(Type::crc)) {
    text += " crc";
    strip(5);
  }
  if (packet.at(0) == static_cast<std::uint8_t>(Type::compressed)) text += " compressed";
  Octets scratch;
  Reporter reporter{nullptr, nullptr};
  Walk walk{packet, scratch, reporter};
  while (auto message = walk.next()) {
    if (auto* ping = std::get_if<Ping>(&*message)) ping->sequence = SequenceNumber{1};
    if (auto* ping = std::get_if<IndirectPing>(&*message)) ping->sequence = SequenceNumber{1};
    text += " " + to_hex(encoded(*message, 2048).value());
  }
  return text;
}

class ScenarioDelegate final : public swim::Delegate {
 public:
  Bytes ack_payload() noexcept override { return payload.empty() ? Bytes{} : as_bytes(payload); }
  Bytes next_broadcast(std::size_t) noexcept override {
    if (next == broadcasts.size()) return {};
    return as_bytes(broadcasts[next++]);
  }
  std::string payload;
  std::vector<std::string> broadcasts;
  std::size_t next = 0;
};

class ScenarioNode {
 public:
  struct Sent {
    std::string to;
    Octets bytes;
  };

  ScenarioNode(const Config& given, std::uint64_t seed)
      : config{given},
        session_{given,
                 {.entropy = &entropy_, .counters = &counters_},
                 swim::Node{given,
                            {.seed = seed,
                             .local = given.bind,
                             .pool = std::make_shared<swim::IdentityPool>(1),
                             .delegate = &delegate,
                             .counters = &counters_},
                            now_}} {}

  swim::Node& machine() { return session_.machine(); }
  [[nodiscard]] TimePoint now() const { return now_; }

  void hear(const Message& message, const Endpoint& from = *Endpoint::from_ip("10.0.0.9", 5555)) {
    machine().on_message(now_, {from, now_}, message);
  }
  void know(std::string_view name, std::string_view ip, std::uint32_t incarnation,
            std::uint8_t protocol_most = 5) {
    const Endpoint endpoint = *Endpoint::from_ip(ip, 7946);
    const std::array<std::uint8_t, 6> versions{1, protocol_most, 2, 0, 0, 0};
    hear(Alive{.incarnation = Incarnation{incarnation},
               .node = name,
               .address = endpoint.address(),
               .port = endpoint.port,
               .metadata = {},
               .versions = versions});
  }
  // Until it has nothing left to tell; nobody of the scenario hears of it.
  void drain() {
    Stats stats;
    for (machine().fill(stats); stats.queue_length > 0; machine().fill(stats)) {
      hear(Ping{});
      (void)sent();
    }
  }
  // The next moment at which it does something.
  void turn() {
    now_ = std::max(now_, session_.next_deadline());
    session_.on_deadline(now_);
  }
  void pass(Duration span) {
    const TimePoint end = now_ + span;
    while (session_.next_deadline() <= end) turn();
    now_ = end;
  }
  std::vector<Sent> sent() {
    std::vector<Sent> all;
    std::array<std::uint8_t, 2048> frame{};
    delegate.next = 0;
    while (const auto packet = session_.poll_packet(now_, frame)) {
      all.push_back({to_string(packet->to.endpoint), {packet->bytes.begin(), packet->bytes.end()}});
      delegate.next = 0;
    }
    while (session_.poll_link(now_)) {
    }
    return all;
  }
  // The numbers that ours gave its last ping; the recorder's were 1.
  [[nodiscard]] static SequenceNumber sequence_of(const Octets& plain) {
    Ping ping;
    Reader reader{Bytes{plain}.subspan(1)};
    EXPECT_TRUE(decode(reader, ping));
    return ping.sequence;
  }

  Config config;
  ScenarioDelegate delegate;

 private:
  TimePoint now_{std::chrono::hours{1}};
  GivenNonce entropy_;
  Counters counters_;
  session::Session<swim::Node> session_;
};

}  // namespace gossipod::golden
