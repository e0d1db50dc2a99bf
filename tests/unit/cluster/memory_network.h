// MemoryNetwork: a transport that is nothing but memory, as users would bring one along: datagrams
// are copied, streams are queues, addresses are only keys. It stands on Loop::post, Loop::drive and
// Loop::reschedule alone, so it works on any loop.
//
// Threads: the loop's. All links of one network are on one loop.
#pragma once

#include <gossipod/loop.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace gossipod::test {

// One side of a stream; gone when its link is done with it.
struct MemoryEnd {
  StreamId id;
  std::weak_ptr<struct MemoryPort> there;
  StreamId id_there;
  bool finished = false;       // we send no more
  bool peer_finished = false;  // they send no more
  bool paused = false;
  std::vector<std::function<void()>> held;  // what it missed, paused
};

// Who listens at an address.
struct MemoryPort {
  MemoryPort(Loop& its_loop, Sink& its_sink, const Endpoint& address)
      : loop{its_loop}, sink{&its_sink}, at{address} {}

  // Tells the sink something, and asks for a turn.
  template <class Tell>
  void tell(Tell tell_it) {
    if (sink != nullptr) tell_it(*sink, loop.now());
    if (sink != nullptr) loop.reschedule(*sink);
  }
  [[nodiscard]] MemoryEnd* find(StreamId id) {
    const auto found = ends.find(id.value());
    return found == ends.end() ? nullptr : &found->second;
  }
  void end(StreamId id, const Error* why) {
    if (ends.erase(id.value()) == 0) return;
    tell([&](Sink& to, TimePoint now) { to.on_stream_closed(now, id, why); });
  }
  void end_if_done(StreamId id) {
    const MemoryEnd* one = find(id);
    if (one != nullptr && one->finished && one->peer_finished) end(id, nullptr);
  }

  Loop& loop;
  Sink* sink;  // null: the link is gone
  const Endpoint at;
  std::uint32_t accepted = 0;
  std::map<std::uint32_t, MemoryEnd> ends;  // by StreamId
};

class MemoryNetwork : public std::enable_shared_from_this<MemoryNetwork> {
 public:
  [[nodiscard]] LinkFactory factory();

  std::map<Endpoint, std::shared_ptr<MemoryPort>> ports;
  std::size_t datagrams = 0;
  std::size_t streams = 0;
};

class MemoryLink final : public Link {
 public:
  MemoryLink(std::shared_ptr<MemoryNetwork> network, std::shared_ptr<MemoryPort> port)
      : network_{std::move(network)}, port_{std::move(port)} {}
  ~MemoryLink() override {
    while (!port_->ends.empty()) reset(StreamId{port_->ends.begin()->first});
    port_->sink = nullptr;
    network_->ports.erase(port_->at);
  }
  MemoryLink(const MemoryLink&) = delete;
  MemoryLink& operator=(const MemoryLink&) = delete;

  [[nodiscard]] Endpoint local() const override { return port_->at; }
  [[nodiscard]] std::size_t datagram_bytes_max() const override { return 1000; }
  [[nodiscard]] bool secured() const override { return true; }

  std::size_t send(std::span<const TxDatagram> batch) override {
    for (const TxDatagram& datagram : batch) {
      ++network_->datagrams;
      const auto found = network_->ports.find(datagram.to.endpoint);
      if (found == network_->ports.end()) continue;
      std::vector<std::uint8_t> copy{datagram.bytes.begin(), datagram.bytes.end()};
      later([to = found->second, from = port_->at, bytes = std::move(copy)]() mutable {
        to->tell([&](Sink& sink, TimePoint now) {
          RxDatagram received{{from, now}, bytes, false};
          sink.on_packets(now, {&received, 1});
        });
      });
    }
    return batch.size();
  }

