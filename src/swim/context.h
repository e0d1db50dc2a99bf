// Context: what all parts of one machine share: who we are, chance, the seams, and what is told to
// the application.
#pragma once

#include <gossipod/config.h>
#include <gossipod/limits.h>
#include <gossipod/swim/delegate.h>
#include <gossipod/swim/identity.h>
#include <gossipod/swim/node.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "base/reporter.h"
#include "base/rng.h"
#include "swim/admissions.h"
#include "swim/fifo.h"
#include "swim/local_health.h"
#include "swim/loss_watch.h"

namespace gossipod::swim {

struct Context {
  Context(const Config& configuration, const NodeContext& given)
      : config{configuration},
        rng{given.seed},
        pool{given.pool},
        delegate{given.delegate},
        reporter{given.observer, given.counters},
        health{configuration.health_max_multiplier},
        losses{configuration.probing_interval},
        admissions{configuration.members_per_source_max},
        bind_port{given.local.port} {}

  // The outcome of something the application asked for.
  void done(OperationId operation, std::optional<Error> error = std::nullopt) {
    if (operation == 0) return;
    Event event;
    event.kind = Event::Kind::done;
    event.operation = operation;
    event.error = std::move(error);
    events.push(std::move(event));
  }

  // A message for the application. False: too much waits already.
  [[nodiscard]] bool tell_message(const Endpoint& from, Bytes payload, bool reliable) {
    const std::size_t most = limits::undelivered_bytes_max * (reliable ? 2 : 1);
    const std::size_t bytes = cost_of(payload.size());
    if (undelivered_bytes > 0 && undelivered_bytes + bytes > most) return false;
    undelivered_bytes += bytes;
    Event event;
    event.kind = Event::Kind::message;
    event.from = from;
    event.payload.assign(payload.begin(), payload.end());
    event.reliable = reliable;
    events.push(std::move(event));
    return true;
  }
  [[nodiscard]] std::optional<Event> next_event() {
    std::optional<Event> event = events.pop();
    if (event && event->kind == Event::Kind::message) {
      undelivered_bytes -= cost_of(event->payload.size());
    }
    return event;
  }
  // An empty message takes memory too.
  [[nodiscard]] static std::size_t cost_of(std::size_t payload) { return sizeof(Event) + payload; }

  // Dropped because a bound is reached: counted and told.
  void drop(TimePoint now, Counter why, const Endpoint& from) {
    reporter.count(why);
    reporter.tell_drop(now, why, from);
  }

  // There is no queue left for something. Whose input is being handled tells it then, as it knows
  // the time.
  void drop_overload() {
    reporter.count(Counter::drop_overload);
    overloaded = true;
  }
  void tell_overload(TimePoint now) {
    if (!std::exchange(overloaded, false)) return;
    reporter.tell_limited(now, Fact::Level::warning, Fact::Id::packet_dropped,
                          {{"reason", std::string_view{"overload"}}});
  }

  // The longest message that can go out as a datagram, alone.
  [[nodiscard]] std::size_t packet_room() const {
    const std::size_t label = config.label.empty() ? 0 : 2 + config.label.size();
    const bool sealed = !config.keys.empty();  // keys may come later; then the session refuses more
    const std::size_t seal = !sealed ? 0 : config.protocol_version < 2 ? 45 : 29;
    return config.packet_bytes - label - seal - limits::crc_bytes;
  }

  const Config config;
  Rng rng;
  std::shared_ptr<IdentityPool> pool;
  Delegate* delegate;  // may be null
  Reporter reporter;
  LocalHealth health;
  LossWatch losses;
  Admissions admissions;
  Fifo<Event, (1 << 10)> events;      // in the steady state there are none
  std::size_t undelivered_bytes = 0;  // of them, the messages
  MemberIndex self;
  IdentityRef reached;           // who answered a ping last, directly: both ways are open
  Endpoint source;               // where the input that is being handled came from
  std::uint16_t bind_port;       // what a claim without a port means
  bool answers_find_us = false;  // what is sent back to where our datagrams come from
  bool overloaded = false;       // and it was not told yet
  bool leaving = false;          // from leave() on, for good
};

}  // namespace gossipod::swim
