// A whole node among strangers: packets and streams from the fuzzer, in any order and at any time.
// It must stay consistent, bounded, and never ask for more than it was given room for.
#include <gossipod/assert.h>
#include <gossipod/session/session.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <vector>

#include "fuzz/input.h"

namespace {

using namespace gossipod;
using Session = session::Session<swim::Node>;

class Counting final : public Entropy {
 public:
  void fill(MutableBytes out) noexcept override { std::ranges::fill(out, ++next_); }

 private:
  std::uint8_t next_ = 0;
};

Config make_config(std::uint8_t flags) {
  Config config;
  config.name = "a";
  config.bind = *Endpoint::from_ip("10.0.0.1", 7946);
  config.members_max = 64;
  config.compression = (flags & 1) != 0;
  if ((flags & 2) != 0) config.label = "a label";
  if ((flags & 4) != 0) config.keys.push_back(std::vector<std::uint8_t>(16, 7));
  config.verify_incoming = (flags & 8) != 0;
  return config;
}

class World {
 public:
  explicit World(std::uint8_t flags)
      : config_{make_config(flags)},
        pool_{std::make_shared<swim::IdentityPool>(1)},
        session_{config_, {.entropy = &entropy_, .counters = &counters_}, make_node()} {}

  void step(fuzz::Input& input) {
    const std::uint8_t what = input.byte();
    const Endpoint from{.ip = config_.bind.ip, .port = std::uint16_t{what}};
    const StreamId stream{StreamId::incoming_bit | (what >> 4)};
    const bool open = streams_.contains(stream.value());
    switch (what & 7) {
      case 0:
      case 1: {
        std::vector<std::uint8_t> datagram = input.run();
        session_.on_packet(now_, {.arrival = {from, now_}, .bytes = datagram});
        break;
      }
      case 2:
        now_ += std::chrono::milliseconds{1 << (what >> 4)};
        break;
      case 3:
        if (open) break;
        streams_.insert(stream.value());
        session_.on_stream_accepted(now_, stream, from);
        break;
      case 4:
        if (open) session_.on_stream_bytes(now_, stream, input.run());
        break;
      case 5:
        if (open) session_.on_stream_peer_finished(now_, stream);
        break;
      case 6:
        if (open) session_.on_stream_written(now_, stream);
        break;
      case 7:
        if (streams_.erase(stream.value()) > 0) session_.on_stream_closed(now_, stream, nullptr);
        break;
    }
    turn();
  }

 private:
  swim::Node make_node() {
    const swim::NodeContext context{
        .seed = 1, .local = config_.bind, .pool = pool_, .counters = &counters_};
    return swim::Node{config_, context, now_};
  }

  void turn() {
    if (session_.next_deadline() <= now_) session_.on_deadline(now_);
    while (const auto packet = session_.poll_packet(now_, frame_)) {
      GOSSIPOD_ASSERT(!packet->bytes.empty() && packet->bytes.size() <= config_.packet_bytes);
    }
    while (const auto order = session_.poll_link(now_)) {
      using Kind = session::LinkOrder::Kind;
      if (order->kind == Kind::close || order->kind == Kind::reset) {
        streams_.erase(order->stream.value());
      }
    }
    while (session_.poll_event()) {
    }
    session_.machine().check_invariants();
    GOSSIPOD_ASSERT(session_.next_deadline() > now_);
  }

  Config config_;
  Counters counters_;
  Counting entropy_;
  std::shared_ptr<swim::IdentityPool> pool_;
  TimePoint now_{};
  std::vector<std::uint8_t> frame_ =
      std::vector<std::uint8_t>(limits::packet_bytes + limits::headroom + limits::tailroom);
  std::set<std::uint32_t> streams_;  // open ones that came in
  Session session_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input{data, size};
  World world{input.byte()};
  for (int steps = 0; steps < 1000 && !input.empty(); ++steps) world.step(input);
  return 0;
}
