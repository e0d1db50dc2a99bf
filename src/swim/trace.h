// Trace: each message sent and received in a packet as a fact, in the papers' words. Costs one
// comparison when nobody listens.
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/wire/message.h>

#include <cstddef>

#include "base/reporter.h"
#include "wire/packet_builder.h"

namespace gossipod::swim {

// What a message does not say of itself.
struct Circumstances {
  bool piggyback = false;  // it is not the first of its packet
  bool first = false;      // alive: who hears it did not know the member, as far as we can tell
};

void trace(Reporter& reporter, TimePoint now, Fact::Id id, const Endpoint& peer,
           const wire::Message& message, Circumstances circumstances);

// Of one packet that is being written: to whom, and through whom it is told.
struct PacketTrace {
  Reporter& reporter;
  TimePoint now;
  Endpoint to;

  // `parts`: how many messages the packet has with this one.
  template <class M>
  void sent(const M& message, std::size_t parts, bool first = false) const {
    if (!reporter.wants(Fact::Level::trace)) return;
    trace(reporter, now, Fact::Id::message_sent, to, wire::Message{message},
          {.piggyback = parts > 1, .first = first});
  }
};

// Adds to the packet, and says so if there is a trace. False: it does not fit.
template <class M>
bool add_traced(wire::PacketBuilder& packet, const M& message, const PacketTrace* trace,
                bool first = false) {
  if (!packet.add(message)) return false;
  if (trace != nullptr) trace->sent(message, packet.parts(), first);
  return true;
}

}  // namespace gossipod::swim
