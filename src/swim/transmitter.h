// Transmitter: what leaves as datagrams. The other parts leave intentions here (ping this one,
// answer that one); nothing is encoded before the packet is asked for, so that it carries the
// freshest gossip.
//
// It also keeps the gossip tick: for claims that no ping happens to carry.
//
// Threads: none. Allocates: when queues grow; they keep their memory.
#pragma once

#include <gossipod/swim/node.h>

#include <optional>
#include <vector>

#include "swim/context.h"
#include "swim/dissemination.h"
#include "swim/member_table.h"

namespace gossipod::swim {

struct Intention {
  enum class Kind : std::uint8_t {
    ping,           // piggybacks; to a suspect with `buddy`: the suspicion instead of gossip
    indirect_ping,  // to `to`, about `subject`
    ack,            // of a ping to us
    relayed_ack,    // of a ping we sent for somebody else
    nack,
    user,
  };
  Kind kind = Kind::ping;
  Endpoint to;
  IdentityRef peer;     // whom `to` belongs to, if known
  IdentityRef subject;  // ping: who we think it is; indirect ping: whom to ping
  SequenceNumber sequence;
  Incarnation incarnation;  // ping with buddy: at which it is suspected
  bool buddy = false;
  bool nack = false;                  // indirect ping: the receiver understands nacks
  std::vector<std::uint8_t> payload;  // user
};

class Transmitter {
 public:
  Transmitter(Context& context, MemberTable& table, Dissemination& dissemination)
      : context_{context}, table_{table}, dissemination_{dissemination} {}

  void begin(TimePoint now);
  // Counted and dropped if we owe too much already.
  void queue(Intention intention);
  // Before an input changes anything: an idle gossip tick keeps its phase without ever firing.
  void on_input(TimePoint now);
  void on_deadline(TimePoint now);
  [[nodiscard]] TimePoint next_deadline() const;

  [[nodiscard]] std::optional<Transmit> poll(TimePoint now, MutableBytes out);
  [[nodiscard]] SequenceNumber next_sequence() { return SequenceNumber{next_sequence_++}; }

 private:
  // A ping of our own, and the acks of as many pings as may come in one turn where nothing happens.
  static constexpr std::size_t owed_when_idle = 4;

  [[nodiscard]] bool has_gossip() const;
  void skip_to(TimePoint now);
  template <class M>
  [[nodiscard]] M asked_by_us(M message) const;
  Transmit write(TimePoint now, const Intention& intention, MutableBytes out);
  std::optional<Transmit> write_gossip(TimePoint now, MutableBytes out);
  std::optional<Transmit> write_direct(TimePoint now, MutableBytes out);
  void piggyback(TimePoint now, wire::PacketBuilder& packet, const Endpoint& to);
  template <class M>
  void add(TimePoint now, wire::PacketBuilder& packet, const M& message, const Endpoint& to);
  [[nodiscard]] static bool wants_crc(const IdentityRef& peer);

  Context& context_;
  MemberTable& table_;
  Dissemination& dissemination_;
  Fifo<Intention> intentions_;
  std::optional<Intention> polled_;  // keeps alive what the last Transmit borrows
  std::vector<MemberIndex> gossip_to_;
  TimePoint gossip_at_ = never;
  std::size_t user_bytes_ = 0;
  std::uint32_t next_sequence_ = 0;
};

}  // namespace gossipod::swim
