// What does a packet cost a member, from its bytes to the reply? What does comparing everything?
//
// Aims: a ping with ten known claims under 1.5 us however many members there are; ten claims that
// are news under 5 us.
#include <benchmark/benchmark.h>
#include <gossipod/limits.h>
#include <gossipod/swim/node.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/rng.h"
#include "wire/packet_builder.h"
#include "wire/stream_reader.h"
#include "wire/walk.h"

namespace gossipod::swim {
namespace {

constexpr std::array<std::uint8_t, 6> versions{1, 5, 2, 0, 0, 0};
constexpr std::size_t claims_per_packet = 10;
using Packet = std::vector<std::uint8_t>;

Endpoint endpoint_of(std::uint32_t member) {
  Endpoint endpoint = *Endpoint::from_ip("10.0.0.0", 7946);
  for (std::size_t i = 0; i < 3; ++i) {
    endpoint.ip[15 - i] = static_cast<std::uint8_t>(member >> (8 * i));
  }
  return endpoint;
}

wire::Alive alive(std::string_view name, const Endpoint& endpoint, std::uint32_t incarnation) {
  return {.incarnation = Incarnation{incarnation},
          .node = name,
          .address = endpoint.address(),
          .port = endpoint.port,
          .metadata = {},
          .versions = versions};
}

// Ten claims about members at random, after a ping if wanted.
Packet packet_of(Rng& rng, std::uint32_t members, std::uint32_t incarnation, bool ping) {
  Packet packet(limits::packet_bytes);
  wire::PacketBuilder builder{packet};
  const Endpoint source = endpoint_of(0);
  if (ping && !builder.add(wire::Ping{.sequence = SequenceNumber{42},
                                      .node = "self",
                                      .source_address = source.address(),
                                      .source_port = source.port,
                                      .source_node = "n0"})) {
    std::abort();
  }
  for (std::size_t i = 0; i < claims_per_packet; ++i) {
    const std::uint32_t member = rng.below(members);
    const Endpoint endpoint = endpoint_of(member);
    if (!builder.add(alive("n" + std::to_string(member), endpoint, incarnation))) std::abort();
  }
  packet.resize(builder.finish());
  return packet;
}

// A node that knows `members` others, all alive, and has told everybody.
class Member {
 public:
  explicit Member(std::uint32_t members) : node_{config(), context(), now_} {
    for (std::uint32_t i = 0; i < members; ++i) {
      const std::string name = "n" + std::to_string(i);
      const Endpoint endpoint = endpoint_of(i);
      node_.on_message(now_, {}, alive(name, endpoint, 1));
    }
    Stats stats;
    for (node_.fill(stats); stats.queue_length > 0; node_.fill(stats)) {
      node_.on_message(now_, {}, wire::Ping{});
      settle();
    }
  }

  // Returns the bytes of what it sends for that.
  std::size_t hear(const Packet& packet) {
    Reporter reporter{nullptr, &counters_};
    wire::Walk walk{packet, scratch_, reporter};
    while (walk.next_together(ahead_, 16)) {  // as a session does
      node_.expect(ahead_);
      for (const wire::Message& message : ahead_) node_.on_message(now_, {}, message);
    }
    return settle();
  }
  std::size_t settle() {
    std::size_t bytes = 0;
    while (const auto transmit = node_.poll_transmit(now_, out_)) bytes += transmit->bytes;
    while (node_.poll_event()) {
    }
    return bytes;
  }
  // Everything it knows, as it would say it.
  Packet state() {
    node_.join(now_, 0, {endpoint_of(1), {}});
    Packet bytes;
    while (const auto order = node_.poll_stream()) {
      if (order->kind == StreamOrder::Kind::open) node_.on_stream_opened(now_, order->stream);
      if (order->kind == StreamOrder::Kind::write)
        bytes.assign(order->bytes->begin(), order->bytes->end());
    }
    return bytes;
  }
  // Somebody compares everything with us; returns the bytes of our answer.
  std::size_t compare(const Packet& state) {
    wire::StreamReader reader;
    if (reader.read(state) != wire::StreamReader::Status::message) return 0;
    node_.on_stream_message(now_, StreamId{StreamId::incoming_bit}, {}, reader.message());
    std::size_t bytes = 0;
    while (const auto order = node_.poll_stream()) {
      if (order->kind == StreamOrder::Kind::write) bytes += order->bytes->size();
    }
    return bytes;
  }
  [[nodiscard]] std::uint64_t count(Counter counter) const { return counters_[counter]; }

 private:
  static Config config() {
    Config config;
    config.name = "self";
    config.retransmit_multiplier = 1;
    return config;
  }
  NodeContext context() {
    return {.seed = 1,
            .local = endpoint_of(0xffffff),
            .pool = pool_,
            .delegate = nullptr,
            .observer = nullptr,
            .counters = &counters_};
  }
  const TimePoint now_{std::chrono::hours{1}};
  std::shared_ptr<IdentityPool> pool_ = std::make_shared<IdentityPool>(7);
  Counters counters_;
  std::vector<std::uint8_t> scratch_;
  std::vector<wire::Message> ahead_;
  std::array<std::uint8_t, limits::packet_bytes> out_{};
  Node node_;
};

void ping_with_ten_known_claims(benchmark::State& state) {
  const auto members = static_cast<std::uint32_t>(state.range(0));
  Member member{members};
  Rng rng{7};
  std::vector<Packet> packets;
  for (int i = 0; i < 2000; ++i) packets.push_back(packet_of(rng, members, 1, true));
  std::size_t next = 0;
  std::size_t replies = 0;
  for (auto _ : state) replies += member.hear(packets[next++ % packets.size()]);
  if (replies == 0) state.SkipWithError("no reply");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ping_with_ten_known_claims)->Arg(20)->Arg(1'000)->Arg(10'000);

// Each claim is newer than what was known, and is told on: the reply carries as many as fit.
void ping_with_ten_fresh_claims(benchmark::State& state) {
  const auto members = static_cast<std::uint32_t>(state.range(0));
  Member member{members};
  Rng rng{7};
  std::uint32_t incarnation = 2;
  std::vector<Packet> packets;
  std::size_t next = 0;
  const std::uint64_t before = member.count(Counter::claims_alive);
  for (auto _ : state) {
    if (next == packets.size()) {
      state.PauseTiming();
      packets.clear();
      next = 0;
      for (int i = 0; i < 2000; ++i)
        packets.push_back(packet_of(rng, members, incarnation++, true));
      state.ResumeTiming();
    }
    benchmark::DoNotOptimize(member.hear(packets[next++]));
  }
  const auto fresh = static_cast<double>(member.count(Counter::claims_alive) - before);
  state.counters["fresh_per_packet"] = fresh / static_cast<double>(state.iterations());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ping_with_ten_fresh_claims)->Arg(1'000)->Arg(10'000);

// The other knows exactly what we know: decoding, merging and our answer.
void compare_everything(benchmark::State& state) {
  const auto members = static_cast<std::uint32_t>(state.range(0));
  Member member{members};
  const Packet all = Member{members}.state();
  std::size_t bytes = 0;
  for (auto _ : state) bytes += member.compare(all);
  if (bytes == 0) state.SkipWithError("no answer");
  state.counters["bytes"] = static_cast<double>(all.size());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(members));
}
BENCHMARK(compare_everything)->Arg(1'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace gossipod::swim
