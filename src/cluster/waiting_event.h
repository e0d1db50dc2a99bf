// WaitingEvent: an event between the protocol and the application, as small as it can be: a node
// that learns of a thousand members at once has a thousand of them. It becomes an Event, with
// copies of all texts, when somebody takes it.
//
// Threads: moving one is fine on any; copying or destroying one that refers to a member is for the
// loop's.
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/event.h>
#include <gossipod/numbers.h>
#include <gossipod/swim/identity.h>
#include <gossipod/swim/node.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace gossipod::cluster {

struct WaitingEvent {
  // What few events have.
  struct More {
    swim::IdentityRef other;  // conflict: the claimant; else: who said so
    swim::IdentityRef accuser;
    std::uint32_t confirmations = 0;
    Endpoint from;
    std::vector<std::uint8_t> data;
    bool reliable = false;
  };
  swim::IdentityRef who;
  std::unique_ptr<More> more;
  Incarnation incarnation;
  Event::Kind kind = Event::Kind::join;
  MemberState state = MemberState::alive;
  Cause cause = Cause::unknown;
};
static_assert(sizeof(WaitingEvent) <= 24);

// Neither done nor pong: those are nobody's events. `state` is what is believed of `who`.
[[nodiscard]] WaitingEvent to_waiting(swim::Event&& event, MemberState state);
[[nodiscard]] Event to_event(const WaitingEvent& waiting);

}  // namespace gossipod::cluster
