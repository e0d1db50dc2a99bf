// The path of a packet: whatever one machine writes into the room it is lent, the session of
// another hands over message by message, as if nothing had been wrapped around it.
#include <gossipod/assert.h>
#include <gossipod/swim/machine.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "fuzz/input.h"
#include "session/session_impl.h"
#include "wire/walk.h"

namespace {

using namespace gossipod;
using Octets = std::vector<std::uint8_t>;

// Says one packet, and remembers which kinds of messages it heard.
class Parrot {
 public:
  struct Event {};
  explicit Parrot(Octets packet) : packet_{std::move(packet)} {}

  void on_message(TimePoint, const Arrival&, const wire::Message& message) {
    heard.push_back(message.index());
  }
  void on_stream_opened(TimePoint, StreamId) {}
  void on_stream_message(TimePoint, StreamId, const Endpoint&, const wire::StreamMessage&) {}
  void on_stream_closed(TimePoint, StreamId, const Error*) {}
  void on_deadline(TimePoint) {}
  std::optional<swim::Transmit> poll_transmit(TimePoint, MutableBytes out) {
    const std::size_t size = std::min(packet_.size(), out.size());
    std::copy_n(packet_.begin(), size, out.begin());
    return swim::Transmit{.to = {}, .bytes = size, .wants_crc = (packet_[0] & 1) != 0};
  }
  std::optional<swim::StreamOrder> poll_stream() { return std::nullopt; }
  std::optional<Event> poll_event() { return std::nullopt; }
  [[nodiscard]] TimePoint next_deadline() const { return never; }

  std::vector<std::size_t> heard;

 private:
  Octets packet_;
};

class Zeros final : public Entropy {
 public:
  void fill(MutableBytes out) noexcept override { std::ranges::fill(out, std::uint8_t{0}); }
};

Config make_config(std::uint8_t flags) {
  Config config;
  config.compression = (flags & 1) != 0;
  if ((flags & 2) != 0) config.label = "a label";
  if ((flags & 4) != 0) config.keys.push_back(Octets(16, 7));
  config.protocol_version = (flags & 8) != 0 ? 1 : 2;
  config.verify_incoming = (flags & 16) != 0;
  return config;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input{data, size};
  const Config config = make_config(input.byte());
  const std::size_t room = config.packet_bytes - limits::headroom - limits::tailroom;
  const Octets plain = input.bytes(room);
  if (plain.empty()) return 0;
  // At the outermost place these mean something else than as a message.
  if (plain[0] == 0x0c || plain[0] == 0xf4) return 0;

  Zeros entropy;
  session::Session<Parrot> a{config, {.entropy = &entropy}, Parrot{plain}};
  session::Session<Parrot> b{config, {.entropy = &entropy}, Parrot{plain}};
  std::vector<std::uint8_t> frame(config.packet_bytes + limits::headroom + limits::tailroom);
  const auto packet = a.poll_packet(TimePoint{}, frame);
  GOSSIPOD_ASSERT(packet && packet->bytes.size() <= config.packet_bytes);
  Octets datagram{packet->bytes.begin(), packet->bytes.end()};
  b.on_packet(TimePoint{}, {.arrival = {}, .bytes = datagram});

  std::vector<std::size_t> expected;
  Octets scratch;
  Reporter reporter{nullptr, nullptr};
  wire::Walk walk{plain, scratch, reporter};
  while (const auto message = walk.next()) expected.push_back(message->index());
  // Compressed by us it lies one layer deeper, and what is nested too deep is dropped.
  const bool deeper = b.machine().heard.size() < expected.size();
  GOSSIPOD_ASSERT(deeper ? config.compression : b.machine().heard == expected);

  // And what a stranger sends does no harm.
  Octets raw = plain;
  b.on_packet(TimePoint{}, {.arrival = {}, .bytes = raw});
  return 0;
}
