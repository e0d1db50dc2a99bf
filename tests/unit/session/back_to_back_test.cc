// Two sessions, back to back: whatever one says arrives typed at the other, in every wrapping.
#include <gtest/gtest.h>

#include <tuple>

#include "unit/session/fake_machine.h"

namespace gossipod::session {
namespace {

const Endpoint endpoint_a = *Endpoint::from_ip("10.0.0.1", 7946);
const Endpoint endpoint_b = *Endpoint::from_ip("10.0.0.2", 7946);

// The link between two sessions: no time passes, nothing is lost, bytes come in pieces.
class Wire {
 public:
  Wire(Bench& a, Bench& b, std::size_t piece) : a_{a}, b_{b}, piece_{piece} {}

  void settle() {
    int moved = 1;
    while (moved > 0) {
      moved = carry_packets(a_, b_, endpoint_a) + carry_packets(b_, a_, endpoint_b) +
              carry_streams(a_, b_, endpoint_a) + carry_streams(b_, a_, endpoint_b);
    }
  }

 private:
  static int carry_packets(Bench& from, Bench& to, const Endpoint& source) {
    std::array<std::uint8_t, 2048> frame{};
    int moved = 0;
    while (const auto packet = from.session.poll_packet(at(0s), frame)) {
      Octets copy{packet->bytes.begin(), packet->bytes.end()};
      to.session.on_packet(at(0s), {.arrival = {source, at(0s)}, .bytes = copy});
      ++moved;
    }
    return moved;
  }
  int carry_streams(Bench& from, Bench& to, const Endpoint& source) {
    int moved = 0;
    while (const auto order = from.session.poll_link(at(0s))) {
      const StreamId mine = order->stream;
      const StreamId theirs{mine.value() ^ StreamId::incoming_bit};
      switch (order->kind) {
        case LinkOrder::Kind::open:
          to.session.on_stream_accepted(at(0s), theirs, source);
          from.session.on_stream_opened(at(0s), mine);
          break;
        case LinkOrder::Kind::write:
          for (std::size_t i = 0; i < order->bytes->size(); i += piece_) {
            to.session.on_stream_bytes(
                at(0s), theirs,
                Bytes{*order->bytes}.subspan(i, std::min(piece_, order->bytes->size() - i)));
          }
          from.session.on_stream_written(at(0s), mine);
          break;
        case LinkOrder::Kind::close:
          to.session.on_stream_peer_finished(at(0s), theirs);
          break;
        default:
          to.session.on_stream_closed(at(0s), theirs, nullptr);
          break;
      }
      ++moved;
    }
    return moved;
  }

  Bench& a_;
  Bench& b_;
  std::size_t piece_;
};

class BackToBack : public testing::TestWithParam<std::tuple<bool, bool, int, int>> {};

TEST_P(BackToBack, EverythingArrives) {
  const auto [compression, label, sealed, piece] = GetParam();
  Config config = plain_config();
  config.compression = compression;
  if (label) config.label = "blah";
  if (sealed > 0) config.keys = {sealed == 3 ? key_b : key_a};
  config.protocol_version = sealed == 1 ? 1 : 2;
  Bench a{config};
  // Rotating: b still seals with the old key, and opens with both.
  if (sealed == 3) config.keys = {key_a, key_b};
  Bench b{config};
  if (sealed == 3) {
    EXPECT_TRUE(a.session.keys().add(key_a));
  }
  Wire wire{a, b, static_cast<std::size_t>(piece)};

  b.script->on_stream_message = [&](StreamId id, const wire::StreamMessage& message) {
    if (std::holds_alternative<wire::PushPull>(message)) {
      b.script->write(id, shared(push_pull(std::string(5000, 'b'))));
    }
    if (std::holds_alternative<wire::Ping>(message)) b.script->write(id, shared(ack(3)));
    b.script->finish(id);
  };
  a.script->on_stream_message = [&](StreamId id, const wire::StreamMessage&) {
    a.script->finish(id);
  };
  a.script->packets.push_back({ping(1), endpoint_b, true});
  a.script->packets.push_back({ping(2), endpoint_b, false});
  for (std::uint32_t id = 1; id <= 3; ++id) a.script->open(id, endpoint_b, at(10s));
  wire.settle();
  a.script->write(StreamId{1}, shared(push_pull(std::string(5000, 'a'))));
  a.script->write(StreamId{2}, shared(user("hello")));
  a.script->finish(StreamId{2});
  a.script->write(StreamId{3}, shared(ping(3)));
  wire.settle();

  EXPECT_EQ(b.told(), (Lines{"ping 1 b from 10.0.0.1:7946", "ping 2 b from 10.0.0.1:7946",
                             "stream join 1 5000*a from 10.0.0.1:7946",
                             "stream user hello from 10.0.0.1:7946",
                             "stream ping 3 b from 10.0.0.1:7946", "closed", "closed", "closed"}));
  Lines heard = a.told();
  std::ranges::sort(heard);
  EXPECT_EQ(heard, (Lines{"closed", "closed", "closed", "opened 1", "opened 2", "opened 3",
                          "stream ack 3", "stream join 1 5000*b"}));
  for (Bench* bench : {&a, &b}) {
    EXPECT_EQ(bench->session.streams(), 0u);
    EXPECT_EQ(bench->drops(), Drops{});
    EXPECT_EQ(bench->session.next_deadline(), never);
  }
  EXPECT_EQ(a.counters[Counter::streams_opened], 3u);
  EXPECT_EQ(b.counters[Counter::streams_accepted], 3u);
  EXPECT_EQ(a.counters[Counter::streams_sent_bytes], b.counters[Counter::streams_received_bytes]);
  EXPECT_EQ(b.counters[Counter::streams_sent_bytes], a.counters[Counter::streams_received_bytes]);
}

INSTANTIATE_TEST_SUITE_P(All, BackToBack,
                         testing::Combine(testing::Bool(), testing::Bool(),
                                          testing::Values(0, 1, 2, 3),
                                          testing::Values(1, 1000, 1 << 20)));

}  // namespace
}  // namespace gossipod::session
