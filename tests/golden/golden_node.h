// GoldenNode: one whole member, session and machine, as the recorder of reject.json and
// streams.json set up its own, and everything that a packet or stream made it do.
#pragma once

#include <gossipod/session/session.h>
#include <gossipod/swim/node.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "golden/vectors.h"

namespace gossipod::golden {

// Nonces are chosen by the test: those of the recording.
class GivenNonce final : public Entropy {
 public:
  void fill(MutableBytes out) noexcept override {
    std::ranges::copy(Bytes{nonce}.first(out.size()), out.begin());
  }
  std::array<std::uint8_t, 12> nonce{};
};

// Has a user state for push-pulls, and remembers that of others.
class StateKeeper final : public swim::Delegate {
 public:
  void merge_remote_state(Bytes state, bool join) noexcept override {
    merged.push_back(Json{{"join", join}, {"length", state.size()}, {"sha256", sha256(state)}});
  }
  Bytes local_state(bool) noexcept override { return own; }
  Octets own;
  Json merged = Json::array();
};

// What happened, in the words of the recording.
struct Happened {
  Json events = Json::array();
  Json user_messages = Json::array();
  Json signals = Json::array();  // acks and nacks, told apart only by their kind
  std::string members;
  bool members_changed = false;
  std::vector<Octets> sent;
  std::vector<std::string> sent_to;
  std::vector<Octets> replies;
  std::uint64_t stream_bytes_in = 0;
  std::uint64_t stream_bytes_out = 0;
  bool closed = false;                         // the stream, by us
  bool done = false;                           // what we wanted,
  bool failed = false;                         // and could not have
  std::map<std::string, std::uint64_t> drops;  // by reason
};

class GoldenNode {
 public:
  static Config config_from(const Json& one, std::string_view name) {
    Config config;
    config.name = name;
    config.bind = *Endpoint::from_ip(name == "a" ? "10.0.0.1" : "10.0.0.2", 7946);
    config.label = one.value("label", "");
    config.skip_inbound_label_check = one.value("skip_inbound_label_check", false);
    config.verify_incoming = one.value("verify_incoming", true);
    config.verify_outgoing = one.value("verify_outgoing", true);
    config.protocol_version = one.value("protocol_version", std::uint8_t{2});
    const Octets metadata = unhex(one.value("metadata_hex", ""));
    config.metadata = std::string{as_text(metadata)};
    config.compression = one.value("compression", false);
    if (one.contains("keys")) {
      for (const Json& key : one["keys"]) config.keys.push_back(unhex(key.get<std::string>()));
    }
    // Nothing that it would do of its own accord.
    config.probing_interval = std::chrono::hours{1};
    config.gossip_interval = Duration{0};
    config.push_pull_interval = std::chrono::seconds{one.value("push_pull_seconds", 0)};
    return config;
  }

  GoldenNode(const Json& config, std::string_view name) : GoldenNode{config_from(config, name)} {}

  // A member that it had heard of before.
  void know(const wire::Record& member) {
    swim::Node& node = session_.machine();
    const Arrival arrival{stranger_, now_};
    node.on_message(now_, arrival,
                    wire::Alive{.incarnation = member.incarnation,
                                .node = member.name,
                                .address = member.address,
                                .port = member.port,
                                .metadata = member.metadata,
                                .versions = member.versions});
    const auto state = static_cast<MemberState>(member.state);
    if (state == MemberState::suspect) {
      node.on_message(now_, arrival, wire::Suspect{member.incarnation, member.name, "somebody"});
    } else if (state != MemberState::alive) {
      const bool left = state == MemberState::left;
      node.on_message(now_, arrival,
                      wire::Dead{member.incarnation, member.name, left ? member.name : "somebody"});
    }
    (void)look();
  }
  // The one that a has heard of in reject.json.
  void know_b() {
    const Endpoint b = *Endpoint::from_ip("10.0.0.2", 7946);
    const std::array<std::uint8_t, 6> versions{1, 5, 2, 0, 0, 0};
    know({.name = "b",
          .address = b.address(),
          .port = b.port,
          .metadata = as_bytes("m1"),
          .incarnation = Incarnation{3},
          .state = 0,
          .versions = versions});
  }
  void user_state(Octets bytes) { keeper_.own = std::move(bytes); }
  void nonce(Bytes bytes) { std::ranges::copy(bytes, entropy_.nonce.begin()); }

  Happened packet(Octets bytes) {
    begin();
    session_.on_packet(now_, {.arrival = {stranger_, now_}, .bytes = bytes});
    return look();
  }
  Happened stream(const Octets& bytes) {
    const StreamId id{StreamId::incoming_bit};
    begin();
    session_.on_stream_accepted(now_, id, stranger_);
    if (!bytes.empty()) session_.on_stream_bytes(now_, id, bytes);
    session_.on_stream_peer_finished(now_, id);
    return look();
  }

