// What does it cost to seal and to open a packet? To compare with the bare cipher:
//   openssl speed -aead -evp aes-256-gcm -bytes 1400
#include <benchmark/benchmark.h>
#include <gossipod/limits.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "envelope/envelope.h"

namespace {

using namespace gossipod;
using envelope::Cipher;
using envelope::Envelope;
using envelope::Nonce;
using envelope::SealVersion;

constexpr std::size_t packet_bytes = limits::packet_bytes;

std::vector<std::uint8_t> key_of(std::int64_t bytes) {
  return std::vector<std::uint8_t>(static_cast<std::size_t>(bytes), 0x5a);
}

SealVersion version_of(std::int64_t number) { return static_cast<SealVersion>(number); }

// As whoever draws them in batches would: a fresh one each time, at no cost.
void count_up(Nonce& nonce) { ++nonce[0] != 0 || ++nonce[1] != 0 || ++nonce[2]; }

void Seal(benchmark::State& state) {
  Cipher cipher{key_of(state.range(0))};
  const SealVersion version = version_of(state.range(1));
  std::vector<std::uint8_t> frame(envelope::sealed_size(version, packet_bytes));
  Nonce nonce{};
  for (auto _ : state) {
    count_up(nonce);
    benchmark::DoNotOptimize(cipher.seal(version, nonce, {}, {}, frame, packet_bytes));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(packet_bytes));
}
BENCHMARK(Seal)->ArgNames({"key", "version"})->ArgsProduct({{16, 24, 32}, {0, 1}});

void Open(benchmark::State& state) {
  Cipher cipher{key_of(state.range(0))};
  const SealVersion version = version_of(state.range(1));
  std::vector<std::uint8_t> frame(envelope::sealed_size(version, packet_bytes));
  const std::size_t sealed = cipher.seal(version, {}, {}, {}, frame, packet_bytes);
  std::vector<std::uint8_t> plain(sealed);
  for (auto _ : state) {
    const auto size = cipher.open(Bytes{frame}.first(sealed), {}, {}, plain);
    if (size != packet_bytes) state.SkipWithError("does not open");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(packet_bytes));
}
BENCHMARK(Open)->ArgNames({"key", "version"})->ArgsProduct({{16, 24, 32}, {0, 1}});

Envelope make(std::int64_t keys) {
  envelope::Keyring ring;
  for (std::int64_t i = 0; i < keys; ++i) {
    std::vector<std::uint8_t> key = key_of(32);
    key[0] = static_cast<std::uint8_t>(i);
    if (!ring.add(key)) std::abort();
  }
  return Envelope{{.label = "cluster"}, std::move(ring)};
}

// Label, seal and checksum, as every packet of a keyed cluster has them.
void Wrap(benchmark::State& state) {
  Envelope envelope = make(state.range(0));
  std::vector<std::uint8_t> frame(packet_bytes);
  const std::size_t size = envelope.room(frame).size();
  Nonce nonce{};
  for (auto _ : state) {
    count_up(nonce);
    benchmark::DoNotOptimize(envelope.wrap(frame, size, true, nonce).size());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(packet_bytes));
}
BENCHMARK(Wrap)->ArgNames({"keys"})->Arg(0)->Arg(1);

// With several keys it is the last one that opens. The copy stands for the kernel's.
void Unwrap(benchmark::State& state) {
  Envelope receiver = make(state.range(0));
  Envelope sender = make(state.range(0));
  if (state.range(0) > 1 && !sender.keyring().use(receiver.keyring().list().back())) std::abort();
  std::vector<std::uint8_t> frame(packet_bytes), datagram(packet_bytes), scratch;
  const Bytes packet = sender.wrap(frame, sender.room(frame).size(), true, {});
  Counters counters;
  Reporter reporter{nullptr, &counters};
  for (auto _ : state) {
    std::memcpy(datagram.data(), packet.data(), packet.size());
    const auto plain =
        receiver.unwrap(MutableBytes{datagram}.first(packet.size()), scratch, reporter);
    if (!plain) state.SkipWithError("does not open");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(packet_bytes));
}
BENCHMARK(Unwrap)->ArgNames({"keys"})->Arg(0)->Arg(1)->Arg(3);

}  // namespace
