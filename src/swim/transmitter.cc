#include "swim/transmitter.h"

#include <gossipod/limits.h>

#include "swim/formulas.h"
#include "swim/trace.h"

namespace gossipod::swim {

void Transmitter::begin(TimePoint now) {
  intentions_.reserve(owed_when_idle);
  // Anything that is not predictable: a stranger who could guess it could answer for others.
  next_sequence_ = static_cast<std::uint32_t>(context_.rng.next());
  const Duration interval = context_.config.gossip_interval;
  const bool gossips = context_.config.level != Level::basic && context_.config.gossip_nodes > 0;
  if (gossips && interval > Duration{0}) {
    // Anywhere in the interval: nodes started together do not tick together.
    gossip_at_ = tick_after(now, context_.rng.below(interval), interval);
  }
}

void Transmitter::queue(Intention intention) {
  const bool full = intentions_.size() >= limits::intentions_max ||
                    user_bytes_ + intention.payload.size() > limits::user_queue_bytes_max;
  if (full) return context_.drop_overload();
  user_bytes_ += intention.payload.size();
  intentions_.push(std::move(intention));
}

bool Transmitter::has_gossip() const {
  return !dissemination_.empty() || context_.delegate != nullptr;
}

void Transmitter::skip_to(TimePoint now) {
  if (gossip_at_ > now) return;
  const Duration interval = context_.config.gossip_interval;
  gossip_at_ += interval * ((now - gossip_at_) / interval + 1);
}

void Transmitter::on_input(TimePoint now) {
  if (!has_gossip()) skip_to(now);
}

void Transmitter::on_deadline(TimePoint now) {
  if (gossip_at_ > now) return;
  skip_to(now);
  if (!has_gossip()) return;
  const auto wanted = [&](MemberIndex member) {
    const Row& row = table_[member];
    if (member == context_.self || row.state == MemberState::left) return false;
    // The dead are told for a while, so that those who are not dead hear of it and refute.
    return row.state != MemberState::dead ||
           now - row.changed <= context_.config.gossip_to_the_dead;
  };
  table_.pick(context_.config.gossip_nodes, wanted, gossip_to_);
}

TimePoint Transmitter::next_deadline() const { return has_gossip() ? gossip_at_ : never; }

std::optional<Transmit> Transmitter::poll(TimePoint now, MutableBytes out) {
  while ((polled_ = intentions_.pop())) {
    user_bytes_ -= polled_->payload.size();
    const Transmit transmit = write(now, *polled_, out);
    if (transmit.bytes > 0) return transmit;
    context_.reporter.count(Counter::packets_not_sent);  // it does not fit the room that was lent
  }
  return context_.config.level == Level::basic ? write_direct(now, out) : write_gossip(now, out);
}

template <class M>
void Transmitter::add(TimePoint now, wire::PacketBuilder& packet, const M& message,
                      const Endpoint& to) {
  if (!packet.add(message)) return;
  context_.reporter.count(Counter::messages_sent);
  PacketTrace{context_.reporter, now, to}.sent(message, packet.parts());
}

// Who asks, and where the answer goes, unless it finds us anyway: that is half of a ping.
template <class M>
M Transmitter::asked_by_us(M message) const {
  const Identity& self = *table_[context_.self].identity;
  message.source_node = self.name();
  if (context_.answers_find_us) return message;
  message.source_address = self.address();
  message.source_port = self.endpoint().port;
  return message;
}

Transmit Transmitter::write(TimePoint now, const Intention& intention, MutableBytes out) {
  wire::PacketBuilder packet{out};
  Transmit transmit{.to = {intention.to, {}}};
  if (intention.peer) transmit.to.name = intention.peer->name();

  switch (intention.kind) {
    case Intention::Kind::ping:
      add(now, packet,
          asked_by_us(
              wire::Ping{.sequence = intention.sequence, .node = intention.subject->name()}),
          intention.to);
      if (intention.buddy) {
        // Lifeguard's buddy system: the suspect learns it from whoever pings it, and from nothing
        // else in this packet. This is the one message to a member known by record, hence the CRC.
        add(now, packet,
            wire::Suspect{.incarnation = intention.incarnation,
                          .node = intention.subject->name(),
                          .from = table_[context_.self].identity->name()},
            intention.to);
        transmit.wants_crc = wants_crc(intention.peer);
      } else {
        piggyback(now, packet, intention.to);
      }
      break;
    case Intention::Kind::indirect_ping:
      add(now, packet,
          asked_by_us(wire::IndirectPing{.sequence = intention.sequence,
                                         .target = intention.subject->address(),
                                         .port = intention.subject->endpoint().port,
                                         .node = intention.subject->name(),
                                         .nack = intention.nack}),
          intention.to);
      piggyback(now, packet, intention.to);
      break;
    case Intention::Kind::ack: {
      Bytes payload;
      if (context_.delegate != nullptr) payload = context_.delegate->ack_payload();
      // Too long to send: better an ack without it than none, and a member lost.
      if (payload.size() + 32 > packet.room()) payload = {};
      add(now, packet, wire::Ack{.sequence = intention.sequence, .payload = payload}, intention.to);
      piggyback(now, packet, intention.to);
      break;
    }
    case Intention::Kind::relayed_ack:
      add(now, packet, wire::Ack{.sequence = intention.sequence, .payload = {}}, intention.to);
      piggyback(now, packet, intention.to);
      break;
    case Intention::Kind::nack:
      add(now, packet, wire::Nack{.sequence = intention.sequence}, intention.to);
      piggyback(now, packet, intention.to);
      break;
    case Intention::Kind::user:
      add(now, packet, wire::User{.payload = intention.payload}, intention.to);
      context_.reporter.count(Counter::user_messages_sent);
      transmit.wants_crc = wants_crc(intention.peer);
      break;
  }
  transmit.bytes = packet.finish();
  return transmit;
}

std::optional<Transmit> Transmitter::write_gossip(TimePoint now, MutableBytes out) {
  if (gossip_to_.empty()) return std::nullopt;
  const Row& row = table_[gossip_to_.back()];
  gossip_to_.pop_back();
  wire::PacketBuilder packet{out};
  // It may have been forgotten since the tick.
  if (row.identity) piggyback(now, packet, row.identity->endpoint());
  if (packet.parts() == 0) {
    gossip_to_.clear();  // what is left to tell is nothing for the others either
    return std::nullopt;
  }
  polled_.emplace();
  polled_->peer = row.identity;
  return Transmit{.to = {row.identity->endpoint(), polled_->peer->name()},
                  .bytes = packet.finish(),
                  .wants_crc = wants_crc(row.identity)};
}

std::optional<Transmit> Transmitter::write_direct(TimePoint now, MutableBytes out) {
  wire::PacketBuilder packet{out};
  const PacketTrace trace{context_.reporter, now, {}};
  const PacketTrace* heard = context_.reporter.wants(Fact::Level::trace) ? &trace : nullptr;
  auto member = dissemination_.tell_next(packet, context_.self, heard);
  if (!member && context_.delegate != nullptr) {
    const std::size_t room = context_.packet_room() - 1;  // one byte is for the type
    context_.delegate->begin_packet();
    const Bytes payload = context_.delegate->next_broadcast(room);
    const bool fits = payload.data() != nullptr && payload.size() <= room;
    if (fits && dissemination_.tell_user(payload, limits::user_queue_bytes_max)) {
      member = dissemination_.tell_next(packet, context_.self, heard);
    }
  }
  if (!member) return std::nullopt;
  context_.reporter.count(Counter::messages_sent);
  polled_.emplace();
  polled_->peer = table_[*member].identity;
  return Transmit{.to = {polled_->peer->endpoint(), polled_->peer->name()},
                  .bytes = packet.finish(),
                  .wants_crc = wants_crc(polled_->peer)};
}

void Transmitter::piggyback(TimePoint now, wire::PacketBuilder& packet, const Endpoint& to) {
  if (context_.config.level == Level::basic) return;
  const PacketTrace trace{context_.reporter, now, to};
  const std::size_t before = packet.parts();
  dissemination_.take(
      packet, retransmit_limit(context_.config.retransmit_multiplier, table_.size()),
      context_.delegate, context_.reporter.wants(Fact::Level::trace) ? &trace : nullptr);
  context_.reporter.count(Counter::messages_sent, packet.parts() - before);
}

bool Transmitter::wants_crc(const IdentityRef& peer) {
  return peer && peer->versions().protocol_max >= 5;
}

}  // namespace gossipod::swim
