// Trace: each message sent and received as a fact, in the papers' words. Costs one comparison when
// nobody listens.
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/wire/message.h>

#include "base/reporter.h"

namespace gossipod::swim {

void trace(Reporter& reporter, TimePoint now, Fact::Id id, const Endpoint& peer,
           const wire::Message& message);

template <class M>
void trace_sent(Reporter& reporter, TimePoint now, const Endpoint& to, const M& message) {
  if (reporter.wants(Fact::Level::trace)) {
    trace(reporter, now, Fact::Id::message_sent, to, wire::Message{message});
  }
}
inline void trace_received(Reporter& reporter, TimePoint now, const Endpoint& from,
                           const wire::Message& message) {
  if (reporter.wants(Fact::Level::trace)) {
    trace(reporter, now, Fact::Id::message_received, from, message);
  }
}

}  // namespace gossipod::swim
