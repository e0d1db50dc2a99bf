// CatalogueNode: a golden node that says what it made of what it was sent, in counters; and whose
// streams take their time.
#pragma once

#include <gossipod/limits.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "golden/golden_node.h"
#include "wire/walk.h"

namespace gossipod::golden {

class CatalogueNode : public GoldenNode {
 public:
  using GoldenNode::GoldenNode;

  // Each counter that grew and tells what became of a message, by how much if by more than one:
  // "claims_stale drop_crc*2".
  [[nodiscard]] std::string verdict() const {
    std::string text;
    for (std::size_t i = 0; i < counter_count; ++i) {
      const std::uint64_t by = grown(Counter(i));
      if (by == 0 || !judges(Counter(i))) continue;
      text += (text.empty() ? "" : " ") + std::string{to_string(Counter(i))};
      if (by > 1) text += "*" + std::to_string(by);
    }
    return text;
  }

  // We ask for a ping of b; which number has it?
  SequenceNumber ping_b() {
    begin();
    session_.machine().ping(now_, 1, "b");
    const Happened found = look();
    EXPECT_EQ(found.sent.size(), 1u);
    Octets scratch;
    Reporter reporter{nullptr, nullptr};
    for (const Octets& datagram : found.sent) {
      // The checksum is for whoever wants it.
      const std::size_t head = datagram[0] == static_cast<std::uint8_t>(wire::Type::crc) ? 5 : 0;
      wire::Walk walk{Bytes{datagram}.subspan(head), scratch, reporter};
      while (const auto message = walk.next()) {
        if (const auto* ping = std::get_if<wire::Ping>(&*message)) return ping->sequence;
      }
    }
    ADD_FAILURE() << "no ping";
    return {};
  }

  // Time passes; how many answers were written meanwhile.
  std::size_t pass(Duration span) {
    std::size_t answers = look().replies.size();
    const TimePoint end = now_ + span;
    while (session_.next_deadline() <= end) {
      now_ = session_.next_deadline();
      session_.on_deadline(now_);
      answers += look().replies.size();
    }
    now_ = end;
    return answers;
  }

  // One byte a second, until we hang up or all is said: how many it were.
  std::size_t drip(const Octets& bytes) {
    begin();
    session_.on_stream_accepted(now_, first, stranger_);
    std::size_t said = 0;
    while (said < bytes.size() && session_.streams() > 0) {
      session_.on_stream_bytes(now_, first, Bytes{bytes}.subspan(said++, 1));
      pass(std::chrono::seconds{1});
    }
    return said;
  }

  // `head`, and then `block` for ever, until we hang up: how many bytes it were.
  std::size_t flood(const Octets& head, const Octets& block) {
    constexpr std::size_t for_ever = 512 << 20;
    begin();
    session_.on_stream_accepted(now_, first, stranger_);
    session_.on_stream_bytes(now_, first, head);
    std::size_t said = head.size();
    for (pass({}); said < for_ever && session_.streams() > 0; pass({})) {
      session_.on_stream_bytes(now_, first, block);
      said += block.size();
    }
    return said;
  }

  // So many streams at once, each half said before any goes on: how many were answered.
  std::size_t crowd(std::size_t streams, const Octets& bytes) {
    begin();
    const auto each = [&](const auto& act) {
      for (std::uint32_t i = 0; i < streams; ++i) act(StreamId{StreamId::incoming_bit | i});
    };
    const Bytes half = Bytes{bytes}.first(bytes.size() / 2);
    each([&](StreamId id) { session_.on_stream_accepted(now_, id, stranger_); });
    each([&](StreamId id) { session_.on_stream_bytes(now_, id, half); });
    each([&](StreamId id) {
      session_.on_stream_bytes(now_, id, Bytes{bytes}.subspan(half.size()));
      session_.on_stream_peer_finished(now_, id);
    });
    return pass(std::chrono::seconds{1});
  }

 private:
  static constexpr StreamId first{StreamId::incoming_bit};

  static bool judges(Counter counter) {
    const std::string_view name = to_string(counter);
    return name.find("drop_") != name.npos || name.starts_with("claims_") ||
           name == "refutations" || name == "conflicts" || name == "pings_relayed" ||
           name == "acks_received" || name == "nacks_received" || name == "user_messages_received";
  }
};

}  // namespace gossipod::golden
