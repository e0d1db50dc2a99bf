// The catalogue of malformed input, as far as nobody recorded it (reject.json and decode.json have
// the rest): what is sent to member a, who knows b, and the counters by which it says what it made
// of that, all of them. Generated inputs (each cut, each wrong type) are in catalogue_test.cc.
#pragma once

#include <gossipod/limits.h>
#include <gossipod/member.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "unit/wire/octets.h"
#include "wire/codec.h"

namespace gossipod::golden::catalogue {

using wire::encoded;
using wire::octets;
using wire::operator+;
using Octets = wire::Octets;

struct Row {
  std::string name;
  Octets input;
  std::string verdict;
};

inline constexpr std::array<std::uint8_t, 4> ip_a{10, 0, 0, 1};
inline constexpr std::array<std::uint8_t, 4> ip_b{10, 0, 0, 2};
inline constexpr std::array<std::uint8_t, 4> ip_c{10, 0, 0, 3};
inline constexpr std::array<std::uint8_t, 6> versions{1, 5, 2, 0, 0, 0};
inline constexpr std::array<std::uint8_t, 6> other_versions{1, 4, 2, 0, 0, 0};
inline constexpr std::uint32_t top = 0xffff'ffff;
inline const std::string long_text(65'000, 'x');

inline wire::Alive newcomer() {
  return {.incarnation = Incarnation{1},
          .node = "c",
          .address = ip_c,
          .port = 7946,
          .versions = versions};
}
inline wire::Alive self() {
  return {.incarnation = Incarnation{1},
          .node = "a",
          .address = ip_a,
          .port = 7946,
          .versions = versions};
}
template <class M, class Change>
Octets changed(M message, Change&& change) {
  change(message);
  return encoded(message);
}

inline std::vector<Row> alive_rows() {
  const Octets many_versions = wire::repeated({1, 5, 2, 0, 0, 0, 0, 0}, 25);
  const Octets no_versions(200, std::uint8_t{0});
  return {
      {"as it should be", encoded(newcomer()), "claims_alive"},
      {"name of 65,000 bytes", changed(newcomer(), [](auto& m) { m.node = long_text; }),
       "drop_invalid_claim"},
      {"metadata of 60,000 bytes",
       changed(newcomer(), [](auto& m) { m.metadata = as_bytes(long_text).first(60'000); }),
       "drop_invalid_claim"},
      {"versions of 200 bytes, of which six count",
       changed(newcomer(), [&](auto& m) { m.versions = many_versions; }), "claims_alive"},
      {"versions of 200 zeros", changed(newcomer(), [&](auto& m) { m.versions = no_versions; }),
       "drop_invalid_claim"},
      {"port 0 is ours", changed(newcomer(), [](auto& m) { m.port = 0; }), "claims_alive"},
      {"incarnation 0", changed(newcomer(), [](auto& m) { m.incarnation = {}; }),
       "drop_invalid_claim"},
      {"last incarnation", changed(newcomer(), [](auto& m) { m.incarnation = Incarnation{top}; }),
       "drop_invalid_claim"},
      {"self, the same", encoded(self()), "claims_stale"},
      {"self, older", changed(self(), [](auto& m) { m.incarnation = {}; }), "claims_stale"},
      {"self, newer", changed(self(), [](auto& m) { m.incarnation = Incarnation{9}; }),
       "claims_alive refutations"},
      {"self, last incarnation", changed(self(), [](auto& m) { m.incarnation = Incarnation{top}; }),
       "drop_invalid_claim"},
      {"self, other metadata", changed(self(), [](auto& m) { m.metadata = as_bytes("x"); }),
       "claims_alive refutations"},
      {"self, other versions", changed(self(), [](auto& m) { m.versions = other_versions; }),
       "claims_alive refutations"},
      {"self, without versions", changed(self(), [](auto& m) { m.versions = {}; }),
       "claims_alive refutations"},
      {"self, other port", changed(self(), [](auto& m) { m.port = 7947; }), "conflicts"},
      {"self, other address", changed(self(), [](auto& m) { m.address = ip_c; }), "conflicts"},
  };
}

// b is known at incarnation 3, we are at 1. Suspect or dead.
template <class Accusation>
std::vector<Row> accusation_rows(const std::string& believed) {
  const auto of = [](std::string_view node, std::uint32_t incarnation, std::string_view from) {
    return encoded(Accusation{.incarnation = Incarnation{incarnation}, .node = node, .from = from});
  };
  return {
      {"as it should be", of("b", 3, "c"), believed},
      {"empty From", of("b", 3, ""), believed},
      {"From is the accused", of("b", 3, "b"), believed},
      {"From is us", of("b", 3, "a"), believed},
      {"From of 60,000 bytes", of("b", 3, std::string_view{long_text}.substr(0, 60'000)),
       "drop_invalid_claim"},
      {"older", of("b", 2, "c"), "claims_stale"},
      {"incarnation 0", of("b", 0, "c"), "claims_stale"},
      {"last incarnation", of("b", top, "c"), "drop_invalid_claim"},
      {"last that is guarded", of("b", top - limits::incarnation_guard + 1, "c"),
       "drop_invalid_claim"},
      {"unknown", of("c", 3, "b"), "claims_stale"},
      {"no name", of("", 3, "b"), "claims_stale"},
      {"name of 60,000 bytes", of(std::string_view{long_text}.substr(0, 60'000), 3, "b"),
       "claims_stale"},
      {"self", of("a", 1, "b"), "refutations"},
      {"self, by ourselves", of("a", 1, "a"), "refutations"},
      {"self, by nobody", of("a", 1, ""), "refutations"},
      {"self, newer", of("a", 7, "b"), "refutations"},
      {"self, older", of("a", 0, "b"), "claims_stale"},
      {"self, last incarnation", of("a", top, "b"), "drop_invalid_claim"},
  };
}

inline std::vector<Row> answer_rows() {
  const Bytes payload = as_bytes(long_text).first(60'000);
  return {
      {"ack", encoded(wire::Ack{.sequence = SequenceNumber{42}}), "drop_unexpected acks_received"},
      {"ack with 60,000 bytes",
       encoded(wire::Ack{.sequence = SequenceNumber{42}, .payload = payload}),
       "drop_unexpected acks_received"},
      {"nack", encoded(wire::Nack{.sequence = SequenceNumber{42}}),
       "drop_unexpected nacks_received"},
      {"ack of the last number", encoded(wire::Ack{.sequence = SequenceNumber{top}}),
       "drop_unexpected acks_received"},
      {"nack of number 0", encoded(wire::Nack{}), "drop_unexpected nacks_received"},
  };
}

// What is answered is not dropped, and no counter tells; where the answer goes is in the test.
inline std::vector<Row> ping_rows() {
  const auto of = [](Bytes address, std::uint16_t port) {
    return encoded(wire::Ping{.sequence = SequenceNumber{1},
                              .node = "a",
                              .source_address = address,
                              .source_port = port,
                              .source_node = "b"});
  };
  return {
      {"10.0.0.2:7946", of(ip_b, 7946), ""},
      {"10.0.0.1:7946", of(ip_a, 7946), ""},  // we say we are the sender: it goes to ourselves
      {"10.0.0.9:5555", of({}, 7946), ""},    // from here on what it says is no address
      {"10.0.0.9:5555", of(ip_b, 0), ""},
      {"10.0.0.9:5555", of(Bytes{ip_b}.first(3), 7946), ""},
      {"10.0.0.9:5555", of(as_bytes(long_text).first(17), 7946), ""},
      {"", encoded(wire::Ping{.sequence = SequenceNumber{1}, .node = "b"}), "drop_wrong_node"},
      {"", encoded(wire::Ping{.node = long_text}), "drop_wrong_node"},
  };
}

// Named by where the ping of ours goes.
inline std::vector<Row> indirect_ping_rows() {
  const auto of = [](Bytes target, std::uint16_t port, std::string_view node = "t") {
    return encoded(wire::IndirectPing{.sequence = SequenceNumber{1},
                                      .target = target,
                                      .port = port,
                                      .node = node,
                                      .nack = true,
                                      .source_address = ip_b,
                                      .source_port = 7946,
                                      .source_node = "b"});
  };
  static constexpr std::array<std::uint8_t, 4> stranger{10, 0, 0, 9};
  static constexpr std::array<std::uint8_t, 4> everybody{255, 255, 255, 255};
  return {
      {"10.0.0.3:7946", of(ip_c, 7946), "pings_relayed"},
      {"10.0.0.2:7946", of(ip_b, 7946, "b"), "pings_relayed"},         // whom it is to be told
      {"10.0.0.9:5555", of(stranger, 5555), "pings_relayed"},          // who asks
      {"10.0.0.1:7946", of(ip_a, 7946, "a"), "pings_relayed"},         // ourselves
      {"10.0.0.3:7946", of(ip_c, 0), "pings_relayed"},                 // our own port
      {"255.255.255.255:7946", of(everybody, 7946), "pings_relayed"},  // the kernel refuses it
      {"", of({}, 7946), "drop_malformed"},
      {"", of(Bytes{ip_c}.first(3), 7946), "drop_malformed"},
      {"", of(as_bytes(long_text).first(5), 7946), "drop_malformed"},
      {"", of(as_bytes(long_text).first(15), 7946), "drop_malformed"},
      {"", of(as_bytes(long_text).first(17), 7946), "drop_malformed"},
      {"", of(ip_c, 7946, long_text), "drop_malformed"},
  };
}

// Compounds with something wrong in one part; the others count.
inline std::vector<Row> compound_rows() {
  const Octets nack = encoded(wire::Nack{.sequence = SequenceNumber{1}});
  const auto of = [](const std::vector<Octets>& parts, std::size_t longer = 0) {
    Octets out{7, static_cast<std::uint8_t>(parts.size())};
    for (const Octets& part : parts) {
      const std::size_t size = part.size() + (&part == &parts.back() ? longer : 0);
      out.push_back(static_cast<std::uint8_t>(size >> 8));
      out.push_back(static_cast<std::uint8_t>(size));
    }
    for (const Octets& part : parts) out.insert(out.end(), part.begin(), part.end());
    return out;
  };
  const std::string heard = "nacks_received";
  const std::string unexpected = "drop_unexpected ";
  return {
      {"checksum in a part", of({octets("0c 00000000"), nack}), "drop_type " + unexpected + heard},
      {"label in a part", of({octets("f4 01 78 0b 80"), nack}), "drop_type " + unexpected + heard},
      {"error in a part", of({octets("0d 80"), nack}), "drop_type " + unexpected + heard},
      {"part too long", of({nack, nack}, 1), "drop_truncated_parts " + unexpected + heard},
      {"part far too long", of({nack, nack}, 60'000), "drop_truncated_parts " + unexpected + heard},
      {"parts of nothing", of({{}, nack, {}}), "drop_empty*2 " + unexpected + heard},
      {"255 parts of nothing", of(std::vector<Octets>(255)), "drop_empty*255"},
      {"no lengths", octets("07 ff"), "drop_malformed"},
      {"no count", octets("07"), "drop_malformed"},
      {"no parts", octets("07 00"), ""},
      {"a part that does not decode", of({octets("04 c1"), nack}),
       "drop_malformed " + unexpected + heard},
      {"more behind the last part", of({nack}) + nack, unexpected + heard},
  };
}

// A push-pull of one record about the receiver itself, or a new member.
inline Octets push_pull(const Octets& record, std::int64_t nodes = 1) {
  return encoded(wire::PushPullHeader{.nodes = nodes}) + record;
}
inline Octets record(std::string_view name, std::array<std::uint8_t, 4> ip, MemberState state,
                     std::uint32_t incarnation) {
  return encoded(wire::Record{.name = name,
                              .address = ip,
                              .port = 7946,
                              .incarnation = Incarnation{incarnation},
                              .state = static_cast<std::int64_t>(state),
                              .versions = versions});
}
inline std::vector<Row> push_pull_rows() {
  using enum MemberState;
  const auto of_us = [](MemberState state, std::uint32_t incarnation) {
    return push_pull(record("a", ip_a, state, incarnation));
  };
  const Octets without_versions = octets(
      "86 a4 'Addr' a4 0a000003 ab 'Incarnation' 01 a4 'Meta' c0 a4 'Name' a1 'c' "
      "a4 'Port' cd 1f0a a5 'State' 00");
  return {
      {"self, the same", of_us(alive, 1), "claims_stale"},
      {"self, alive and newer", of_us(alive, 4), "claims_alive refutations"},
      {"self, alive and older", of_us(alive, 0), "claims_stale"},
      {"self, suspect", of_us(suspect, 1), "refutations"},
      {"self, suspect and newer", of_us(suspect, 4), "refutations"},
      {"self, suspect and older", of_us(suspect, 0), "claims_stale"},
      {"self, dead", of_us(dead, 1), "refutations"},
      {"self, left", of_us(left, 1), "refutations"},
      {"self, alive at the end", of_us(alive, top), "drop_invalid_claim"},
      {"self, suspect at the end", of_us(suspect, top), "drop_invalid_claim"},
      {"self, dead at the end", of_us(dead, top), "drop_invalid_claim"},
      {"self, left at the end", of_us(left, top), "drop_invalid_claim"},
      {"self, elsewhere", push_pull(record("a", ip_c, alive, 1)), "conflicts"},
      {"no Vsn", push_pull(without_versions), "claims_alive"},
      {"a record too few", push_pull(without_versions, 2), "stream_drop_truncated"},
      {"none where one is announced", push_pull({}), "stream_drop_truncated"},
      {"a record that does not decode", push_pull(octets("81 a4 'Name' c1")),
       "stream_drop_malformed"},
  };
}

}  // namespace gossipod::golden::catalogue
