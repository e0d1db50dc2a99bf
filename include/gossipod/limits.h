// Every bound on what a stranger, a peer or the application can make grow, its reason, and how the
// bounds depend on each other. A queue without a bound is an outage with a delay.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gossipod::limits {

// --- One packet

inline constexpr std::size_t packet_bytes = 1400;          // what we send; memberlist's default
inline constexpr std::size_t packet_bytes_min = 512;       // a configuration below this is refused
inline constexpr std::size_t datagram_bytes_max = 65'536;  // what we take; memberlist's buffer
inline constexpr std::size_t name_bytes_max = 255;         // ours; memberlist has no limit
inline constexpr std::size_t metadata_bytes_max = 512;     // memberlist's, for its own metadata
inline constexpr std::size_t label_bytes_max = 255;        // its length is one byte
inline constexpr std::size_t versions_bytes = 6;           // PMin PMax PCur DMin DMax DCur
inline constexpr std::size_t compound_parts_max = 127;  // more, and peers before 0.2.4 misread it
inline constexpr std::size_t nesting_max = 8;           // packet layers; honest senders need 3
inline constexpr std::size_t packet_messages_max = 16'384;     // 64 KiB of empty parts is 32'767
inline constexpr std::size_t packet_inflated_max = 256 << 10;  // all decompressed bytes of a
                                                               // packet; honest are 64 KiB
inline constexpr std::size_t msgpack_depth_max = 64;           // inside a value we skip
inline constexpr std::size_t msgpack_items_max = 65'536;       // values skipped in one message

// --- Streams

inline constexpr std::size_t stream_frame_max = 20 << 20;       // encrypted frame, memberlist's
inline constexpr std::size_t stream_inflated_max = 40 << 20;    // decompressed, memberlist's
inline constexpr std::size_t user_state_max = 20 << 20;         // of a push-pull, memberlist's
inline constexpr std::size_t user_message_max = 20 << 20;       // reliable, memberlist's
inline constexpr std::size_t records_max = 1 << 20;             // of a push-pull, memberlist's
inline constexpr std::size_t streams_in_max = 1024;             // at once, all sources
inline constexpr std::size_t streams_in_per_source_max = 256;   // at once, one IP address
inline constexpr std::size_t streams_buffered_max = 256 << 20;  // bytes held by all streams
// By those that one IP address opened: a sealed and compressed push-pull of the greatest size while
// it is unpacked (20 + 20 + 40 MiB), and some.
inline constexpr std::size_t streams_buffered_per_source_max = 128 << 20;
// On their way to peers that may not read them: each answer once, however many get it. In all, and
// for one IP address.
inline constexpr std::size_t streams_written_max = 256 << 20;
inline constexpr std::size_t streams_written_per_source_max = 128 << 20;
// Closed by us, with something left to send, on one loop, and one more for each of its nodes: each
// has a descriptor, and a peer that never finishes would hold it
inline constexpr std::size_t streams_lingering_max = 256;
inline constexpr std::size_t lingering_seconds = 10;  // then it is reset

// --- One turn of a loop: a node's share of what has come. The rest waits, so that a flood of one
// starves nobody.

inline constexpr std::size_t datagrams_a_turn = 64;
inline constexpr std::size_t connections_a_turn = 64;
inline constexpr std::size_t stream_bytes_a_turn = 256 << 10;  // of one stream
// For all of them: a few bytes may be packed so that unpacking and believing them takes long, and
// hundreds may have sent such.
inline constexpr std::size_t streams_turn_milliseconds = 20;
// Turns in a row without judging deadlines, because more waits to be read: datagrams; streams.
inline constexpr std::uint32_t undrained_turns_max = 8;
inline constexpr std::uint32_t unheard_turns_max = 2;

// --- The machine

inline constexpr std::size_t members_max = 1 << 20;  // as many as a push-pull may announce
// New ones that one IP address may tell of within the window: all of a large cluster, in a
// push-pull
inline constexpr std::size_t members_per_source_max = 1 << 18;
inline constexpr std::size_t admission_window_seconds = 60;
inline constexpr std::size_t admission_sources_max = 1024;  // told apart; the rest are one
inline constexpr std::size_t moved_names_max = 1024;        // whose last address is remembered
inline constexpr std::size_t identity_bytes_max = 512
                                                  << 20;  // names and metadata of a loop's nodes
