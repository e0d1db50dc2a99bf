// In the steady state a packet allocates nothing on its way through a session, out and in, whatever
// is wrapped around it. Everything this program allocates with new is counted.
#include <gtest/gtest.h>

#include "support/heap_calls.h"
#include "unit/session/fake_machine.h"

namespace gossipod::session {
namespace {

// Says one packet whenever it is asked, and counts the messages it hears.
class Beacon {
 public:
  struct Event {};
  explicit Beacon(Octets packet) : packet_{std::move(packet)} {}

  void on_message(TimePoint, const Arrival&, const wire::Message&) { ++heard; }
  void on_stream_opened(TimePoint, StreamId) {}
  void on_stream_message(TimePoint, StreamId, const Endpoint&, const wire::StreamMessage&) {}
  void on_stream_closed(TimePoint, StreamId, const Error*) {}
  void on_deadline(TimePoint) {}
  std::optional<swim::Transmit> poll_transmit(TimePoint, MutableBytes out) {
    std::ranges::copy(packet_, out.begin());
    return swim::Transmit{.to = {}, .bytes = packet_.size(), .wants_crc = true};
  }
  std::optional<swim::StreamOrder> poll_stream() { return std::nullopt; }
  std::optional<Event> poll_event() { return std::nullopt; }
  [[nodiscard]] TimePoint next_deadline() const { return never; }

  std::size_t heard = 0;

 private:
  Octets packet_;
};

// A compound of twenty pings: shorter when compressed.
Octets twenty_pings() {
  const Octets one = ping(7);
  Octets compound{7, 20};
  for (int i = 0; i < 20; ++i) {
    compound.push_back(0);
    compound.push_back(static_cast<std::uint8_t>(one.size()));
  }
  for (int i = 0; i < 20; ++i) compound.insert(compound.end(), one.begin(), one.end());
  return compound;
}

TEST(Allocation, NoneForAPacketOutAndIn) {
  for (const bool compression : {false, true}) {
    for (const std::size_t keys : {0u, 1u, 2u}) {
      Config config = plain_config();
      config.label = "blah";
      config.compression = compression;
      if (keys > 0) config.keys.push_back(key_a);
      CountingEntropy entropy;
      Session<Beacon> a{config, {.entropy = &entropy}, Beacon{twenty_pings()}};
      if (keys == 2) config.keys.insert(config.keys.begin(), key_b);  // the second one opens
      Session<Beacon> b{config, {.entropy = &entropy}, Beacon{twenty_pings()}};

      std::array<std::uint8_t, 2048> frame{};
      std::array<std::uint8_t, 2048> received{};
      std::size_t after_the_first = 0;
      for (int i = 0; i < 10; ++i) {
        const auto packet = a.poll_packet(at(0s), frame);
        std::ranges::copy(packet->bytes, received.begin());
        b.on_packet(at(0s),
                    {.arrival = {}, .bytes = MutableBytes{received}.first(packet->bytes.size())});
        (void)b.next_deadline();
        if (i == 0) after_the_first = test::heap_calls();
      }
      EXPECT_EQ(b.machine().heard, 200u);
      EXPECT_EQ(test::heap_calls(), after_the_first) << compression << " " << keys;
    }
  }
}

}  // namespace
}  // namespace gossipod::session
