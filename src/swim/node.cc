#include <gossipod/assert.h>
#include <gossipod/limits.h>
#include <gossipod/swim/machine.h>
#include <gossipod/swim/node.h>

#include <algorithm>
#include <array>
#include <string>

#include "swim/claims.h"
#include "swim/context.h"
#include "swim/dissemination.h"
#include "swim/exchanges.h"
#include "swim/last_calls.h"
#include "swim/member_table.h"
#include "swim/own_identity.h"
#include "swim/prober.h"
#include "swim/push_pull.h"
#include "swim/reaper.h"
#include "swim/reconnect.h"
#include "swim/responder.h"
#include "swim/stream_handler.h"
#include "swim/suspicions.h"
#include "swim/trace.h"
#include "swim/transmitter.h"
#include "swim/user_messages.h"

namespace gossipod::swim {

static_assert(Machine<Node>);

namespace {

Error unknown_member(std::string_view name) {
  return {Errc::unknown_member, std::string{name}, "no member of that name is known"};
}

}  // namespace

// The parts, in the order in which they need one another.
struct Node::Parts {
  Parts(const Config& config, const NodeContext& given, TimePoint now)
      : context{config, given}, table{*context.pool, context.rng} {
    const Endpoint told = advertised(config, given.local);
    context.answers_find_us = given.sends_from_local && told == given.local;
    claims.begin(now, own_identity(config, *context.pool, told, config.metadata),
                 given.incarnation);
    transmitter.begin(now);
    prober.begin(now);
    push_pull.begin(now);
    reconnect.begin(now);
    reaper.begin(now);
  }

  [[nodiscard]] bool alone() const {
    const std::size_t live = table.count(MemberState::alive) + table.count(MemberState::suspect);
    return live == (is_gone(table[context.self].state) ? 0u : 1u);
  }

  // The process was stopped, swapped out or starved: nobody is accused for what we did not hear.
  void excuse(TimePoint now, Duration lateness) {
    context.reporter.count(Counter::late_turns);
    context.reporter.tell_limited(now, Fact::Level::warning, Fact::Id::late_turn,
                                  {{"lateness_ns", std::int64_t{lateness.count()}}});
    context.health.on_trouble();
    prober.excuse(now);
    responder.excuse();
    claims.excuse(lateness);
  }

  // After an input: what one part left for another.
  void settle(TimePoint now) {
    push_pull.watch(now);
    context.tell_overload(now);
    if (prober.wants_fallback()) streams.open_fallback(*prober.poll_fallback());
    if (dissemination.finished().empty()) return;
    for (const OperationId operation : dissemination.finished()) context.done(operation);
    dissemination.finished().clear();
  }

