#include "swim/prober.h"

#include <algorithm>

#include "swim/formulas.h"

namespace gossipod::swim {

void Prober::begin(TimePoint now) { begin_ticking(now); }

// Anywhere in the interval: nodes started together do not all probe at the same time.
void Prober::begin_ticking(TimePoint now) {
  const Duration interval = context_.config.probing_interval;
  tick_at_ = tick_after(now, context_.rng.below(interval), interval);
}

TimePoint Prober::next_deadline() const {
  TimePoint next =
      probe_ ? (probe_->asked_others ? probe_->verdict_at : probe_->ask_others_at) : tick_at_;
  for (const Ping& ping : pings_) next = std::min(next, ping.deadline);
  return next;
}

void Prober::on_deadline(TimePoint now) {
  if (probe_ && !probe_->asked_others && now >= probe_->ask_others_at) ask_others();
  if (probe_ && now >= probe_->verdict_at) judge(now);
  if (!probe_ && now >= tick_at_) start(now);
  if (!pings_.empty()) expire_pings(now);
}

std::optional<MemberIndex> Prober::next_target(TimePoint now) {
  if (context_.config.probe_order == ProbeOrder::random) {
    table_.pick(
        1,
        [&](MemberIndex member) {
          return member != context_.self && !is_gone(table_[member].state);
        },
        helpers_);
    return helpers_.empty() ? std::nullopt : std::optional{helpers_.front()};
  }
  // At most one whole round; its end is also the time to forget the long gone.
  for (std::size_t checked = 0; checked <= table_.size(); ++checked) {
    const auto next = table_.next_in_order();
    if (!next) {
      reaper_.reap(now);
    } else if (*next != context_.self && !is_gone(table_[*next].state)) {
      return next;
    }
  }
  return std::nullopt;
}

void Prober::start(TimePoint now) {
  tick_at_ = tick_after(now, context_.config.probing_interval, context_.config.probing_interval);
  const auto target = next_target(now);
  if (!target) return;
  const Row& row = table_[*target];
  const Duration ack_timeout = context_.health.stretch(context_.config.ack_timeout);
  const Duration verdict = context_.health.stretch(context_.config.indirect_ack_timeout);
  probe_ = Probe{.target = *target,
                 .identity = row.identity,
                 .incarnation = row.incarnation,
                 .sequence = transmitter_.next_sequence(),
                 .started = now,
                 .ask_others_at = now + std::min(ack_timeout, verdict),
                 .verdict_at = now + verdict};
  context_.reporter.count(Counter::probes);
  if (context_.health.score() > 0) context_.reporter.count(Counter::probes_degraded);
  transmitter_.queue({.kind = Intention::Kind::ping,
                      .to = row.identity->endpoint(),
                      .peer = row.identity,
                      .subject = row.identity,
                      .sequence = probe_->sequence,
                      .incarnation = row.incarnation,
                      .buddy = context_.config.buddy_system && row.state == MemberState::suspect,
                      .payload = {}});
}

void Prober::ask_others() {
  probe_->asked_others = true;
  const auto wanted = [&](MemberIndex member) {
    return member != context_.self && member != probe_->target &&
           table_[member].state == MemberState::alive;
  };
  table_.pick(context_.config.indirect_checks, wanted, helpers_);
  for (const MemberIndex member : helpers_) {
    const IdentityRef& helper = table_[member].identity;
    const bool nack = helper->versions().protocol_max >= 4;
    probe_->nacks_expected += nack ? 1 : 0;
    transmitter_.queue({.kind = Intention::Kind::indirect_ping,
                        .to = helper->endpoint(),
                        .peer = helper,
                        .subject = probe_->identity,
                        .sequence = probe_->sequence,
                        .incarnation = {},
                        .nack = nack,
                        .payload = {}});
  }
  if (context_.config.stream_fallback && probe_->identity->versions().protocol_max >= 3) {
    fallback_ = Fallback{probe_->identity, probe_->sequence, probe_->verdict_at};
  }
}

std::optional<Prober::Fallback> Prober::poll_fallback() {
  return std::exchange(fallback_, std::nullopt);
}

bool Prober::on_ack(TimePoint now, TimePoint arrived, const wire::Ack& ack) {
  if (probe_ && probe_->sequence == ack.sequence) {
    if (!probe_->asked_others && context_.delegate != nullptr) {
      context_.delegate->ping_complete(
          *probe_->identity, std::max(arrived, probe_->started) - probe_->started, ack.payload);
    }
    if (probe_->asked_others) {
      context_.losses.on_sign(now);
    } else {
      context_.reached = probe_->identity;
    }
    succeed(now);
    return true;
  }
  const auto ping =
      std::ranges::find_if(pings_, [&](const Ping& p) { return p.sequence == ack.sequence; });
  if (ping == pings_.end()) return false;
  Event event;
  event.kind = Event::Kind::pong;
  event.operation = ping->operation;
  event.who = ping->target;
  event.round_trip = std::max(arrived, ping->started) - ping->started;
  context_.events.push(std::move(event));
  pings_.erase(ping);
  return true;
}

bool Prober::on_nack(SequenceNumber sequence) {
  if (!probe_ || probe_->sequence != sequence) return false;
  ++probe_->nacks_received;
  return true;
}

void Prober::on_stream_ack(SequenceNumber sequence) {
  if (probe_ && probe_->sequence == sequence) probe_->contacted = true;
}

void Prober::end_probe(TimePoint now) {
  probe_.reset();
  fallback_.reset();
  // A probe may outlast its interval; the next one is due now then, not in the past.
  tick_at_ = std::max(tick_at_, now);
}

void Prober::succeed(TimePoint now) {
  end_probe(now);
  const std::uint32_t before = context_.health.score();
  context_.health.on_probe_answered();
  tell_health(now, before);
}

void Prober::judge(TimePoint now) {
  const Probe probe = *probe_;
  end_probe(now);
  if (probe.contacted) {
    context_.reporter.count(Counter::probe_fallbacks);
    context_.reporter.tell_limited(now, Fact::Level::warning, Fact::Id::stream_fallback,
                                   {{"member", probe.identity->name()}});
    context_.losses.on_sign(now);
    return succeed(now);
  }
  context_.reporter.count(Counter::probes_failed);
  context_.reporter.tell(now, Fact::Level::info, Fact::Id::probe_failed,
                         {{"member", probe.identity->name()}});
  // Lifeguard: helpers who do not even say that they got no answer are a sign of our own trouble.
  const std::uint32_t before = context_.health.score();
  const std::uint32_t missed =
      probe.nacks_expected - std::min(probe.nacks_expected, probe.nacks_received);
  context_.health.on_trouble(probe.nacks_expected > 0 ? missed : 1);
  tell_health(now, before);
  const Row& row = table_[probe.target];
  const bool still_known = row.identity && row.identity->name() == probe.identity->name();
  if (still_known) claims_.suspect(now, probe.target, probe.incarnation);
}

void Prober::excuse(TimePoint now) {
  probe_.reset();
  fallback_.reset();
  begin_ticking(now);
}

void Prober::ping(TimePoint now, OperationId operation, MemberIndex member) {
  const IdentityRef& target = table_[member].identity;
  pings_.push_back({.operation = operation,
                    .target = target,
                    .sequence = transmitter_.next_sequence(),
                    .started = now,
                    .deadline = now + context_.config.ack_timeout});
  transmitter_.queue({.kind = Intention::Kind::ping,
                      .to = target->endpoint(),
                      .peer = target,
                      .subject = target,
                      .sequence = pings_.back().sequence,
                      .incarnation = {},
                      .payload = {}});
}

void Prober::expire_pings(TimePoint now) {
  std::erase_if(pings_, [&](const Ping& ping) {
    if (ping.deadline > now) return false;
    context_.done(ping.operation, Error{Errc::timed_out, "ping",
                                        std::string{ping.target->name()} + " did not answer"});
    return true;
  });
}

void Prober::tell_health(TimePoint now, std::uint32_t before) {
  const std::uint32_t after = context_.health.score();
  if (after == before) return;
  context_.reporter.tell(now, Fact::Level::debug, Fact::Id::health_changed,
                         {{"score", std::uint64_t{after}}});
}

}  // namespace gossipod::swim
