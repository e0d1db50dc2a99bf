// FakeMachine: a machine that says what a test wrote down, and writes down what it was told.
#pragma once

#include <gossipod/session/session.h>
#include <gossipod/swim/machine.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "session/session_impl.h"
#include "wire/codec.h"

namespace gossipod::session {

using namespace std::chrono_literals;
using Octets = std::vector<std::uint8_t>;

inline std::string text_of(Bytes bytes) { return std::string{as_text(bytes)}; }
inline Octets octets_of(std::string_view text) { return {text.begin(), text.end()}; }
inline SharedBytes shared(const Octets& octets) {
  return std::make_shared<const LargeBytes>(octets.begin(), octets.end());
}
inline TimePoint at(Duration since_start) { return TimePoint{since_start}; }

template <class M>
Octets encoded(const M& message) {
  Octets out(1 << 16);
  wire::Writer writer{out};
  encode(writer, message);
  out.resize(writer.size());
  return out;
}
inline Octets ping(std::uint32_t sequence, std::string_view node = "b") {
  wire::Ping message;
  message.sequence = SequenceNumber{sequence};
  message.node = node;
  return encoded(message);
}
inline Octets ack(std::uint32_t sequence) {
  wire::Ack message;
  message.sequence = SequenceNumber{sequence};
  return encoded(message);
}
inline Octets user(std::string_view payload) {  // on a stream
  Octets out = encoded(wire::UserHeader{.length = static_cast<std::int64_t>(payload.size())});
  out.insert(out.end(), payload.begin(), payload.end());
  return out;
}
inline Octets push_pull(std::string_view state, bool join = true) {
  Octets out = encoded(wire::PushPullHeader{
      .join = join, .nodes = 1, .user_state_length = static_cast<std::int64_t>(state.size())});
  wire::Record member;
  member.name = "a";
  const Octets record = encoded(member);
  out.insert(out.end(), record.begin(), record.end());
  out.insert(out.end(), state.begin(), state.end());
  return out;
}

// "xxxxx..." as "5000*x": failures stay readable.
inline std::string brief(Bytes bytes) {
  const std::string text = text_of(bytes);
  if (text.size() < 40 || text.find_first_not_of(text[0]) != std::string::npos) return text;
  return std::to_string(text.size()) + "*" + text[0];
}

// One line per message, as far as the tests look at it.
template <class Variant>
std::string line(const Variant& message) {
  return std::visit(
      [](const auto& it) -> std::string {
        using T = std::decay_t<decltype(it)>;
        if constexpr (std::is_same_v<T, wire::Ping>) {
          return "ping " + std::to_string(it.sequence.value()) + " " + std::string{it.node};
        } else if constexpr (std::is_same_v<T, wire::Ack>) {
          return "ack " + std::to_string(it.sequence.value());
        } else if constexpr (std::is_same_v<T, wire::Nack>) {
          return "nack " + std::to_string(it.sequence.value());
        } else if constexpr (std::is_same_v<T, wire::User>) {
          return "user " + brief(it.payload);
        } else if constexpr (std::is_same_v<T, wire::PushPull>) {
          return (it.join() ? "join " : "sync ") + std::to_string(it.size()) + " " +
                 brief(it.user_state());
        } else if constexpr (std::is_same_v<T, wire::ErrorReply>) {
          return "error " + std::string{it.text};
        } else {
          return "other";
        }
      },
      message);
}

struct Script {
  struct Packet {
    Octets bytes;
    Endpoint to{};
    bool wants_crc = false;
  };
  std::deque<Packet> packets;
  std::deque<swim::StreamOrder> orders;
  TimePoint deadline = never;

  std::vector<std::string> told;
  std::size_t room = 0;  // last lent
  // Called with each message that a stream brought.
  std::function<void(StreamId, const wire::StreamMessage&)> on_stream_message;

  void open(std::uint32_t id, const Endpoint& to, TimePoint until = never) {
    orders.push_back({.kind = swim::StreamOrder::Kind::open,
                      .stream = StreamId{id},
                      .peer = {to, "b"},
                      .deadline = until,
                      .bytes = nullptr});
  }
  void write(StreamId id, SharedBytes bytes) {
    orders.push_back({.kind = swim::StreamOrder::Kind::write,
                      .stream = id,
                      .peer = {},
                      .deadline = {},
                      .bytes = std::move(bytes)});
  }
  void simple(swim::StreamOrder::Kind kind, StreamId id) {
    orders.push_back({.kind = kind, .stream = id, .peer = {}, .deadline = {}, .bytes = nullptr});
  }
  void finish(StreamId id) { simple(swim::StreamOrder::Kind::finish, id); }
  void reset(StreamId id) { simple(swim::StreamOrder::Kind::reset, id); }
};

class FakeMachine {
 public:
  struct Event {};

  explicit FakeMachine(std::shared_ptr<Script> script) : script_{std::move(script)} {}

