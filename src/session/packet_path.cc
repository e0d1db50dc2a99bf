#include "session/packet_path.h"

#include <gossipod/assert.h>

#include <algorithm>

#include "wire/codec.h"
#include "wire/lzw.h"

namespace gossipod::session {
namespace {

// Type 9 around the packed bytes: type, map, "Algo", 0, "Buf" and the head of a string.
constexpr std::size_t wrapping = 1 + 1 + 5 + 1 + 4;
constexpr std::size_t short_string_max = 31;  // one byte of head; longer ones, up to 64 KiB: three

// How long the packed form of `plain` bytes may be, so that it pays together with its wrapping.
constexpr std::size_t packed_max(std::size_t plain) {
  if (plain <= wrapping + 2) return 0;
  const std::size_t if_short = plain - wrapping - 2;
  if (if_short <= short_string_max) return if_short;
  return std::max(short_string_max, plain - wrapping - 4);
}

// No packet this short gets shorter. Packed there are at least the clear code, n codes of 9 bits
// for at most n(n+1)/2 bytes, and the end code. At 24 bytes 10 packed bytes would pay: 8 codes, of
// which 6 are left for data, and they cannot mean more than 21 bytes.
constexpr std::size_t incompressible_max = 24;
static_assert(packed_max(incompressible_max) * 8 / 9 - 2 == 6);

}  // namespace

std::optional<Bytes> PacketPath::open(const RxDatagram& datagram) {
  reporter_.count(Counter::packets_received);
  reporter_.count(Counter::packets_received_bytes, datagram.bytes.size());
  if (datagram.truncated) {
    reporter_.count(Counter::drop_budget);
    return std::nullopt;
  }
  if (!sources_.allow(datagram.arrival.from)) {
    reporter_.count(Counter::drop_source);
    return std::nullopt;
  }
  return envelope_.unwrap(datagram.bytes, scratch_.opened, reporter_);
}

void PacketPath::close(TimePoint now, const Arrival& arrival) {
  if (const auto dropped = reporter_.take_drop()) reporter_.tell_drop(now, *dropped, arrival.from);
}

MutableBytes PacketPath::room(MutableBytes frame) const {
  const MutableBytes all = envelope_.room(frame);
  const std::size_t overhead = envelope_.overhead();
  GOSSIPOD_ASSERT(overhead < packet_bytes_);
  GOSSIPOD_ASSERT(all.size() >= packet_bytes_ - overhead);
  return all.first(packet_bytes_ - overhead);
}

TxDatagram PacketPath::seal(MutableBytes frame, const swim::Transmit& transmit) {
  const MutableBytes packet = room(frame);
  GOSSIPOD_ASSERT(transmit.bytes > 0 && transmit.bytes <= packet.size());
  const std::size_t size = compress(packet.first(transmit.bytes));
  envelope::Nonce nonce{};
  if (envelope_.seals()) {
    GOSSIPOD_ASSERT(entropy_ != nullptr);
    entropy_->fill(nonce);
    reporter_.count(Counter::seals);
  }
  return {.to = transmit.to, .bytes = envelope_.wrap(frame, size, transmit.wants_crc, nonce)};
}

std::size_t PacketPath::compress(MutableBytes packet) {
  if (!compression_ || packet.size() <= incompressible_max) return packet.size();
  std::vector<std::uint8_t>& packed = scratch_.packed;
  packed.clear();
  if (!wire::lzw_pack(packet, packed, packed_max(packet.size()))) return packet.size();
  wire::Writer writer{packet};
  wire::encode(writer, wire::Compressed{.algorithm = 0, .packed = packed});
  GOSSIPOD_ASSERT(writer.ok() && writer.size() < packet.size());
  return writer.size();
}

}  // namespace gossipod::session
