#include "cluster/waiting_event.h"

#include <gossipod/assert.h>

#include <utility>

namespace gossipod::cluster {
namespace {

Event::Kind to_public(swim::Event::Kind kind) {
  using Inner = swim::Event::Kind;
  switch (kind) {
    case Inner::join:
      return Event::Kind::join;
    case Inner::leave:
      return Event::Kind::leave;
    case Inner::dead:
      return Event::Kind::dead;
    case Inner::suspect:
      return Event::Kind::suspect;
    case Inner::alive:
      return Event::Kind::alive;
    case Inner::update:
      return Event::Kind::update;
    case Inner::refuted:
      return Event::Kind::refuted;
    case Inner::conflict:
      return Event::Kind::conflict;
    case Inner::message:
      return Event::Kind::message;
    case Inner::done:
    case Inner::pong:
      break;
  }
  GOSSIPOD_ASSERT(false);
  return {};
}

}  // namespace

WaitingEvent to_waiting(swim::Event&& event, MemberState state) {
  WaitingEvent waiting;
  waiting.kind = to_public(event.kind);
  waiting.who = std::move(event.who);
  waiting.incarnation = event.incarnation;
  waiting.state = state;
  waiting.cause = event.cause;
  if (event.other || event.confirmations > 0 || waiting.kind == Event::Kind::message) {
    waiting.more = std::make_unique<WaitingEvent::More>();
    waiting.more->other = std::move(event.other);
    waiting.more->accuser = std::move(event.accuser);
    waiting.more->confirmations = event.confirmations;
    waiting.more->from = event.from;
    waiting.more->data = std::move(event.payload);
    waiting.more->reliable = event.reliable;
  }
  return waiting;
}

Event to_event(const WaitingEvent& waiting) {
  Event event;
  event.kind = waiting.kind;
  event.cause = waiting.cause;
  if (waiting.who) {
    const swim::Identity& who = *waiting.who;
    event.member = {
        std::string{who.name()}, who.endpoint(),      std::string{as_text(who.metadata())},
        who.versions(),          waiting.incarnation, waiting.state};
  }
  if (waiting.more == nullptr) return event;
  const WaitingEvent::More& more = *waiting.more;
  if (more.other && waiting.kind == Event::Kind::conflict) event.other = more.other->endpoint();
  if (more.other && waiting.kind != Event::Kind::conflict) event.by = more.other->name();
  if (more.accuser) event.accuser = more.accuser->name();
  event.confirmations = more.confirmations;
  event.from = more.from;
  event.data = as_text(more.data);
  event.reliable = more.reliable;
  return event;
}

}  // namespace gossipod::cluster
