// Counters: what happened, as numbers that only grow, and Stats, a copy of them.
//
// Every datagram or stream that is dropped is counted here under exactly one reason. Names and
// units are in docs/metrics.md and are stable; the enumerators' values are not.
#pragma once

#include <gossipod/export.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gossipod::inline v0 {

enum class Counter : std::uint16_t {
  // Datagrams.
  packets_received,
  packets_received_bytes,
  packets_sent,
  packets_sent_bytes,
  packets_not_sent,  // the operating system took them not
  receive_stalls,    // taking datagrams paused: no buffer was free, or the node had its quota
  receive_errors,    // the operating system gave an error instead of datagrams
  messages_received,
  messages_sent,
  // Why a datagram, or one message of it, was dropped.
  drop_empty,            // no bytes, or no type byte
  drop_label,            // malformed, missing, unwanted or another's
  drop_unauthentic,      // no key opens it, or it is not sealed and must be
  drop_crc,              // the checksum does not match
  drop_type,             // a message type that packets do not carry
  drop_malformed,        // the message does not decode
  drop_compression,      // not LZW, damaged, or empty
  drop_nesting,          // more layers than limits::nesting_max
  drop_budget,           // more decompressed bytes or messages than a packet may have
  drop_truncated_parts,  // parts of a compound that lie beyond its end
  drop_wrong_node,       // a ping for another name
  drop_unexpected,       // an ack or nack nobody waits for
  drop_invalid_claim,    // name, address, metadata or versions outside the limits
  drop_source,           // the source address is not allowed
  drop_stranger,         // an answer would not go to a member: Config::answer_members_only
  drop_answers,          // more pings in one datagram than are answered
  drop_members,          // one member more than Config::members_max
  drop_source_members,   // one address told of too many new members
  drop_names,            // too many bytes of names and metadata are kept
  drop_source_names,     // one address told of too many bytes of them
  drop_relays,           // we ping for others too often already
  drop_source_relays,    // we do so for this address
  drop_overload,         // we owe too many answers already
  // Streams.
  streams_accepted,
  streams_opened,
  streams_received_bytes,
  streams_sent_bytes,
  stream_drop_label,
  stream_drop_unauthentic,
  stream_drop_compression,
  stream_drop_type,
  stream_drop_malformed,
  stream_drop_truncated,  // ended in the middle
  stream_drop_limit,      // announces more than the limits allow
  stream_drop_deadline,
  stream_drop_overload,        // too many streams
  stream_drop_source_streams,  // too many from one address
  stream_drop_bytes,           // too many bytes buffered
  stream_drop_source_bytes,    // too many from one address
  stream_drop_wrong_node,
  stream_drop_source,  // the source address is not allowed
  stream_failed,       // could not connect, or the peer went away
  stream_stalls,       // taking a stream's bytes paused: no buffer was free
  streams_cut_off,     // closed, and reset before the peer took all: too many waited so
  accept_pauses,       // no descriptors left, or refused to us: new streams wait
  // The loop.
  completion_overflows,  // more happened at once than the completion queue holds
  loop_failures,         // the kernel did not let the loop wait: tried again a little later
  seals,                 // packets and frames that we sealed, under any key
  // The protocol.
  probes,
  probes_failed,
  probes_degraded,  // with a stretched interval
  probe_fallbacks,  // answered by stream only
  pings_relayed,
  acks_received,
  nacks_received,
  claims_alive,
  claims_suspect,
  claims_dead,
  claims_stale,
  refutations,
  suspicions_degraded,  // expired with fewer confirmations than wanted
  last_calls,           // pings to suspects, shortly before it is too late
  suspects_answered,    // suspicions that began anew, because the suspect answered a ping
  opinions_asked,       // exchanges because others may know better of a suspect
  push_pulls,
  push_pulls_failed,
  joins,
  leaves,
  lost_forgotten,  // so many failed that one of them is not tried again
  conflicts,
  late_turns,
  gossip_dropped,  // claims or broadcasts that can never fit a packet
  user_messages_received,
  user_messages_sent,
  broadcasts_relayed,     // of others, passed on
  broadcasts_repeated,    // had it already
  user_messages_dropped,  // nobody fetched them in time
  handler_exceptions,     // what the application's handler threw, and we caught
  facts_suppressed,       // log lines withheld by the rate limit
  count_
};
inline constexpr std::size_t counter_count = static_cast<std::size_t>(Counter::count_);

// "drop_crc", as in docs/metrics.md.
[[nodiscard]] GOSSIPOD_EXPORT std::string_view to_string(Counter counter);

// What a node counted, and how it stands, at one moment.
struct Stats {
  std::array<std::uint64_t, counter_count> counters{};
  std::uint64_t health_score = 0;  // 0 is healthy
  std::uint64_t queue_length = 0;  // claims and broadcasts still to be told
  std::uint64_t members_alive = 0;
  std::uint64_t members_suspect = 0;
  std::uint64_t members_dead = 0;
  std::uint64_t members_left = 0;
  std::uint64_t streams_open = 0;
  std::uint64_t primary_key_seals = 0;  // under the key that seals now, since it was added
  std::string_view body;                // which transport: "asio", "virtual", ...

  [[nodiscard]] std::uint64_t operator[](Counter counter) const {
    return counters[static_cast<std::size_t>(counter)];
  }
};

// The live counters of one node. Written by its protocol thread, read by any.
class Counters {
 public:
  void add(Counter counter, std::uint64_t amount = 1) {
    auto& slot = slots_[static_cast<std::size_t>(counter)];
    // One writer: a plain add would do, but for readers on other threads.
    slot.store(slot.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t operator[](Counter counter) const {
    return slots_[static_cast<std::size_t>(counter)].load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<std::uint64_t>, counter_count> slots_{};
};

}  // namespace gossipod::inline v0