  // We dial, say what `want` makes us want, and hear `answer`.
  template <class Want>
  Happened dial(Want&& want, const Octets& answer) {
    begin();
    want(session_.machine(), now_);
    Happened found = look();
    for (const StreamId id : std::exchange(opened_, {})) {
      session_.on_stream_opened(now_, id);
      found.replies = look().replies;
      if (!answer.empty()) session_.on_stream_bytes(now_, id, answer);
      session_.on_stream_peer_finished(now_, id);
    }
    Happened end = look();
    end.replies = found.replies;
    return end;
  }
  // We compare all that we know with somebody, as happens from time to time.
  Happened sync(const Octets& answer) {
    const auto wait = [this](swim::Node& node, TimePoint) {
      while (opened_.empty()) {
        now_ = node.next_deadline();
        session_.on_deadline(now_);
        (void)look();
      }
    };
    return dial(wait, answer);
  }

 protected:
  explicit GoldenNode(const Config& config)
      : session_{config,
                 {.entropy = &entropy_, .counters = &counters_},
                 swim::Node{config,
                            {.seed = 1,
                             .local = config.bind,
                             .pool = std::make_shared<swim::IdentityPool>(1),
                             .delegate = &keeper_,
                             .counters = &counters_},
                            now_}} {
    (void)look();
  }

  void begin() {
    for (std::size_t i = 0; i < counter_count; ++i) before_[i] = counters_[Counter(i)];
    members_before_ = members();
    events_ = Json::array();
    user_messages_ = Json::array();
  }
  [[nodiscard]] std::uint64_t grown(Counter counter) const {
    return counters_[counter] - before_[static_cast<std::size_t>(counter)];
  }

  Happened look() {
    Happened found;
    std::array<std::uint8_t, 2048> frame{};
    while (const auto packet = session_.poll_packet(now_, frame)) {
      found.sent.emplace_back(packet->bytes.begin(), packet->bytes.end());
      found.sent_to.push_back(to_string(packet->to.endpoint));
    }
    while (const auto order = session_.poll_link(now_)) {
      if (order->kind == session::LinkOrder::Kind::open) opened_.push_back(order->stream);
      found.closed = found.closed || order->kind == session::LinkOrder::Kind::close;
      if (order->bytes == nullptr) continue;
      found.replies.emplace_back(order->bytes->begin(), order->bytes->end());
      session_.on_stream_written(now_, order->stream);
    }
    while (const auto event = session_.poll_event()) take(*event);
    found.events = events_;
    found.user_messages = user_messages_;
    found.done = done_;
    found.failed = failed_;
    found.stream_bytes_in = grown(Counter::streams_received_bytes);
    found.stream_bytes_out = grown(Counter::streams_sent_bytes);
    found.members = members();
    found.members_changed = found.members != members_before_;
    for (std::uint64_t i = grown(Counter::acks_received); i > 0; --i) found.signals += "ack";
    for (std::uint64_t i = grown(Counter::nacks_received); i > 0; --i) found.signals += "nack";
    for (std::size_t i = 0; i < counter_count; ++i) {
      const auto counter = Counter(i);
      const std::string name{to_string(counter)};
      // Ours waits for no ack in particular: so it would drop those that the recorder's took.
      const bool drop = name.find("drop_") != std::string::npos || counter == Counter::conflicts;
      if (!drop || counter == Counter::drop_unexpected) continue;
      if (grown(counter) > 0) found.drops[name] = grown(counter);
    }
    session_.machine().check_invariants();
    return found;
  }

  void take(const swim::Event& event) {
    using Kind = swim::Event::Kind;
    const auto told = [&](const char* what) {
      std::string name{event.who->name()};
      if (name.size() > 100) name = "(" + std::to_string(name.size()) + " bytes)";
      events_.push_back(std::string{what} + " " + name);
    };
    switch (event.kind) {
      case Kind::join:
        return told("join");
      case Kind::leave:
      case Kind::dead:
        return told("leave");
      case Kind::update:
        return told("update");
      case Kind::message:
        if (event.payload.size() > 100'000) {
          user_messages_.push_back(Json{{"length", event.payload.size()}});
        } else {
          user_messages_.push_back(to_hex(event.payload));
        }
        return;
      case Kind::done:
        done_ = true;
        failed_ = event.error.has_value();
        return;
      default:  // the recorder had no eyes for the others
        return;
    }
  }

  [[nodiscard]] std::string members() const {
    const swim::Node& node = session_.machine();
    std::map<std::string, std::string> rows;
    for (std::uint32_t place = 0; place < node.slots(); ++place) {
      const swim::MemberView view = node.member(MemberIndex{place});
      if (view.identity == nullptr) continue;
      rows[std::string{view.identity->name()}] =
          std::string{to_string(view.state)} + "/" + std::to_string(view.incarnation.value());
    }
    std::string line;
    for (const auto& [name, belief] : rows) line += (line.empty() ? "" : " ") + name + "=" + belief;
    return line;
  }

  const Endpoint stranger_ = *Endpoint::from_ip("10.0.0.9", 5555);
  TimePoint now_{std::chrono::seconds{1}};
  GivenNonce entropy_;
  StateKeeper keeper_;
  Counters counters_;
  std::array<std::uint64_t, counter_count> before_{};
  std::string members_before_;
  std::vector<StreamId> opened_;
  Json events_ = Json::array();
  Json user_messages_ = Json::array();
  bool done_ = false;
  bool failed_ = false;

 public:
  [[nodiscard]] const Json& merged() const { return keeper_.merged; }

 protected:
  session::Session<swim::Node> session_;
};

}  // namespace gossipod::golden
