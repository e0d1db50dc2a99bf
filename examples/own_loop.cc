// own_loop: a node turned by a loop of your own, without a thread of ours and without Gossipod:
// Session is the node, SocketEngine has its sockets, and PollReactor waits, with poll(2). Two
// members share the loop; one joins the other, and says goodbye.
#include <gossipod/limits.h>
#include <gossipod/reactor.h>
#include <gossipod/session/session.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "poll_reactor.h"

using namespace gossipod;

// A session, its link, and the order of a turn.
class OwnNode final : public Sink {
 public:
  explicit OwnNode(runtime::SocketEngine& engine) : engine_{engine} {}

  Result<void> start(const Config& config) {
    auto link = engine_.attach({config.bind}, *this);
    if (!link) return link.error();
    link_ = *std::move(link);
    name_ = config.name;
    frame_.resize(config.packet_bytes + limits::headroom + limits::tailroom);
    swim::NodeContext node;
    node.local = link_->local();
    node.counters = &counters_;
    engine_.entropy().fill({reinterpret_cast<std::uint8_t*>(&node.seed), sizeof node.seed});
    node.pool = std::make_shared<swim::IdentityPool>(node.seed);
    session::SessionContext around;
    around.entropy = &engine_.entropy();
    around.counters = &counters_;
    session_.emplace(config, around, swim::Node{config, node, engine_.now()});
    return {};
  }
  // Between turns; whatever is asked for is done in the next one, which is due now.
  template <class Ask>
  void ask(Ask ask) {
    ask(session_->machine(), engine_.now());
    due_ = true;
    engine_.reschedule(*this);
  }
  [[nodiscard]] Endpoint local() const { return link_->local(); }
  [[nodiscard]] bool is_over(swim::OperationId operation) const { return over_ == operation; }
  [[nodiscard]] int left() const { return left_; }

  void on_packets(TimePoint now, std::span<RxDatagram> batch) noexcept override {
    for (const auto& datagram : batch) session_->on_packet(now, datagram);
  }
  void on_stream_accepted(TimePoint now, StreamId id, const Endpoint& from) noexcept override {
    session_->on_stream_accepted(now, id, from);
  }
  void on_stream_opened(TimePoint now, StreamId id) noexcept override {
    session_->on_stream_opened(now, id);
  }
  void on_stream_bytes(TimePoint now, StreamId id, Bytes bytes) noexcept override {
    session_->on_stream_bytes(now, id, bytes);
  }
  void on_stream_written(TimePoint now, StreamId id) noexcept override {
    session_->on_stream_written(now, id);
  }
  void on_stream_peer_finished(TimePoint now, StreamId id) noexcept override {
    session_->on_stream_peer_finished(now, id);
  }
  void on_stream_closed(TimePoint now, StreamId id, const Error* why) noexcept override {
    session_->on_stream_closed(now, id, why);
  }
  // While datagrams wait nothing is judged: what saves an accused member may be among them.
  void on_turn(TimePoint now, bool drained) noexcept override {
    due_ = false;
    if (drained && session_->next_deadline() <= now) session_->on_deadline(now);
    bool more = true;
    while (more) {
      while (const auto packet = session_->poll_packet(now, frame_)) link_->send({&*packet, 1});
      more = false;
      for (; auto order = session_->poll_link(now); more = true) carry_out(*order);
    }
    while (const auto event = session_->poll_event()) tell(*event);
  }
  [[nodiscard]] TimePoint next_deadline() const noexcept override {
    return due_ ? TimePoint{} : session_ ? session_->next_deadline() : never;
  }

 private:
  void carry_out(session::LinkOrder& order) {
    using Kind = session::LinkOrder::Kind;
    if (order.kind == Kind::open) link_->open(order.stream, order.peer);
    if (order.kind == Kind::write) link_->write(order.stream, std::move(order.bytes));
    if (order.kind == Kind::finish) link_->finish(order.stream);
    if (order.kind == Kind::close) link_->close(order.stream);
    if (order.kind == Kind::reset) link_->reset(order.stream);
    if (order.kind == Kind::pause) link_->pause(order.stream, true);
    if (order.kind == Kind::resume) link_->pause(order.stream, false);
  }
  void tell(const swim::Event& event) {
    using Kind = swim::Event::Kind;
    if (event.kind == Kind::done) over_ = event.operation;
    if (event.error) report(*event.error);
    if (event.kind != Kind::join && event.kind != Kind::leave) return;
    std::printf("%s: %s %s\n", name_.c_str(), event.kind == Kind::join ? "join" : "leave",
                std::string{event.who->name()}.c_str());
    if (event.kind == Kind::leave) ++left_;
  }

  runtime::SocketEngine& engine_;
  std::string name_;
  Counters counters_;
  std::vector<std::uint8_t> frame_;  // where each packet is written
  std::unique_ptr<Link> link_;
  std::optional<session::Session<swim::Node>> session_;
  bool due_ = false;
  swim::OperationId over_ = 0;
  int left_ = 0;
};

int main() {
  PollReactor reactor;
  runtime::SocketEngine engine{reactor};
  OwnNode anna{engine}, bert{engine};
  for (const auto& [member, name] : {std::pair{&anna, "anna"}, std::pair{&bert, "bert"}}) {
    const auto config = ConfigBuilder{}.with_name(name).with_port(0).build();
    if (!config) return report(config.error());
    if (auto started = member->start(*config); !started) return report(started.error());
  }
  const auto until = steady_clock::now() + 30s;
  const auto turn_until = [&](auto holds) {
    while (!holds() && steady_clock::now() < until) reactor.turn(engine);
    return holds();
  };
  bert.ask([&](swim::Node& node, TimePoint now) { node.join(now, 1, {anna.local(), {}}); });
  if (!turn_until([&] { return bert.is_over(1); })) return 1;
  bert.ask([](swim::Node& node, TimePoint now) { node.leave(now, 2); });
  return turn_until([&] { return bert.is_over(2) && anna.left() > 0; }) ? 0 : 1;
}
