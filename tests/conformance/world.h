// What the conformance tests share: the bodies they hold to one contract, a sink that writes down
// what it is told, and waiting without sleeping.
#pragma once

#include <gossipod/loop.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gossipod::test {

struct Body {
  std::string_view name;
  Result<std::unique_ptr<Loop>> (*make)();  // unsupported: the machine cannot, and says why
  std::size_t datagram_bytes_max;
};
// All that were built.
[[nodiscard]] std::vector<Body> bodies();
[[nodiscard]] std::vector<Body> bodies_on_sockets();

[[nodiscard]] inline Endpoint loopback(std::uint16_t port = 0) {
  return *Endpoint::from_ip("127.0.0.1", port);
}

[[nodiscard]] inline std::vector<std::uint8_t> pattern(std::size_t size, std::uint32_t seed = 1) {
  std::vector<std::uint8_t> bytes(size);
  for (std::uint8_t& byte : bytes) {
    seed = seed * 1'664'525u + 1'013'904'223u;
    byte = static_cast<std::uint8_t>(seed >> 24);
  }
  return bytes;
}
[[nodiscard]] inline SharedBytes shared(const std::vector<std::uint8_t>& bytes) {
  return std::make_shared<const LargeBytes>(bytes.begin(), bytes.end());
}

class Recorder final : public Sink {
 public:
  struct Packet {
    Arrival arrival;
    TimePoint now;
    std::vector<std::uint8_t> bytes;
    bool truncated = false;
  };
  struct Stream {
    Endpoint from;
    bool accepted = false;
    bool opened = false;
    int written = 0;
    bool peer_finished = false;
    bool closed = false;
    std::optional<Error> why;
    std::vector<std::uint8_t> bytes;
    std::size_t calls = 0;
  };

  void on_packets(TimePoint now, std::span<RxDatagram> batch) noexcept override {
    for (const RxDatagram& datagram : batch) {
      packets.push_back({datagram.arrival,
                         now,
                         {datagram.bytes.begin(), datagram.bytes.end()},
                         datagram.truncated});
    }
    if (packets_came) packets_came();
  }
  void on_stream_accepted(TimePoint, StreamId stream, const Endpoint& from) noexcept override {
    Stream& record = called(stream);
    EXPECT_TRUE(stream.incoming());
    EXPECT_EQ(record.calls, 1u);
    record.accepted = true;
    record.from = from;
    incoming.push_back(stream);
    if (accepted) accepted(stream);
  }
  void on_stream_opened(TimePoint, StreamId stream) noexcept override {
    Stream& record = called(stream);
    EXPECT_FALSE(stream.incoming());
    EXPECT_EQ(record.calls, 1u);
    record.opened = true;
  }
  void on_stream_bytes(TimePoint, StreamId stream, Bytes bytes) noexcept override {
    Stream& record = called(stream);
    EXPECT_FALSE(record.peer_finished);
    EXPECT_FALSE(bytes.empty());
    record.bytes.insert(record.bytes.end(), bytes.begin(), bytes.end());
    if (bytes_came) bytes_came(stream);
  }
  void on_stream_written(TimePoint, StreamId stream) noexcept override { ++called(stream).written; }
  void on_stream_peer_finished(TimePoint, StreamId stream) noexcept override {
    Stream& record = called(stream);
    EXPECT_FALSE(record.peer_finished);
    record.peer_finished = true;
  }
  void on_stream_closed(TimePoint, StreamId stream, const Error* why) noexcept override {
    Stream& record = called(stream);
    record.closed = true;
    if (why != nullptr) record.why = *why;
  }
  void on_trouble(Trouble trouble, std::uint64_t times) noexcept override {
    troubles[trouble] += times;
  }
  void on_turn(TimePoint now, bool drained) noexcept override {
    EXPECT_GE(now, last_turn);
    last_turn = now;
    ++turns;
    undrained += drained ? 0 : 1;
    if (turned) turned(now);
  }
  [[nodiscard]] TimePoint next_deadline() const noexcept override { return deadline; }

  // Of a stream that is closed nothing more may be heard.
  Stream& called(StreamId stream) {
    Stream& record = streams[stream.value()];
    EXPECT_FALSE(record.closed);
    ++record.calls;
    return record;
  }
  Stream& operator[](StreamId stream) { return streams[stream.value()]; }
  [[nodiscard]] std::size_t calls() const {
    std::size_t all = packets.size() + turns;
    for (const auto& [id, stream] : streams) all += stream.calls;
    return all;
  }

  TimePoint deadline = never;
  std::vector<Packet> packets;
  std::map<std::uint32_t, Stream> streams;
  std::vector<StreamId> incoming;
  std::map<Trouble, std::uint64_t> troubles;
  std::size_t turns = 0;
  std::size_t undrained = 0;
  TimePoint last_turn = TimePoint::min();
  std::function<void(TimePoint)> turned;
  std::function<void()> packets_came;
  std::function<void(StreamId)> accepted;
  std::function<void(StreamId)> bytes_came;
};

// One loop of each body, and links on it.
class Conformance : public testing::TestWithParam<Body> {
 protected:
  void SetUp() override {
    auto made = GetParam().make();
    if (!made && made.error().code == Errc::unsupported) {
      GTEST_SKIP() << "this machine cannot: " << to_string(made.error());
    }
    ASSERT_TRUE(made) << to_string(made.error());
    loop = *std::move(made);
  }

  struct Node {
    Recorder sink;
    std::unique_ptr<Link> link;

    [[nodiscard]] Endpoint at() const { return link->local(); }
    bool send(const Endpoint& to, const std::vector<std::uint8_t>& bytes) const {
      const std::array batch{TxDatagram{{to, {}}, bytes}};
      return link->send(batch) == 1;
    }
  };

  std::unique_ptr<Node> node(const Endpoint& bind = loopback()) {
    auto made = std::make_unique<Node>();
    auto attached = loop->attach({.bind = bind}, made->sink);
    EXPECT_TRUE(attached) << to_string(attached.error());
    if (attached) made->link = std::move(*attached);
    return made;
  }

  // Turns the loop until it is so; false if it takes too long.
  bool until(const std::function<bool()>& so, Duration patience = std::chrono::seconds{20}) {
    const TimePoint last = loop->now() + patience;
    while (!so()) {
      if (loop->now() > last) return false;
      loop->turn(std::chrono::milliseconds{20});
    }
    return true;
  }

  // An open stream: the opener's name for it, and the other side's.
  struct Pair {
    StreamId out;
    StreamId in;
  };
  Pair connect(Node& from, Node& to, std::uint32_t number = 1) {
    const std::size_t before = to.sink.incoming.size();
    from.link->open(StreamId{number}, {to.at(), {}});
    EXPECT_FALSE(from.sink[StreamId{number}].opened);
    EXPECT_TRUE(until(
        [&] { return from.sink[StreamId{number}].opened && to.sink.incoming.size() > before; }));
    return {StreamId{number}, to.sink.incoming.back()};
  }

  std::unique_ptr<Loop> loop;
};

}  // namespace gossipod::test