// New ones that one IP address may tell of within the window: three push-pulls of the greatest
// size. Below the limit in all, so that one stranger does not use up everybody's.
inline constexpr std::size_t identity_bytes_per_source_max = 128 << 20;
inline constexpr std::size_t intentions_max = 65'536;  // answers we still owe
// Pings of one datagram that are answered or passed on: whoever sends one in another's name has us
// send so many to that other. Peers put one in a datagram, memberlist's own tests three.
inline constexpr std::size_t answers_per_packet_max = 8;
inline constexpr std::size_t relays_max = 4096;             // indirect pings in flight for others
inline constexpr std::size_t relays_per_source_max = 1024;  // asked for by one IP address
inline constexpr std::size_t user_queue_bytes_max = 64 << 20;  // user messages waiting to go out
inline constexpr std::size_t user_broadcasts_max = 16'384;     // told at a time; half of others
inline constexpr std::size_t broadcasts_kept = 4096;           // ids of broadcasts we have had
// Messages of users that arrived in one turn, before the application's queue has its say; twice as
// much where reliable ones are among them.
inline constexpr std::size_t undelivered_bytes_max = 64 << 20;
inline constexpr std::size_t lost_members_max = 1024;  // tried again; then any makes room
inline constexpr std::size_t seeds_tried_max = 64;     // again, while we are alone
// Of the incarnations, which are u32: no accusation is believed in the last million, and nobody is
// believed to be alive in the last thousand. So whoever is accused has a number for its answer.
inline constexpr std::uint32_t incarnation_guard = 1 << 20;
inline constexpr std::uint32_t incarnation_reserve = 1 << 10;
inline constexpr std::uint32_t accused_below = 0xffff'ffffu - incarnation_guard;
inline constexpr std::uint32_t alive_below = 0xffff'ffffu - incarnation_reserve;
static_assert(accused_below < alive_below);

// --- What is told to people

inline constexpr std::uint32_t facts_per_second_max = 5;  // of one kind that a stranger can cause
inline constexpr std::size_t shown_bytes_max = 512;       // of a text in one; the rest is cut off
inline constexpr std::size_t events_merged_above = 4096;  // waiting for a slow application

// --- What a configuration may ask for

inline constexpr std::int64_t duration_hours_max = 24;  // no sum or product of times overflows
inline constexpr std::uint32_t suspicion_multiplier_max = 100;  // hours, in a large cluster
inline constexpr std::uint32_t multiplier_max = 255;            // of health, and of retelling
inline constexpr std::uint32_t fan_out_max = 1024;              // members asked or told at once
inline constexpr std::size_t queue_bytes_max = 1 << 30;         // of events; of a socket's buffer
inline constexpr std::size_t udp_payload_max = 65'507;          // an IPv4 datagram's

// --- Many nodes in one process

inline constexpr std::size_t host_threads_max = 256;  // loops of a host; each has two threads

// --- Seeds that are host names

inline constexpr std::size_t host_name_bytes_max = 253;    // DNS's own
inline constexpr std::size_t addresses_per_name_max = 32;  // of an answer; the rest is not asked
inline constexpr std::size_t dns_servers_max = 8;          // of a configuration
inline constexpr std::size_t seed_names_max = 64;          // looked up again while we are alone

// --- Around a packet: label, encryption (version, nonce, padding of version 0, tag), CRC

inline constexpr std::size_t label_overhead_max = 2 + label_bytes_max;
inline constexpr std::size_t seal_head = 1 + 12;
inline constexpr std::size_t seal_tail = 16 + 16;
inline constexpr std::size_t crc_bytes = 5;
inline constexpr std::size_t headroom = label_overhead_max + seal_head + crc_bytes;
inline constexpr std::size_t tailroom = seal_tail;

// The longest alive claim: type, map, then Addr, Incarnation, Meta, Node, Port, Vsn.
inline constexpr std::size_t alive_bytes_max = 2 + (5 + 17) + (12 + 5) +
                                               (5 + 3 + metadata_bytes_max) +
                                               (5 + 3 + name_bytes_max) + (5 + 3) + (4 + 7);

// Alone in a packet it fits, or the largest member could never be gossiped at all.
static_assert(headroom + 4 + alive_bytes_max + tailroom <= packet_bytes);

}  // namespace gossipod::limits