  Context context;
  MemberTable table;
  Suspicions suspicions;
  Dissemination dissemination{table, context.config.level};
  Reconnect reconnect{context, table};
  Claims claims{context, table, suspicions, dissemination, reconnect};
  Reaper reaper{context, table, dissemination};
  Transmitter transmitter{context, table, dissemination};
  Prober prober{context, table, claims, reaper, transmitter};
  Responder responder{context, table, transmitter};
  Exchanges exchanges{context};
  PushPull push_pull{context, table, claims, exchanges};
  LastCalls last_calls{context, table, claims, push_pull, transmitter};
  UserMessages user_messages{context, table, dissemination, transmitter, exchanges};
  StreamHandler streams{context, table, exchanges, push_pull, prober, user_messages};
};

Node::Node(const Config& config, const NodeContext& context, TimePoint now)
    : parts_{std::make_unique<Parts>(config, context, now)} {}
Node::Node(Node&&) noexcept = default;
Node::~Node() = default;

void Node::expect(std::span<const wire::Message> messages) const {
  constexpr std::size_t most = MemberTable::expected_max;
  std::array<std::string_view, most> names;
  std::size_t count = 0;
  for (const wire::Message& message : messages.first(std::min(messages.size(), most))) {
    if (const auto* alive = std::get_if<wire::Alive>(&message)) names[count++] = alive->node;
    if (const auto* suspect = std::get_if<wire::Suspect>(&message)) names[count++] = suspect->node;
    if (const auto* dead = std::get_if<wire::Dead>(&message)) names[count++] = dead->node;
  }
  if (count > 1) parts_->table.expect(std::span{names}.first(count));
}

// --- Inputs: what happened

void Node::on_message(TimePoint now, const Arrival& arrival, const wire::Message& message) {
  Parts& p = *parts_;
  struct Route {
    Parts& p;
    TimePoint now;
    const Arrival& arrival;

    void operator()(const wire::Ping& m) const { p.responder.on_ping(now, arrival.from, m); }
    void operator()(const wire::IndirectPing& m) const {
      p.responder.on_indirect_ping(now, arrival.from, m);
    }
    void operator()(const wire::Ack& m) const {
      p.context.reporter.count(Counter::acks_received);
      if (p.prober.on_ack(now, arrival.at, m) || p.responder.on_ack(m.sequence)) return;
      if (p.last_calls.on_ack(now, m.sequence)) return;
      p.context.reporter.count(Counter::drop_unexpected);
    }
    void operator()(const wire::Nack& m) const {
      if (m.broadcast != 0) return p.user_messages.on_mark(arrival, m.broadcast);
      p.context.reporter.count(Counter::nacks_received);
      if (!p.prober.on_nack(m.sequence)) p.context.reporter.count(Counter::drop_unexpected);
    }
    void operator()(const wire::Suspect& m) const { p.claims.on_suspect(now, m); }
    void operator()(const wire::Alive& m) const {
      // memberlist-compatible: of all claims only these are judged by where they come from.
      if (p.context.config.allows(arrival.from)) return p.claims.on_alive(now, m);
      p.context.drop(now, Counter::drop_source, arrival.from);
    }
    void operator()(const wire::Dead& m) const { p.claims.on_dead(now, m); }
    void operator()(const wire::User& m) const { p.user_messages.on_message(arrival, m.payload); }
  };
  if (p.context.reporter.wants(Fact::Level::trace)) {
    const auto* alive = std::get_if<wire::Alive>(&message);
    const bool first = alive != nullptr && !p.table.find(alive->node);
    trace(p.context.reporter, now, Fact::Id::message_received, arrival.from, message,
          {.piggyback = arrival.piggyback, .first = first});
  }
  p.context.source = arrival.from;
  if (!arrival.piggyback) p.responder.on_datagram();
  p.transmitter.on_input(now);
  std::visit(Route{p, now, arrival}, message);
  p.settle(now);
}

void Node::expect_streams(std::size_t unheard) { parts_->streams.expect(unheard); }

void Node::on_stream_opened(TimePoint now, StreamId stream) {
  parts_->streams.on_opened(stream);
  parts_->settle(now);
}

void Node::on_stream_message(TimePoint now, StreamId stream, const Endpoint& from,
                             const wire::StreamMessage& message) {
  parts_->context.source = from;
  parts_->transmitter.on_input(now);
  parts_->streams.on_message(now, stream, from, message);
  parts_->settle(now);
}

void Node::on_stream_closed(TimePoint now, StreamId stream, const Error* why) {
  parts_->streams.on_closed(now, stream, why);
  parts_->settle(now);
}

void Node::on_deadline(TimePoint now) {
  Parts& p = *parts_;
  const TimePoint due = next_deadline();
  if (due > now) return;
  p.transmitter.on_input(now);
  const Config& config = p.context.config;
  if (config.excuse_late_turns && now - due > config.ack_timeout) p.excuse(now, now - due);
  p.responder.on_deadline(now);
  p.prober.on_deadline(now);
  p.last_calls.on_deadline(now);
  p.claims.on_deadline(now);
  p.reaper.on_deadline(now);
  p.push_pull.on_deadline(now);
  p.streams.on_deadline(now);
  if (const auto lost = p.reconnect.poll(now)) p.push_pull.dial(now, 0, {*lost, {}}, true);
  p.transmitter.on_deadline(now);
  p.settle(now);
}

// --- Inputs: what the application wants

void Node::join(TimePoint now, OperationId operation, const Peer& seed) {
  parts_->reconnect.on_seed(now, seed);
  parts_->push_pull.dial(now, operation, seed, true);
}

void Node::leave(TimePoint now, OperationId operation) {
  Parts& p = *parts_;
  p.transmitter.on_input(now);
  // With nobody to tell there is nothing to wait for.
  const bool alone = p.alone();
  p.claims.leave(now, alone ? 0 : operation);
  if (alone) p.context.done(operation);
  p.settle(now);
}

void Node::set_metadata(TimePoint now, OperationId operation, std::string_view metadata) {
  Parts& p = *parts_;
  if (metadata.size() > limits::metadata_bytes_max) {
    return p.context.done(operation, Error{Errc::too_large, "metadata",
                                           std::to_string(metadata.size()) + " bytes; at most " +
                                               std::to_string(limits::metadata_bytes_max)});
  }
  if (p.context.leaving) {
    return p.context.done(operation, Error{Errc::stopped, "metadata", "we have left"});
  }
  p.transmitter.on_input(now);
  const Endpoint endpoint = p.claims.self()->endpoint();
  const bool alone = p.alone();
  p.claims.announce(now, own_identity(p.context.config, *p.context.pool, endpoint, metadata),
                    alone ? 0 : operation);
  if (alone) p.context.done(operation);
  p.settle(now);
}

void Node::send(TimePoint /*now*/, OperationId operation, const Peer& to, Bytes payload) {
  parts_->user_messages.send(operation, to, payload);
}

void Node::send_reliable(TimePoint now, OperationId operation, const Peer& to, Bytes payload) {
  parts_->user_messages.send_reliable(now, operation, to, payload);
}

void Node::broadcast(TimePoint now, OperationId operation, Bytes payload) {
  parts_->transmitter.on_input(now);
  parts_->user_messages.broadcast(now, operation, payload);
}

void Node::ping(TimePoint now, OperationId operation, std::string_view name) {
  Parts& p = *parts_;
  const auto member = p.table.find(name);
  if (!member) return p.context.done(operation, unknown_member(name));
  p.prober.ping(now, operation, *member);
}

void Node::remove(TimePoint now, OperationId operation, std::string_view name) {
  Parts& p = *parts_;
  const auto member = p.table.find(name);
  if (!member || *member == p.context.self) return p.context.done(operation, unknown_member(name));
  p.transmitter.on_input(now);
  p.claims.remove(now, *member);
  p.context.done(operation);
  p.settle(now);
}

// --- Outputs

std::optional<Transmit> Node::poll_transmit(TimePoint now, MutableBytes out) {
  auto transmit = parts_->transmitter.poll(now, out);
  if (!parts_->dissemination.finished().empty()) parts_->settle(now);
  return transmit;
}

std::optional<StreamOrder> Node::poll_stream() {
  parts_->streams.poll();
  return parts_->exchanges.poll();
}

std::optional<Event> Node::poll_event() { return parts_->context.next_event(); }

TimePoint Node::next_deadline() const {
  const Parts& p = *parts_;
  return std::min({p.prober.next_deadline(), p.responder.next_deadline(), p.claims.next_deadline(),
                   p.push_pull.next_deadline(), p.transmitter.next_deadline(),
                   p.reconnect.next_deadline(), p.reaper.next_deadline(),
                   p.streams.next_deadline()});
}

// --- Looking in

MemberIndex Node::self() const { return parts_->context.self; }
std::size_t Node::slots() const { return parts_->table.slots(); }

MemberView Node::member(MemberIndex index) const {
  const Row& row = parts_->table[index];
  return {row.identity.get(), row.incarnation, row.state, row.changed};
}

std::optional<MemberIndex> Node::find(std::string_view name) const {
  return parts_->table.find(name);
}

std::optional<std::size_t> Node::poll_changed_page() { return parts_->table.poll_changed_page(); }

void Node::fill(Stats& stats) const {
  const Parts& p = *parts_;
  stats.health_score = p.context.health.score();
  stats.queue_length = p.dissemination.size();
  stats.members_alive = p.table.count(MemberState::alive);
  stats.members_suspect = p.table.count(MemberState::suspect);
  stats.members_dead = p.table.count(MemberState::dead);
  stats.members_left = p.table.count(MemberState::left);
}

void Node::check_invariants() const {
  const Parts& p = *parts_;
  const Row& own = p.table[p.context.self];
  GOSSIPOD_ASSERT(own.state == MemberState::alive || p.context.leaving);  // we refute
  GOSSIPOD_ASSERT(own.state != MemberState::suspect && own.state != MemberState::dead);
  std::size_t known = 0;
  std::size_t suspects = 0;
  for (std::uint32_t place = 0; place < p.table.slots(); ++place) {
    const Row& row = p.table[MemberIndex{place}];
    if (!row.identity) continue;
    ++known;
    const bool suspect = row.state == MemberState::suspect;
    suspects += suspect ? 1 : 0;
    GOSSIPOD_ASSERT(suspect == (row.suspicion != no_slot));
    GOSSIPOD_ASSERT(p.table.find(row.identity->name()) == MemberIndex{place});
    GOSSIPOD_ASSERT(p.table.order()[row.order_at] == MemberIndex{place});
    GOSSIPOD_ASSERT(row.incarnation != Incarnation{});
  }
  GOSSIPOD_ASSERT(known == p.table.size());
  GOSSIPOD_ASSERT(known <= p.context.config.members_max);
  GOSSIPOD_ASSERT(suspects == p.suspicions.size());
}

}  // namespace gossipod::swim
