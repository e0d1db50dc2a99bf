// The names of all enumerators that people get to see. They are stable, as the numbers are.
#include <gossipod/error.h>
#include <gossipod/event.h>
#include <gossipod/member.h>
#include <gossipod/observer.h>
#include <gossipod/stats.h>

#include <cstddef>

namespace gossipod::inline v0 {
namespace {

template <class E>
struct Name {
  E value;
  const char* text;
};

// So that a name can be found by subtraction, and none is missing in between.
template <class E, std::size_t N>
consteval bool gapless(const Name<E> (&names)[N]) {
  for (std::size_t i = 0; i < N; ++i) {
    if (static_cast<std::size_t>(names[i].value) != static_cast<std::size_t>(names[0].value) + i) {
      return false;
    }
  }
  return true;
}

template <class E, std::size_t N>
const char* find(const Name<E> (&names)[N], E value) {
  const std::size_t index =
      static_cast<std::size_t>(value) - static_cast<std::size_t>(names[0].value);
  return index < N ? names[index].text : "unknown";
}

constexpr Name<Errc> errc_names[] = {
    {Errc::invalid_config, "invalid_config"},
    {Errc::invalid_address, "invalid_address"},
    {Errc::address_in_use, "address_in_use"},
    {Errc::no_seed_answered, "no_seed_answered"},
    {Errc::stopped, "stopped"},
    {Errc::timed_out, "timed_out"},
    {Errc::unknown_member, "unknown_member"},
    {Errc::too_large, "too_large"},
    {Errc::connection_failed, "connection_failed"},
    {Errc::protocol, "protocol"},
    {Errc::remote, "remote"},
    {Errc::vetoed, "vetoed"},
    {Errc::key_absent, "key_absent"},
    {Errc::key_in_use, "key_in_use"},
    {Errc::unsupported, "unsupported"},
    {Errc::system, "system"},
    {Errc::cancelled, "cancelled"},
    {Errc::unresolved, "unresolved"},
    {Errc::busy, "busy"},
};
static_assert(gapless(errc_names));

constexpr Name<MemberState> state_names[] = {
    {MemberState::alive, "alive"},
    {MemberState::suspect, "suspect"},
    {MemberState::dead, "dead"},
    {MemberState::left, "left"},
};
static_assert(gapless(state_names));

constexpr Name<Cause> cause_names[] = {
    {Cause::unknown, "unknown"},     {Cause::own_probe, "own_probe"}, {Cause::claim, "claim"},
    {Cause::suspicion, "suspicion"}, {Cause::goodbye, "goodbye"},     {Cause::removal, "removal"},
};
static_assert(gapless(cause_names));

constexpr Name<Event::Kind> event_names[] = {
    {Event::Kind::join, "join"},       {Event::Kind::leave, "leave"},
    {Event::Kind::dead, "dead"},       {Event::Kind::suspect, "suspect"},
    {Event::Kind::alive, "alive"},     {Event::Kind::update, "update"},
    {Event::Kind::refuted, "refuted"}, {Event::Kind::conflict, "conflict"},
    {Event::Kind::message, "message"},
};
static_assert(gapless(event_names));

constexpr Name<Fact::Level> level_names[] = {
    {Fact::Level::trace, "trace"},     {Fact::Level::debug, "debug"}, {Fact::Level::info, "info"},
    {Fact::Level::warning, "warning"}, {Fact::Level::error, "error"},
};
static_assert(gapless(level_names));

constexpr Name<Fact::Id> fact_names[] = {
    {Fact::Id::message_sent, "message_sent"},
    {Fact::Id::message_received, "message_received"},
    {Fact::Id::packet_dropped, "packet_dropped"},
    {Fact::Id::stream_dropped, "stream_dropped"},
    {Fact::Id::probe_failed, "probe_failed"},
    {Fact::Id::suspected, "suspected"},
    {Fact::Id::confirmed, "confirmed"},
    {Fact::Id::died, "died"},
    {Fact::Id::member_left, "member_left"},
    {Fact::Id::joined, "joined"},
    {Fact::Id::updated, "updated"},
    {Fact::Id::alive_again, "alive_again"},
    {Fact::Id::refuted, "refuted"},
    {Fact::Id::conflict, "conflict"},
    {Fact::Id::push_pull_failed, "push_pull_failed"},
    {Fact::Id::stream_fallback, "stream_fallback"},
    {Fact::Id::health_changed, "health_changed"},
    {Fact::Id::late_turn, "late_turn"},
    {Fact::Id::started, "started"},
    {Fact::Id::stopped, "stopped"},
    {Fact::Id::send_failed, "send_failed"},
    {Fact::Id::claim_refused, "claim_refused"},
    {Fact::Id::handler_failed, "handler_failed"},
    {Fact::Id::gave_up, "gave_up"},
    {Fact::Id::unresolved, "unresolved"},
};
static_assert(gapless(fact_names));

constexpr Name<Counter> counter_names[] = {
    {Counter::packets_received, "packets_received"},
    {Counter::packets_received_bytes, "packets_received_bytes"},
    {Counter::packets_sent, "packets_sent"},
    {Counter::packets_sent_bytes, "packets_sent_bytes"},
    {Counter::packets_not_sent, "packets_not_sent"},
    {Counter::receive_stalls, "receive_stalls"},
    {Counter::receive_errors, "receive_errors"},
    {Counter::messages_received, "messages_received"},
    {Counter::messages_sent, "messages_sent"},
    {Counter::drop_empty, "drop_empty"},
    {Counter::drop_label, "drop_label"},
    {Counter::drop_unauthentic, "drop_unauthentic"},
    {Counter::drop_crc, "drop_crc"},
    {Counter::drop_type, "drop_type"},
    {Counter::drop_malformed, "drop_malformed"},
    {Counter::drop_compression, "drop_compression"},
    {Counter::drop_nesting, "drop_nesting"},
    {Counter::drop_budget, "drop_budget"},
    {Counter::drop_truncated_parts, "drop_truncated_parts"},
    {Counter::drop_wrong_node, "drop_wrong_node"},
    {Counter::drop_unexpected, "drop_unexpected"},
    {Counter::drop_invalid_claim, "drop_invalid_claim"},
    {Counter::drop_source, "drop_source"},
    {Counter::drop_stranger, "drop_stranger"},
    {Counter::drop_answers, "drop_answers"},
    {Counter::drop_members, "drop_members"},
    {Counter::drop_source_members, "drop_source_members"},
    {Counter::drop_names, "drop_names"},
    {Counter::drop_source_names, "drop_source_names"},
    {Counter::drop_relays, "drop_relays"},
    {Counter::drop_source_relays, "drop_source_relays"},
    {Counter::drop_overload, "drop_overload"},
    {Counter::streams_accepted, "streams_accepted"},
    {Counter::streams_opened, "streams_opened"},
    {Counter::streams_received_bytes, "streams_received_bytes"},
    {Counter::streams_sent_bytes, "streams_sent_bytes"},
    {Counter::stream_drop_label, "stream_drop_label"},
    {Counter::stream_drop_unauthentic, "stream_drop_unauthentic"},
    {Counter::stream_drop_compression, "stream_drop_compression"},
    {Counter::stream_drop_type, "stream_drop_type"},
    {Counter::stream_drop_malformed, "stream_drop_malformed"},
    {Counter::stream_drop_truncated, "stream_drop_truncated"},
    {Counter::stream_drop_limit, "stream_drop_limit"},
    {Counter::stream_drop_deadline, "stream_drop_deadline"},
    {Counter::stream_drop_overload, "stream_drop_overload"},
    {Counter::stream_drop_source_streams, "stream_drop_source_streams"},
    {Counter::stream_drop_bytes, "stream_drop_bytes"},
    {Counter::stream_drop_source_bytes, "stream_drop_source_bytes"},
    {Counter::stream_drop_wrong_node, "stream_drop_wrong_node"},
    {Counter::stream_drop_source, "stream_drop_source"},
    {Counter::stream_failed, "stream_failed"},
    {Counter::stream_stalls, "stream_stalls"},
    {Counter::streams_cut_off, "streams_cut_off"},
    {Counter::accept_pauses, "accept_pauses"},
    {Counter::completion_overflows, "completion_overflows"},
    {Counter::loop_failures, "loop_failures"},
    {Counter::seals, "seals"},
    {Counter::probes, "probes"},
    {Counter::probes_failed, "probes_failed"},
    {Counter::probes_degraded, "probes_degraded"},
    {Counter::probe_fallbacks, "probe_fallbacks"},
    {Counter::pings_relayed, "pings_relayed"},
    {Counter::acks_received, "acks_received"},
    {Counter::nacks_received, "nacks_received"},
    {Counter::claims_alive, "claims_alive"},
    {Counter::claims_suspect, "claims_suspect"},
    {Counter::claims_dead, "claims_dead"},
    {Counter::claims_stale, "claims_stale"},
    {Counter::refutations, "refutations"},
    {Counter::suspicions_degraded, "suspicions_degraded"},
    {Counter::last_calls, "last_calls"},
    {Counter::suspects_answered, "suspects_answered"},
    {Counter::opinions_asked, "opinions_asked"},
    {Counter::push_pulls, "push_pulls"},
    {Counter::push_pulls_failed, "push_pulls_failed"},
    {Counter::joins, "joins"},
    {Counter::leaves, "leaves"},
    {Counter::lost_forgotten, "lost_forgotten"},
    {Counter::conflicts, "conflicts"},
    {Counter::late_turns, "late_turns"},
    {Counter::gossip_dropped, "gossip_dropped"},
    {Counter::user_messages_received, "user_messages_received"},
    {Counter::user_messages_sent, "user_messages_sent"},
    {Counter::broadcasts_relayed, "broadcasts_relayed"},
    {Counter::broadcasts_repeated, "broadcasts_repeated"},
    {Counter::user_messages_dropped, "user_messages_dropped"},
    {Counter::handler_exceptions, "handler_exceptions"},
    {Counter::facts_suppressed, "facts_suppressed"},
};
static_assert(gapless(counter_names));
static_assert(sizeof counter_names / sizeof counter_names[0] == counter_count);

}  // namespace

const char* to_string(Errc code) { return find(errc_names, code); }
const char* to_string(MemberState state) { return find(state_names, state); }
const char* to_string(Event::Kind kind) { return find(event_names, kind); }
const char* to_string(Cause cause) { return find(cause_names, cause); }
const char* to_string(Fact::Level level) { return find(level_names, level); }
const char* to_string(Fact::Id id) { return find(fact_names, id); }
std::string_view to_string(Counter counter) { return find(counter_names, counter); }

}  // namespace gossipod::inline v0
