// Events: what an application is told, and the handler that is told it.
//
// Membership events of one member come in the order in which they happened, and none is lost: if
// the application is slow, those that still wait are merged per member, so that what it is told
// always leads to the newest state. User messages are bounded in bytes. Joining, we ourselves are
// the first `join`.
#pragma once

#include <gossipod/cause.h>
#include <gossipod/export.h>
#include <gossipod/member.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace gossipod::inline v0 {

struct Event {
  enum class Kind : std::uint8_t {
    join = 0,      // a new member, or one that was lost is back
    leave = 1,     // it said goodbye
    dead = 2,      // it is believed to have failed
    suspect = 3,   // it may have failed; it still counts as a member
    alive = 4,     // a suspect that is well again
    update = 5,    // its metadata changed
    refuted = 6,   // somebody accused us and we contradicted; member.incarnation is our new one
    conflict = 7,  // a claim for the name of `member` came from another address, `other`
    message = 8,   // a user message
  };
  Kind kind = Kind::join;
  Member member;                    // not for messages
  Endpoint other;                   // conflict
  Cause cause = Cause::unknown;     // suspect, dead, leave, refuted
  std::string by;                   // the same: who said so, if known; may be ourselves
  std::string accuser;              // dead: who was the first to suspect it, if anybody did
  std::uint32_t confirmations = 0;  // dead: how many others suspected it too
  Endpoint from;          // message: the address it came from; of a broadcast, the relay's
  std::string data;       // message: any bytes
  bool reliable = false;  // message: came by stream
};
[[nodiscard]] GOSSIPOD_EXPORT const char* to_string(Event::Kind kind);

// Asynchronous: called on the dispatcher's thread (one per loop) or the executor given, one event
// at a time, outside of the protocol, so it may be slow and may call back into the node; what the
// other nodes of its loop are to be told waits meanwhile, unless it has an executor. If it throws,
// that is caught and counted; in a library built without exceptions the program ends. Override
// what you need; on_event gets everything, also what the others are not told (by whom a member is
// suspected, why it is believed dead), and by default hands it to the others.
class EventHandler {
 public:
  virtual ~EventHandler() = default;
  virtual void on_join(const Member& /*member*/) {}
  virtual void on_leave(const Member& /*member*/) {}
  virtual void on_dead(const Member& /*member*/) {}
  virtual void on_suspect(const Member& /*member*/) {}
  virtual void on_alive(const Member& /*member*/) {}
  virtual void on_update(const Member& /*member*/) {}
  virtual void on_refuted(Incarnation /*incarnation*/) {}
  virtual void on_conflict(const Member& /*known*/, const Endpoint& /*claimed*/) {}
  virtual void on_message(const Endpoint& /*from*/, std::string_view /*data*/) {}

  virtual void on_event(const Event& event) {
    switch (event.kind) {
      case Event::Kind::join:
        return on_join(event.member);
      case Event::Kind::leave:
        return on_leave(event.member);
      case Event::Kind::dead:
        return on_dead(event.member);
      case Event::Kind::suspect:
        return on_suspect(event.member);
      case Event::Kind::alive:
        return on_alive(event.member);
      case Event::Kind::update:
        return on_update(event.member);
      case Event::Kind::refuted:
        return on_refuted(event.member.incarnation);
      case Event::Kind::conflict:
        return on_conflict(event.member, event.other);
      case Event::Kind::message:
        return on_message(event.from, event.data);
    }
  }
};

}  // namespace gossipod::inline v0
