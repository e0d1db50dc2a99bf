// custom_transport: a cluster without a single socket. A transport is a Link for each node, made by
// a LinkFactory; this one carries everything through the memory of one process.
//
// All nodes are on one Host, so everything here runs on one thread, and needs no lock.
#include <gossipod/gossipod.h>
#include <gossipod/link.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using gossipod::Endpoint;
using gossipod::Errc;
using gossipod::Error;
using gossipod::Gossipod;
using gossipod::Link;
using gossipod::Loop;
using gossipod::Result;
using gossipod::SharedBytes;
using gossipod::Sink;
using gossipod::StreamId;
using namespace std::chrono_literals;

class MemoryLink;

// Who is where.
struct Network {
  std::map<Endpoint, MemoryLink*> links;
  std::atomic<int> datagrams = 0;
  std::atomic<int> streams = 0;
};

// A stream between two links. What one writes waits at the other end until that takes it.
struct Pipe {
  struct End {
    MemoryLink* link = nullptr;  // null: done with it
    StreamId stream;
    std::deque<SharedBytes> waiting;  // a null one: the other end has finished
    bool paused = false;
    bool finished = false;
    bool heard_all = false;
  };
  std::array<End, 2> ends;
};

class MemoryLink final : public Link {
 public:
  MemoryLink(std::shared_ptr<Network> network, Loop& loop, Sink& sink, const Endpoint& local)
      : network_{std::move(network)}, loop_{loop}, sink_{sink}, local_{local} {
    network_->links[local_] = this;
  }
  ~MemoryLink() override {
    network_->links.erase(local_);
    while (!ends_.empty()) reset(StreamId{ends_.begin()->first});
  }

  [[nodiscard]] Endpoint local() const override { return local_; }
  [[nodiscard]] std::size_t datagram_bytes_max() const override { return 1400; }
  [[nodiscard]] bool secured() const override { return true; }  // nobody can listen in: no sealing

  // The bytes are borrowed for the call, so they are copied. Nothing is delivered within a call:
  // the receiver may be in the middle of a turn.
  std::size_t send(std::span<const gossipod::TxDatagram> batch) override {
    for (const auto& datagram : batch) {
      std::vector<std::uint8_t> bytes(datagram.bytes.begin(), datagram.bytes.end());
      loop_.post([network = network_, to = datagram.to.endpoint, from = local_,
                  bytes = std::move(bytes)]() mutable {
        const auto found = network->links.find(to);
        if (found == network->links.end()) return;  // nobody there: lost
        ++network->datagrams;
        found->second->take(from, bytes);
      });
    }
    return batch.size();
  }

  void open(StreamId stream, const gossipod::Peer& to) override {
    auto pipe = std::make_shared<Pipe>();
    pipe->ends[0].link = this;
    pipe->ends[0].stream = stream;
    ends_[stream.value()] = {pipe, 0};
    loop_.post([network = network_, pipe, to = to.endpoint] {
      MemoryLink* const caller = pipe->ends[0].link;
      if (caller == nullptr) return;
      const auto found = network->links.find(to);
      if (found == network->links.end()) {
        return caller->closed(*pipe, 0, Error{Errc::connection_failed, "", "nobody there"});
      }
      ++network->streams;
      found->second->accept(pipe, caller->local_);
      caller->sink_.on_stream_opened(caller->loop_.now(), pipe->ends[0].stream);
      caller->loop_.reschedule(caller->sink_);
    });
  }
  void write(StreamId stream, SharedBytes bytes) override {
    const PipeEnd& end = ends_.at(stream.value());
    put(end.first, 1 - end.second, std::move(bytes));
    loop_.post([pipe = end.first, side = end.second] {
      MemoryLink* const link = pipe->ends[side].link;
      if (link == nullptr) return;
      link->sink_.on_stream_written(link->loop_.now(), pipe->ends[side].stream);
      link->loop_.reschedule(link->sink_);
    });
  }
  void finish(StreamId stream) override {
    const auto [pipe, side] = ends_.at(stream.value());
    if (std::exchange(pipe->ends[side].finished, true)) return;
    put(pipe, 1 - side, nullptr);
    later(pipe, side);  // perhaps both directions are done now
  }
  void close(StreamId stream) override {
    finish(stream);
    forget(stream);
  }
  void reset(StreamId stream) override {
    const PipeEnd end = forget(stream);
    loop_.post([pipe = end.first, other = 1 - end.second] {
      if (MemoryLink* const link = pipe->ends[other].link; link != nullptr) {
        link->closed(*pipe, other, Error{Errc::connection_failed, "", "reset by the peer"});
      }
    });
  }
  void pause(StreamId stream, bool paused) override {
    const auto [pipe, side] = ends_.at(stream.value());
    pipe->ends[side].paused = paused;
    if (!paused) later(pipe, side);
  }

 private:
  using PipeEnd = std::pair<std::shared_ptr<Pipe>, std::size_t>;