  void on_message(TimePoint, const Arrival& arrival, const wire::Message& message) {
    script_->told.push_back(line(message) + " from " + to_string(arrival.from));
  }
  void on_stream_opened(TimePoint, StreamId stream) {
    script_->told.push_back("opened " + std::to_string(stream.value()));
  }
  void on_stream_message(TimePoint, StreamId stream, const Endpoint& from,
                         const wire::StreamMessage& message) {
    const std::string who = stream.incoming() ? " from " + to_string(from) : "";
    script_->told.push_back("stream " + line(message) + who);
    if (script_->on_stream_message) script_->on_stream_message(stream, message);
  }
  void on_stream_closed(TimePoint, StreamId, const Error* why) {
    script_->told.push_back(why == nullptr ? "closed"
                                           : std::string{"closed: "} + to_string(why->code));
  }
  void on_deadline(TimePoint now) {
    script_->told.push_back("deadline");
    if (script_->deadline <= now) script_->deadline = never;
  }
  std::optional<swim::Transmit> poll_transmit(TimePoint, MutableBytes out) {
    script_->room = out.size();
    if (script_->packets.empty()) return std::nullopt;
    const Script::Packet packet = std::move(script_->packets.front());
    script_->packets.pop_front();
    std::ranges::copy(packet.bytes, out.begin());
    return swim::Transmit{
        .to = {packet.to, {}}, .bytes = packet.bytes.size(), .wants_crc = packet.wants_crc};
  }
  std::optional<swim::StreamOrder> poll_stream() {
    if (script_->orders.empty()) return std::nullopt;
    swim::StreamOrder order = std::move(script_->orders.front());
    script_->orders.pop_front();
    return order;
  }
  std::optional<Event> poll_event() { return std::nullopt; }
  [[nodiscard]] TimePoint next_deadline() const { return script_->deadline; }

 private:
  std::shared_ptr<Script> script_;
};
static_assert(swim::Machine<FakeMachine>);

// Nonces that count, so that a run repeats itself; draws are counted.
class CountingEntropy final : public Entropy {
 public:
  void fill(MutableBytes out) noexcept override {
    ++draws;
    std::ranges::fill(out, std::uint8_t{0xa0});
    out[0] = static_cast<std::uint8_t>(draws);
  }
  std::size_t draws = 0;
};

class FactList final : public Observer {
 public:
  void on_fact(const Fact& fact) noexcept override { lines.push_back(to_string(fact)); }
  std::vector<std::string> lines;
};

inline const Octets key_a = octets_of("0123456789abcdef");
inline const Octets key_b = octets_of("0123456789abcdefghijklmnopqrstuv");
inline const Endpoint peer = *Endpoint::from_ip("10.0.0.9", 5555);

inline Config plain_config() {
  Config config;
  config.name = "b";
  config.compression = false;
  return config;
}

// One session with everything it needs, and everything it said.
struct Bench {
  explicit Bench(const Config& config, bool link_secured = false)
      : session{config,
                {.entropy = &entropy,
                 .scratch = nullptr,
                 .observer = &facts,
                 .counters = &counters,
                 .link_secured = link_secured},
                FakeMachine{script}} {}

  // All orders for the link, one line each: "open 1", "write 7: <hex or text>", ...
  std::vector<std::string> poll(TimePoint now = at(0s)) {
    static const std::map<LinkOrder::Kind, std::string> names{
        {LinkOrder::Kind::open, "open"},     {LinkOrder::Kind::write, "write"},
        {LinkOrder::Kind::finish, "finish"}, {LinkOrder::Kind::close, "close"},
        {LinkOrder::Kind::reset, "reset"},   {LinkOrder::Kind::pause, "pause"},
        {LinkOrder::Kind::resume, "resume"}};
    std::vector<std::string> lines;
    while (const auto order = session.poll_link(now)) {
      const std::uint32_t id = order->stream.value() & ~StreamId::incoming_bit;
      lines.push_back(names.at(order->kind) + " " + std::to_string(id));
      if (order->bytes != nullptr) written.push_back(order->bytes);
    }
    return lines;
  }
  void receive(Octets datagram, bool truncated = false) {
    session.on_packet(at(0s),
                      {.arrival = {peer, at(0s)}, .bytes = datagram, .truncated = truncated});
  }
  void accept(std::uint32_t id, TimePoint now = at(0s), const Endpoint& from = peer) {
    session.on_stream_accepted(now, StreamId{id | StreamId::incoming_bit}, from);
  }
  void bytes(std::uint32_t id, Bytes bytes, TimePoint now = at(0s)) {
    session.on_stream_bytes(now, StreamId{id | StreamId::incoming_bit}, bytes);
  }
  void peer_finished(std::uint32_t id) {
    session.on_stream_peer_finished(at(0s), StreamId{id | StreamId::incoming_bit});
  }
  std::vector<std::string> told() { return std::exchange(script->told, {}); }

  // Packets and streams dropped, by reason; and nothing else.
  [[nodiscard]] std::map<std::string, std::uint64_t> drops() const {
    std::map<std::string, std::uint64_t> found;
    for (std::size_t i = 0; i < counter_count; ++i) {
      const auto counter = static_cast<Counter>(i);
      const std::string name{to_string(counter)};
      if (name.find("drop_") == std::string::npos && name != "stream_failed") continue;
      if (counters[counter] > 0) found[name] = counters[counter];
    }
    return found;
  }

  std::shared_ptr<Script> script = std::make_shared<Script>();
  CountingEntropy entropy;
  FactList facts;
  Counters counters;
  std::vector<SharedBytes> written;
  Session<FakeMachine> session;
};

using Lines = std::vector<std::string>;
using Drops = std::map<std::string, std::uint64_t>;

}  // namespace gossipod::session
