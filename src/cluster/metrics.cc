#include <gossipod/metrics.h>

#include <cstddef>

namespace gossipod::inline v0 {
namespace {

struct CounterUnit {
  Counter counter;
  std::string_view unit;
};
constexpr CounterUnit units[] = {
    {Counter::packets_received, "packets"},
    {Counter::packets_received_bytes, "bytes"},
    {Counter::packets_sent, "packets"},
    {Counter::packets_sent_bytes, "bytes"},
    {Counter::packets_not_sent, "packets"},
    {Counter::receive_stalls, "times"},
    {Counter::receive_errors, "times"},
    {Counter::messages_received, "messages"},
    {Counter::messages_sent, "messages"},
    {Counter::drop_empty, "drops"},
    {Counter::drop_label, "drops"},
    {Counter::drop_unauthentic, "drops"},
    {Counter::drop_crc, "drops"},
    {Counter::drop_type, "drops"},
    {Counter::drop_malformed, "drops"},
    {Counter::drop_compression, "drops"},
    {Counter::drop_nesting, "drops"},
    {Counter::drop_budget, "drops"},
    {Counter::drop_truncated_parts, "drops"},
    {Counter::drop_wrong_node, "drops"},
    {Counter::drop_unexpected, "drops"},
    {Counter::drop_invalid_claim, "drops"},
    {Counter::drop_source, "drops"},
    {Counter::drop_stranger, "drops"},
    {Counter::drop_answers, "drops"},
    {Counter::drop_members, "drops"},
    {Counter::drop_source_members, "drops"},
    {Counter::drop_names, "drops"},
    {Counter::drop_source_names, "drops"},
    {Counter::drop_relays, "drops"},
    {Counter::drop_source_relays, "drops"},
    {Counter::drop_overload, "drops"},
    {Counter::streams_accepted, "streams"},
    {Counter::streams_opened, "streams"},
    {Counter::streams_received_bytes, "bytes"},
    {Counter::streams_sent_bytes, "bytes"},
    {Counter::stream_drop_label, "streams"},
    {Counter::stream_drop_unauthentic, "streams"},
    {Counter::stream_drop_compression, "streams"},
    {Counter::stream_drop_type, "streams"},
    {Counter::stream_drop_malformed, "streams"},
    {Counter::stream_drop_truncated, "streams"},
    {Counter::stream_drop_limit, "streams"},
    {Counter::stream_drop_deadline, "streams"},
    {Counter::stream_drop_overload, "streams"},
    {Counter::stream_drop_source_streams, "streams"},
    {Counter::stream_drop_bytes, "streams"},
    {Counter::stream_drop_source_bytes, "streams"},
    {Counter::stream_drop_wrong_node, "streams"},
    {Counter::stream_drop_source, "streams"},
    {Counter::stream_failed, "streams"},
    {Counter::stream_stalls, "times"},
    {Counter::streams_cut_off, "streams"},
    {Counter::accept_pauses, "times"},
    {Counter::completion_overflows, "times"},
    {Counter::loop_failures, "times"},
    {Counter::seals, "seals"},
    {Counter::probes, "probes"},
    {Counter::probes_failed, "probes"},
    {Counter::probes_degraded, "probes"},
    {Counter::probe_fallbacks, "probes"},
    {Counter::pings_relayed, "pings"},
    {Counter::acks_received, "messages"},
    {Counter::nacks_received, "messages"},
    {Counter::claims_alive, "claims"},
    {Counter::claims_suspect, "claims"},
    {Counter::claims_dead, "claims"},
    {Counter::claims_stale, "claims"},
    {Counter::refutations, "times"},
    {Counter::suspicions_degraded, "suspicions"},
    {Counter::last_calls, "pings"},
    {Counter::suspects_answered, "suspicions"},
    {Counter::opinions_asked, "exchanges"},
    {Counter::push_pulls, "exchanges"},
    {Counter::push_pulls_failed, "exchanges"},
    {Counter::joins, "members"},
    {Counter::leaves, "members"},
    {Counter::lost_forgotten, "members"},
    {Counter::conflicts, "claims"},
    {Counter::late_turns, "turns"},
    {Counter::gossip_dropped, "messages"},
    {Counter::user_messages_received, "messages"},
    {Counter::user_messages_sent, "messages"},
    {Counter::broadcasts_relayed, "messages"},
    {Counter::broadcasts_repeated, "messages"},
    {Counter::user_messages_dropped, "messages"},
    {Counter::handler_exceptions, "exceptions"},
    {Counter::facts_suppressed, "facts"},
};
static_assert([] {
  std::size_t index = 0;
  for (const CounterUnit& row : units) {
    if (static_cast<std::size_t>(row.counter) != index++) return false;
  }
  return index == counter_count;
}());

struct Gauge {
  std::string_view name;
  std::string_view unit;
  std::uint64_t Stats::*value;
};
constexpr Gauge gauges[] = {
    {"health_score", "", &Stats::health_score},
    {"queue_length", "messages", &Stats::queue_length},
    {"members_alive", "members", &Stats::members_alive},
    {"members_suspect", "members", &Stats::members_suspect},
    {"members_dead", "members", &Stats::members_dead},
    {"members_left", "members", &Stats::members_left},
    {"streams_open", "streams", &Stats::streams_open},
    {"primary_key_seals", "seals", &Stats::primary_key_seals},
};

}  // namespace

void for_each_metric(const Stats& stats, const std::function<void(const Metric&)>& visit) {
  for (const CounterUnit& row : units) {
    visit({to_string(row.counter), row.unit, Metric::Kind::counter, stats[row.counter]});
  }
  for (const Gauge& gauge : gauges) {
    visit({gauge.name, gauge.unit, Metric::Kind::gauge, stats.*gauge.value});
  }
}

}  // namespace gossipod::inline v0