  void take(const Endpoint& from, std::vector<std::uint8_t>& bytes) {
    gossipod::RxDatagram datagram{{from, loop_.now()}, bytes};
    sink_.on_packets(loop_.now(), {&datagram, 1});
    loop_.reschedule(sink_);  // now there is something to be done
  }
  void accept(const std::shared_ptr<Pipe>& pipe, const Endpoint& from) {
    const StreamId stream{StreamId::incoming_bit | next_incoming_++};
    pipe->ends[1].link = this;
    pipe->ends[1].stream = stream;
    ends_[stream.value()] = {pipe, 1};
    sink_.on_stream_accepted(loop_.now(), stream, from);
    later(pipe, 1);  // what was written before we were there
  }
  void put(const std::shared_ptr<Pipe>& pipe, std::size_t side, SharedBytes bytes) {
    pipe->ends[side].waiting.push_back(std::move(bytes));
    later(pipe, side);
  }
  void later(const std::shared_ptr<Pipe>& pipe, std::size_t side) {
    loop_.post([pipe, side] {
      if (MemoryLink* const link = pipe->ends[side].link; link != nullptr) link->tell(*pipe, side);
    });
  }
  // Each call to the sink may close the stream.
  void tell(Pipe& pipe, std::size_t side) {
    Pipe::End& end = pipe.ends[side];
    while (end.link != nullptr && !end.paused && !end.waiting.empty()) {
      const SharedBytes bytes = std::move(end.waiting.front());
      end.waiting.pop_front();
      if (bytes != nullptr) {
        sink_.on_stream_bytes(loop_.now(), end.stream, *bytes);
      } else {
        end.heard_all = true;
        sink_.on_stream_peer_finished(loop_.now(), end.stream);
      }
    }
    if (end.link != nullptr && end.heard_all && end.finished) return closed(pipe, side, {});
    loop_.reschedule(sink_);
  }
  void closed(Pipe& pipe, std::size_t side, const std::optional<Error>& why) {
    const StreamId stream = pipe.ends[side].stream;
    forget(stream);
    sink_.on_stream_closed(loop_.now(), stream, why ? &*why : nullptr);
    loop_.reschedule(sink_);
  }
  PipeEnd forget(StreamId stream) {
    PipeEnd end = ends_.extract(stream.value()).mapped();
    end.first->ends[end.second].link = nullptr;
    return end;
  }

  std::shared_ptr<Network> network_;
  Loop& loop_;
  Sink& sink_;
  Endpoint local_;
  std::map<std::uint32_t, PipeEnd> ends_;
  std::uint32_t next_incoming_ = 0;
};

gossipod::LinkFactory memory_links(std::shared_ptr<Network> network) {
  return [network = std::move(network)](Loop& loop, const gossipod::LinkOptions& options,
                                        Sink& sink) -> Result<std::unique_ptr<Link>> {
    if (network->links.contains(options.bind)) {
      return Error{Errc::address_in_use, "bind", to_string(options.bind)};
    }
    return std::unique_ptr<Link>{std::make_unique<MemoryLink>(network, loop, sink, options.bind)};
  };
}

int main() {
  const auto network = std::make_shared<Network>();
  auto host = gossipod::Host::start();
  if (!host) return gossipod::report(host.error());
  std::vector<Gossipod> nodes;
  for (const std::string_view name : {"anna", "bert", "carl"}) {
    const auto address = "10.0.0." + std::to_string(nodes.size() + 1) + ":7946";  // of nobody
    const auto config = gossipod::ConfigBuilder{}.with_name(name).with_bind(address).build();
    if (!config) return gossipod::report(config.error());
    gossipod::Parts parts;
    parts.link_factory = memory_links(network);
    auto node = host->start(*config, parts);
    if (!node) return gossipod::report(node.error());
    nodes.push_back(*std::move(node));
  }
  for (auto* node : {&nodes[1], &nodes[2]}) {
    if (auto joined = node->join({"10.0.0.1"}, 10s); !joined) {
      return gossipod::report(joined.error());
    }
  }
  const auto three =
      nodes[1].wait_until([](const auto& members) { return members.size() == 3; }, 10s);
  if (!three) return gossipod::report(three.error());
  for (const std::string_view name : {"anna", "bert", "carl"}) {
    std::printf("%s is at %s\n", name.data(), to_string(three->find(name)->endpoint()).c_str());
  }

  const std::string much(1'000'000, 'x');
  if (auto sent = nodes[0].send_reliable("carl", much, 10s); !sent) {
    return gossipod::report(sent.error());
  }
  while (const auto event = nodes[2].next_event(10s)) {
    if (event->kind != gossipod::Event::Kind::message) continue;
    std::printf("carl got %zu bytes from %s\n", event->data.size(), to_string(event->from).c_str());
    break;
  }
  if (auto pinged = nodes[0].ping("bert"); !pinged) return gossipod::report(pinged.error());
  const bool used = network->datagrams > 1 && network->streams > 2;
  std::printf("all of it through memory: %s\n", used ? "yes" : "no");
}