  void open(StreamId stream, const Peer& to) override {
    ++network_->streams;
    port_->ends[stream.value()].id = stream;
    later([network = network_, mine = port_, stream, to = to.endpoint] {
      MemoryEnd* here = mine->find(stream);
      if (here == nullptr) return;
      const auto found = network->ports.find(to);
      if (found == network->ports.end()) {
        const Error nobody{Errc::connection_failed, to_string(to), "nobody there"};
        return mine->end(stream, &nobody);
      }
      const auto theirs = found->second;
      const StreamId id{StreamId::incoming_bit | ++theirs->accepted};
      here->there = theirs;
      here->id_there = id;
      MemoryEnd& there = theirs->ends[id.value()];
      there.id = id;
      there.there = mine;
      there.id_there = stream;
      theirs->tell([&](Sink& sink, TimePoint now) { sink.on_stream_accepted(now, id, mine->at); });
      mine->tell([&](Sink& sink, TimePoint now) { sink.on_stream_opened(now, stream); });
    });
  }
  void write(StreamId stream, SharedBytes bytes) override {
    to_the_other(stream, [bytes](MemoryPort& port, StreamId id) {
      port.tell([&](Sink& sink, TimePoint now) { sink.on_stream_bytes(now, id, *bytes); });
    });
    later([mine = port_, stream] {
      if (mine->find(stream) == nullptr) return;
      mine->tell([&](Sink& sink, TimePoint now) { sink.on_stream_written(now, stream); });
    });
  }
  void finish(StreamId stream) override {
    if (MemoryEnd* end = port_->find(stream)) end->finished = true;
    say_finished(stream);
    later([mine = port_, stream] { mine->end_if_done(stream); });
  }
  void close(StreamId stream) override {
    say_finished(stream);
    port_->ends.erase(stream.value());
  }
  void reset(StreamId stream) override {
    to_the_other(stream, [](MemoryPort& port, StreamId id) {
      const Error gone{Errc::connection_failed, {}, "reset by the peer"};
      port.end(id, &gone);
    });
    port_->ends.erase(stream.value());
  }
  void pause(StreamId stream, bool paused) override {
    MemoryEnd* end = port_->find(stream);
    if (end == nullptr) return;
    end->paused = paused;
    if (paused) return;
    for (auto& missed : std::exchange(end->held, {})) later(std::move(missed));
  }

 private:
  void later(std::function<void()> task) { port_->loop.post(std::move(task)); }
  // When everything asked for before has arrived, and the other side reads.
  template <class Do>
  void to_the_other(StreamId stream, Do what) {
    const MemoryEnd* end = port_->find(stream);
    if (end == nullptr) return;
    const auto there = end->there.lock();
    if (there == nullptr) return;
    auto arrive = [there, id = end->id_there, what] {
      if (there->find(id) != nullptr) what(*there, id);
    };
    later([there, id = end->id_there, arrive] {
      MemoryEnd* receiver = there->find(id);
      if (receiver != nullptr && receiver->paused) return receiver->held.push_back(arrive);
      arrive();
    });
  }
  void say_finished(StreamId stream) {
    to_the_other(stream, [](MemoryPort& port, StreamId id) {
      port.find(id)->peer_finished = true;
      port.tell([&](Sink& sink, TimePoint now) { sink.on_stream_peer_finished(now, id); });
      port.end_if_done(id);
    });
  }

  std::shared_ptr<MemoryNetwork> network_;
  std::shared_ptr<MemoryPort> port_;
};

inline LinkFactory MemoryNetwork::factory() {
  return [network = shared_from_this()](Loop& loop, const LinkOptions& options,
                                        Sink& sink) -> Result<std::unique_ptr<Link>> {
    const auto port = std::make_shared<MemoryPort>(loop, sink, options.bind);
    if (!network->ports.emplace(options.bind, port).second) {
      return Error{Errc::address_in_use, "bind", to_string(options.bind)};
    }
    return std::unique_ptr<Link>{std::make_unique<MemoryLink>(network, port)};
  };
}

}  // namespace gossipod::test
