// LamportMachine: a layer on top of membership, in a hundred lines: events for everybody, stamped
// by a Lamport clock. It owns a swim::Node and is its delegate, so that it is a machine itself:
// session, loops and the virtual network turn it like any other.
#pragma once

#include <gossipod/swim/machine.h>

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace gossipod::sim::test {

struct LamportEvent {
  std::uint64_t time = 0;
  std::string text;
  friend auto operator<=>(const LamportEvent&, const LamportEvent&) = default;
};

// What rides on the node's messages.
class LamportLayer final : public swim::Delegate {
 public:
  void fire(std::string_view text) { take({++clock_, std::string{text}}); }
  std::optional<LamportEvent> poll() {
    if (heard_.empty()) return std::nullopt;
    LamportEvent event = std::move(heard_.front());
    heard_.pop_front();
    return event;
  }
  [[nodiscard]] std::uint64_t clock() const { return clock_; }

  void begin_packet() noexcept override { given_ = 0; }
  Bytes next_broadcast(std::size_t room) noexcept override {
    if (given_ >= queue_.size()) {
      std::erase_if(queue_, [](const auto& waiting) { return waiting.second <= 0; });
      return {};
    }
    auto& [message, times] = queue_[given_++];
    if (message.size() > room) return {};
    --times;
    return message;
  }
  bool take_user_message(const Endpoint&, Bytes payload, bool) noexcept override {
    if (payload.size() < 8) return false;
    const LamportEvent event{number(payload.first(8)), std::string{as_text(payload.subspan(8))}};
    clock_ = std::max(clock_, event.time);
    if (!known_.contains(event)) take(event);
    return true;
  }
  Bytes local_state(bool) noexcept override {
    state_ = bytes(clock_);
    return state_;
  }
  void merge_remote_state(Bytes state, bool) noexcept override {
    if (state.size() == 8) clock_ = std::max(clock_, number(state));
  }

 private:
  using Number = std::array<std::uint8_t, 8>;
  static Number bytes(std::uint64_t value) {
    Number out{};
    for (std::uint8_t& byte : out)
      byte = static_cast<std::uint8_t>(std::exchange(value, value >> 8));
    return out;
  }
  static std::uint64_t number(Bytes in) {
    std::uint64_t value = 0;
    for (std::size_t i = 8; i-- > 0;) value = value << 8 | in[i];
    return value;
  }
  void take(const LamportEvent& event) {
    constexpr int times = 12;
    known_.insert(event);
    heard_.push_back(event);
    const Number time = bytes(event.time);
    std::vector<std::uint8_t> message{time.begin(), time.end()};
    message.insert(message.end(), event.text.begin(), event.text.end());
    queue_.emplace_back(std::move(message), times);
  }

  std::uint64_t clock_ = 0;
  std::set<LamportEvent> known_;
  std::deque<LamportEvent> heard_;
  std::deque<std::pair<std::vector<std::uint8_t>, int>> queue_;
  std::size_t given_ = 0;  // for this packet
  Number state_{};
};

class LamportMachine {
 public:
  using Event = LamportEvent;
  LamportMachine(const Config& config, swim::NodeContext context, TimePoint now)
      : layer_{std::make_unique<LamportLayer>()},
        node_{config, (context.delegate = layer_.get(), context), now} {}

  void fire(std::string_view text) { layer_->fire(text); }
  [[nodiscard]] std::uint64_t clock() const { return layer_->clock(); }
  [[nodiscard]] swim::Node& node() { return node_; }

  void on_message(TimePoint now, const Arrival& arrival, const wire::Message& message) {
    node_.on_message(now, arrival, message);
  }
  void on_stream_opened(TimePoint now, StreamId stream) { node_.on_stream_opened(now, stream); }
  void on_stream_message(TimePoint now, StreamId stream, const Endpoint& from,
                         const wire::StreamMessage& message) {
    node_.on_stream_message(now, stream, from, message);
  }
  void on_stream_closed(TimePoint now, StreamId stream, const Error* why) {
    node_.on_stream_closed(now, stream, why);
  }
  void on_deadline(TimePoint now) { node_.on_deadline(now); }
  std::optional<swim::Transmit> poll_transmit(TimePoint now, MutableBytes out) {
    return node_.poll_transmit(now, out);
  }
  std::optional<swim::StreamOrder> poll_stream() { return node_.poll_stream(); }
  std::optional<LamportEvent> poll_event() {
    while (node_.poll_event()) continue;  // members come and go; this layer does not mind
    return layer_->poll();
  }
  [[nodiscard]] TimePoint next_deadline() const { return node_.next_deadline(); }

 private:
  std::unique_ptr<LamportLayer> layer_;
  swim::Node node_;
};

static_assert(swim::Machine<LamportMachine>);

}  // namespace gossipod::sim::test
