// A hand-made pool and members of it.
#pragma once

#include <gossipod/swim/identity.h>

#include <memory>
#include <string_view>

#include "cluster/waiting_event.h"

namespace gossipod::test {

class People {
 public:
  swim::IdentityRef make(std::string_view name, std::string_view metadata = {}) {
    const std::uint8_t address[] = {10, 0, 0, 1};
    swim::IdentityFields fields;
    fields.name = name;
    fields.address = address;
    fields.port = 7946;
    fields.metadata = as_bytes(metadata);
    return pool->intern(fields);
  }
  cluster::WaitingEvent event(Event::Kind kind, std::string_view name,
                              std::uint32_t incarnation = 1, std::string_view metadata = {}) {
    cluster::WaitingEvent waiting;
    waiting.kind = kind;
    waiting.who = make(name, metadata);
    waiting.incarnation = Incarnation{incarnation};
    return waiting;
  }
  cluster::WaitingEvent message(std::size_t bytes, bool reliable = false) {
    cluster::WaitingEvent waiting;
    waiting.kind = Event::Kind::message;
    waiting.more = std::make_unique<cluster::WaitingEvent::More>();
    waiting.more->data.assign(bytes, 'x');
    waiting.more->reliable = reliable;
    return waiting;
  }

  std::shared_ptr<swim::IdentityPool> pool = std::make_shared<swim::IdentityPool>(1);
};

}  // namespace gossipod::test
