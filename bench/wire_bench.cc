// What does a full packet of gossip cost? Twenty alive claims in one compound of at most 1400
// bytes: written, read, compressed, unpacked.
#include <benchmark/benchmark.h>
#include <gossipod/assert.h>
#include <gossipod/limits.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/reporter.h"
#include "wire/lzw.h"
#include "wire/packet_builder.h"
#include "wire/stream_reader.h"
#include "wire/walk.h"

namespace {

using namespace gossipod;
using namespace gossipod::wire;

constexpr std::size_t claims_in_packet = 20;
constexpr std::int64_t claims = claims_in_packet;

// Members as a cluster has them, and the claims about them.
class Cluster {
 public:
  explicit Cluster(std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      names_.push_back("node-" + std::to_string(i));
      addresses_.push_back(
          {10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)});
    }
  }
  [[nodiscard]] std::size_t size() const { return names_.size(); }
  [[nodiscard]] Alive alive(std::size_t i) const {
    return {.incarnation = Incarnation{static_cast<std::uint32_t>(i + 1)},
            .node = names_[i],
            .address = addresses_[i],
            .port = 7946,
            .metadata = {},
            .versions = versions_};
  }
  [[nodiscard]] Record record(std::size_t i) const {
    return {.name = names_[i],
            .address = addresses_[i],
            .port = 7946,
            .incarnation = Incarnation{static_cast<std::uint32_t>(i + 1)},
            .versions = versions_};
  }

 private:
  std::vector<std::string> names_;
  std::vector<std::vector<std::uint8_t>> addresses_;
  std::vector<std::uint8_t> versions_{1, 5, 2, 0, 0, 0};
};

std::vector<std::uint8_t> packet_of_claims() {
  const Cluster cluster{claims_in_packet};
  std::vector<std::uint8_t> out(limits::packet_bytes);
  PacketBuilder builder{out};
  for (std::size_t i = 0; i < cluster.size(); ++i) {
    const bool fits = builder.add(cluster.alive(i));
    GOSSIPOD_ASSERT(fits);
  }
  out.resize(builder.finish());
  return out;
}

void count(benchmark::State& state, std::int64_t items, std::size_t bytes) {
  state.SetItemsProcessed(state.iterations() * items);
  state.counters["bytes"] = static_cast<double>(bytes);
}

void BuildPacket(benchmark::State& state) {
  const Cluster cluster{claims_in_packet};
  std::vector<std::uint8_t> out(limits::packet_bytes);
  std::size_t size = 0;
  for (auto _ : state) {
    PacketBuilder builder{out};
    for (std::size_t i = 0; i < cluster.size(); ++i) {
      benchmark::DoNotOptimize(builder.add(cluster.alive(i)));
    }
    size = builder.finish();
    benchmark::ClobberMemory();
  }
  count(state, claims, size);
}
BENCHMARK(BuildPacket);

void walk(benchmark::State& state, const std::vector<std::uint8_t>& packet) {
  std::vector<std::uint8_t> scratch;
  Counters counters;
  Reporter reporter{nullptr, &counters};
  for (auto _ : state) {
    Walk walk{packet, scratch, reporter};
    std::int64_t found = 0;
    while (const auto message = walk.next()) {
      benchmark::DoNotOptimize(*message);
      ++found;
    }
    if (found != claims) state.SkipWithError("not all claims were found");
  }
  count(state, claims, packet.size());
}

void WalkPacket(benchmark::State& state) { walk(state, packet_of_claims()); }
BENCHMARK(WalkPacket);

std::vector<std::uint8_t> compressed(const std::vector<std::uint8_t>& plain) {
  std::vector<std::uint8_t> packed;
  const bool fits = lzw_pack(plain, packed);
  GOSSIPOD_ASSERT(fits);
  const Compressed message{.packed = packed};
  std::vector<std::uint8_t> out(encoded_size(message));
  Writer writer{out};
  encode(writer, message);
  return out;
}

void WalkCompressedPacket(benchmark::State& state) { walk(state, compressed(packet_of_claims())); }
BENCHMARK(WalkCompressedPacket);

void DecodeAlive(benchmark::State& state) {
  const Cluster cluster{1};
  std::vector<std::uint8_t> bytes(encoded_size(cluster.alive(0)));
  Writer writer{bytes};
  encode(writer, cluster.alive(0));
  for (auto _ : state) {
    Reader in{Bytes{bytes}.subspan(1)};
    Alive message;
    if (!decode(in, message)) state.SkipWithError("does not decode");
    benchmark::DoNotOptimize(message);
  }
  count(state, 1, bytes.size());
}
BENCHMARK(DecodeAlive);

void EncodeAlive(benchmark::State& state) {
  const Cluster cluster{1};
  const Alive message = cluster.alive(0);
  std::vector<std::uint8_t> bytes(encoded_size(message));
  for (auto _ : state) {
    Writer writer{bytes};
    encode(writer, message);
    benchmark::DoNotOptimize(writer.ok());
    benchmark::ClobberMemory();
  }
  count(state, 1, bytes.size());
}
BENCHMARK(EncodeAlive);

void LzwPack(benchmark::State& state) {
  const auto plain = packet_of_claims();
  std::vector<std::uint8_t> packed;
  for (auto _ : state) {
    packed.clear();
    benchmark::DoNotOptimize(lzw_pack(plain, packed, plain.size()));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(plain.size()));
  state.counters["bytes"] = static_cast<double>(packed.size());
}
BENCHMARK(LzwPack);

void LzwUnpack(benchmark::State& state) {
  const auto plain = packet_of_claims();
  std::vector<std::uint8_t> packed;
  const bool fits = lzw_pack(plain, packed);
  GOSSIPOD_ASSERT(fits);
  std::vector<std::uint8_t> unpacked;
  for (auto _ : state) {
    unpacked.clear();
    benchmark::DoNotOptimize(lzw_unpack(packed, unpacked, plain.size()));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(plain.size()));
  state.counters["bytes"] = static_cast<double>(packed.size());
}
BENCHMARK(LzwUnpack);

// A push-pull of a thousand members, in pieces as a socket gives them, and its records.
void ReadPushPull(benchmark::State& state) {
  constexpr std::int64_t members = 1000;
  const Cluster cluster{members};
  std::vector<std::uint8_t> bytes(200'000);
  Writer writer{bytes};
  encode(writer, PushPullHeader{.nodes = members});
  for (std::size_t i = 0; i < cluster.size(); ++i) encode(writer, cluster.record(i));
  GOSSIPOD_ASSERT(writer.ok());
  bytes.resize(writer.size());
  const auto piece = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    StreamReader reader;
    auto status = StreamReader::Status::more;
    for (std::size_t size = piece; status == StreamReader::Status::more; size += piece) {
      status = reader.read(Bytes{bytes}.first(std::min(size, bytes.size())));
    }
    if (status != StreamReader::Status::message) state.SkipWithError("does not read");
    Records records{*std::get_if<PushPull>(&reader.message())};
    while (const auto record = records.next()) benchmark::DoNotOptimize(*record);
  }
  count(state, members, bytes.size());
}
BENCHMARK(ReadPushPull)->ArgName("piece")->Arg(1)->Arg(1400)->Arg(1 << 20);

}  // namespace
