// What does a packet of gossip cost a member that knows it all already? And how much room does a
// member take?
//
// Most claims a node hears are stale: each is told many times by many. So this is the machine's hot
// path, and it must not depend on how many members there are.
#include <benchmark/benchmark.h>
#include <gossipod/limits.h>
#include <gossipod/swim/node.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/rng.h"
#include "swim/member_table.h"
#include "wire/packet_builder.h"
#include "wire/walk.h"

namespace gossipod::swim {
namespace {

constexpr std::array<std::uint8_t, 6> versions{1, 5, 2, 0, 0, 0};

Endpoint endpoint_of(std::uint32_t member) {
  Endpoint endpoint = *Endpoint::from_ip("10.0.0.0", 7946);
  for (std::size_t i = 0; i < 3; ++i) {
    endpoint.ip[15 - i] = static_cast<std::uint8_t>(member >> (8 * i));
  }
  return endpoint;
}

// A node that knows `members` others, all alive.
class Known {
 public:
  explicit Known(std::uint32_t members) : node_{config(), context(), now_} {
    for (std::uint32_t i = 0; i < members; ++i) {
      const std::string name = "n" + std::to_string(i);
      const Endpoint endpoint = endpoint_of(i);
      node_.on_message(now_, {}, alive(name, endpoint));
    }
    while (node_.poll_event()) {
    }
  }

  static wire::Alive alive(std::string_view name, const Endpoint& endpoint) {
    return {.incarnation = Incarnation{1},
            .node = name,
            .address = endpoint.address(),
            .port = endpoint.port,
            .metadata = {},
            .versions = versions};
  }

  // Packets of twenty claims about members at random.
  static std::vector<std::vector<std::uint8_t>> packets(std::uint32_t members, std::size_t count) {
    Rng rng{7};
    std::vector<std::vector<std::uint8_t>> all(count);
    for (auto& packet : all) {
      packet.resize(limits::packet_bytes);
      wire::PacketBuilder builder{packet};
      for (int i = 0; i < 20; ++i) {
        const std::uint32_t member = rng.below(members);
        const std::string name = "n" + std::to_string(member);
        const Endpoint endpoint = endpoint_of(member);
        if (!builder.add(alive(name, endpoint))) std::abort();
      }
      packet.resize(builder.finish());
    }
    return all;
  }

  void hear(const std::vector<std::uint8_t>& packet) {
    Reporter reporter{nullptr, &counters_};
    wire::Walk walk{packet, scratch_, reporter};
    while (const auto message = walk.next()) node_.on_message(now_, {}, *message);
  }
  void merge(const wire::Message& message) { node_.on_message(now_, {}, message); }
  [[nodiscard]] std::uint64_t stale() const { return counters_[Counter::claims_stale]; }

 private:
  static Config config() {
    Config config;
    config.name = "self";
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
  Node node_;
};

// From the packet's bytes to "we know": decode and merge, twenty claims.
void hear_stale_claims(benchmark::State& state) {
  const auto members = static_cast<std::uint32_t>(state.range(0));
  Known known{members};
  const auto packets = Known::packets(members, 2000);
  const std::uint64_t before = known.stale();
  std::size_t next = 0;
  for (auto _ : state) known.hear(packets[next++ % packets.size()]);
  const auto claims = static_cast<double>(state.iterations()) * 20;
  if (static_cast<double>(known.stale() - before) != claims) state.SkipWithError("not all stale");
  state.SetItemsProcessed(static_cast<std::int64_t>(claims));
}
BENCHMARK(hear_stale_claims)->Arg(20)->Arg(1'000)->Arg(10'000)->Arg(100'000);

// The merge alone: the claims are decoded beforehand.
void merge_stale_claims(benchmark::State& state) {
  const auto members = static_cast<std::uint32_t>(state.range(0));
  Known known{members};
  auto packets = Known::packets(members, 2000);
  std::vector<wire::Message> messages;
  std::vector<std::uint8_t> scratch;
  Reporter reporter{nullptr, nullptr};
  for (const auto& packet : packets) {
    wire::Walk walk{packet, scratch, reporter};
    while (const auto message = walk.next()) messages.push_back(*message);
  }
  std::size_t next = 0;
  for (auto _ : state) known.merge(messages[next++ % messages.size()]);
}
BENCHMARK(merge_stale_claims)->Arg(20)->Arg(1'000)->Arg(10'000)->Arg(100'000);

// 100,000 members that share nothing: table, index, probe order and identities.
void room_per_member(benchmark::State& state) {
  constexpr std::uint32_t members = 100'000;
  std::size_t bytes = 0;
  for (auto _ : state) {
    IdentityPool pool{7};
    Rng rng{1};
    MemberTable table{pool, rng};
    for (std::uint32_t i = 0; i < members; ++i) {
      const std::string name = "n" + std::to_string(i);
      const Endpoint endpoint = endpoint_of(i);
      table.add(pool.intern({.name = name,
                             .address = endpoint.address(),
                             .port = 7946,
                             .metadata = {},
                             .versions = {1, 5, 2, 0, 0, 0}}),
                {MemberState::alive, Incarnation{1}}, TimePoint{});
    }
    bytes = table.bytes() + pool.bytes();
  }
  state.counters["bytes_per_member"] = static_cast<double>(bytes) / members;
  state.counters["MiB_in_all"] = static_cast<double>(bytes) / (1 << 20);
}
BENCHMARK(room_per_member)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gossipod::swim
