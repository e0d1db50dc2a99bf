#include "swim/responder.h"

#include <gossipod/limits.h>

#include <algorithm>

namespace gossipod::swim {
namespace {

// Where the sender wants its answer: where it says it is, or where the datagram came from.
Endpoint answer_to(const Endpoint& from, Bytes source_address, std::uint16_t source_port) {
  if (source_port == 0) return from;
  return Endpoint::from_address(source_address, source_port).value_or(from);
}

}  // namespace

// Whether something may be sent there on behalf of somebody else.
bool Responder::welcome(const Endpoint& answer, std::string_view claimed_name) const {
  if (!context_.config.answer_members_only) return true;
  const auto member = table_.find(claimed_name);
  return member && table_[*member].identity->endpoint() == answer;
}

std::optional<Counter> Responder::no_room(const Source& source) const {
  if (relays_.size() >= limits::relays_max) return Counter::drop_relays;
  if (relays_.size() < limits::relays_per_source_max) return std::nullopt;
  const auto same = [&](const Relay& relay) { return relay.asked_by == source; };
  const auto theirs = static_cast<std::size_t>(std::ranges::count_if(relays_, same));
  return theirs < limits::relays_per_source_max ? std::nullopt
                                                : std::optional{Counter::drop_source_relays};
}

bool Responder::may_answer(TimePoint now, const Endpoint& from) {
  if (answered_ < limits::answers_per_packet_max) {
    ++answered_;
    return true;
  }
  context_.drop(now, Counter::drop_answers, from);
  return false;
}

void Responder::on_ping(TimePoint now, const Endpoint& from, const wire::Ping& ping) {
  if (!ping.node.empty() && ping.node != table_[context_.self].identity->name()) {
    return context_.reporter.count(Counter::drop_wrong_node);
  }
  const Endpoint to = answer_to(from, ping.source_address, ping.source_port);
  if (!welcome(to, ping.source_node)) return context_.drop(now, Counter::drop_stranger, from);
  if (!may_answer(now, from)) return;
  transmitter_.queue({.kind = Intention::Kind::ack,
                      .to = to,
                      .peer = {},
                      .subject = {},
                      .sequence = ping.sequence,
                      .incarnation = {},
                      .payload = {}});
}

void Responder::on_indirect_ping(TimePoint now, const Endpoint& from,
                                 const wire::IndirectPing& request) {
  const bool no_port = request.port == 0 || context_.config.protocol_version < 2;
  const auto target =
      Endpoint::from_address(request.target, no_port ? context_.bind_port : request.port);
  if (!target || request.node.size() > limits::name_bytes_max) {
    return context_.reporter.count(Counter::drop_malformed);
  }
  const Endpoint requester = answer_to(from, request.source_address, request.source_port);
  if (!welcome(requester, request.source_node) || !welcome(*target, request.node)) {
    return context_.drop(now, Counter::drop_stranger, from);
  }
  const Source source = source_of(from);
  if (const auto full = no_room(source)) return context_.drop(now, *full, from);
  if (!may_answer(now, from)) return;
  IdentityRef subject;
  if (const auto member = table_.find(request.node)) subject = table_[*member].identity;
  if (!subject || subject->endpoint() != *target) {
    subject = context_.pool->intern({.name = request.node,
                                     .address = request.target,
                                     .port = target->port,
                                     .metadata = {},
                                     .versions = {}});
  }
  const Duration timeout = context_.config.ack_timeout;
  relays_.push_back({.ours = transmitter_.next_sequence(),
                     .theirs = request.sequence,
                     .requester = requester,
                     .asked_by = source,
                     .nack_at = request.nack ? now + timeout * 3 / 5 : never,
                     .ends_at = now + timeout});
  transmitter_.queue({.kind = Intention::Kind::ping,
                      .to = *target,
                      .peer = subject,
                      .subject = subject,
                      .sequence = relays_.back().ours,
                      .incarnation = {},
                      .payload = {}});
  context_.reporter.count(Counter::pings_relayed);
}

bool Responder::on_ack(SequenceNumber sequence) {
  if (relays_.empty()) return false;
  // Numbers grow, but for their coming round; so far from the first one is each.
  const std::uint32_t first = relays_.front().ours.value();
  const auto relay =
      std::ranges::lower_bound(relays_, sequence.value() - first, {},
                               [&](const Relay& r) { return r.ours.value() - first; });
  if (relay == relays_.end() || relay->ours != sequence || relay->answered) return false;
  transmitter_.queue({.kind = Intention::Kind::relayed_ack,
                      .to = relay->requester,
                      .peer = {},
                      .subject = {},
                      .sequence = relay->theirs,
                      .incarnation = {},
                      .payload = {}});
  relay->answered = true;
  relay->nack_at = never;
  return true;
}

void Responder::on_deadline(TimePoint now) {
  for (Relay& relay : relays_) {
    if (relay.nack_at > now) continue;
    relay.nack_at = never;
    transmitter_.queue({.kind = Intention::Kind::nack,
                        .to = relay.requester,
                        .peer = {},
                        .subject = {},
                        .sequence = relay.theirs,
                        .incarnation = {},
                        .payload = {}});
  }
  const auto first_running =
      std::ranges::find_if(relays_, [&](const Relay& r) { return r.ends_at > now; });
  relays_.erase(relays_.begin(), first_running);
}

TimePoint Responder::next_deadline() const {
  if (relays_.empty()) return never;
  TimePoint next = relays_.front().ends_at;
  for (const Relay& relay : relays_) next = std::min(next, relay.nack_at);
  return next;
}

}  // namespace gossipod::swim
