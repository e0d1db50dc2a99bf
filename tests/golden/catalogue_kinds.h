// Each kind of message that is one msgpack map: what is said before it, the map as it should be,
// and all that may stand in its place or under its keys and must not.
#pragma once

#include <string>
#include <vector>

#include "golden/catalogue.h"

namespace gossipod::golden::catalogue {

struct Kind {
  std::string name;
  Octets head;                       // what is said before the body
  Octets body;                       // as it should be
  std::vector<std::string> numbers;  // keys whose values are numbers,
  std::vector<std::string> texts;    // texts or bytes,
  std::vector<std::string> flags;    // true or false
};

inline Octets body_of(const Octets& message) { return {message.begin() + 1, message.end()}; }

// In packets and on streams.
inline Kind ping_kind() {
  return {"ping",
          {0},
          body_of(encoded(wire::Ping{.sequence = SequenceNumber{70'000}, .node = "a"})),
          {"SeqNo", "SourcePort"},
          {"Node", "SourceAddr", "SourceNode"},
          {}};
}

inline std::vector<Kind> packet_kinds() {
  return {
      ping_kind(),
      {"indirect ping",
       {1},
       body_of(encoded(wire::IndirectPing{.sequence = SequenceNumber{70'000},
                                          .target = ip_c,
                                          .port = 7946,
                                          .node = "c",
                                          .nack = true})),
       {"SeqNo", "Port", "SourcePort"},
       {"Target", "Node", "SourceAddr", "SourceNode"},
       {"Nack"}},
      {"ack",
       {2},
       body_of(encoded(wire::Ack{.sequence = SequenceNumber{1}, .payload = as_bytes("pay")})),
       {"SeqNo"},
       {"Payload"},
       {}},
      {"nack",
       {11},
       body_of(encoded(wire::Nack{.sequence = SequenceNumber{1}, .broadcast = 0})),
       {"SeqNo", "Broadcast"},
       {},
       {}},
      {"suspect",
       {3},
       body_of(encoded(wire::Suspect{Incarnation{70'000}, "b", "c"})),
       {"Incarnation"},
       {"Node", "From"},
       {}},
      {"alive",
       {4},
       body_of(encoded(newcomer())),
       {"Incarnation", "Port"},
       {"Node", "Addr", "Meta", "Vsn"},
       {}},
      {"dead",
       {5},
       body_of(encoded(wire::Dead{Incarnation{70'000}, "b", "c"})),
       {"Incarnation"},
       {"Node", "From"},
       {}},
      {"compressed",
       {9},
       body_of(encoded(wire::Compressed{.algorithm = 0, .packed = as_bytes("abc")})),
       {"Algo"},
       {"Buf"},
       {}},
  };
}

inline std::vector<Kind> stream_kinds() {
  return {
      ping_kind(),
      {"push-pull",
       {6},
       body_of(encoded(wire::PushPullHeader{.join = true, .nodes = 70'000})),
       {"Nodes", "UserStateLen"},
       {},
       {"Join"}},
      {"record",
       encoded(wire::PushPullHeader{.nodes = 1}),
       record("c", ip_c, MemberState::alive, 70'000),
       {"Incarnation", "Port", "State"},
       {"Name", "Addr", "Meta", "Vsn"},
       {}},
      {"user message",
       {8},
       body_of(encoded(wire::UserHeader{.length = 70'000})),
       {"UserMsgLen"},
       {},
       {}},
      {"compressed",
       {9},
       body_of(encoded(wire::Compressed{.algorithm = 0, .packed = as_bytes("abc")})),
       {"Algo"},
       {"Buf"},
       {}},
  };
}

inline bool is_signed(const std::string& key) {
  return key == "Nodes" || key == "UserStateLen" || key == "UserMsgLen" || key == "State" ||
         key == "Broadcast";
}

// Bodies that are no such map: another value at the top, or under one of the keys.
inline std::vector<Octets> wrong_types(const Kind& kind) {
  const std::vector<Octets> never{octets("c1"), octets("d4 05 00"), octets("c7 01 05 00")};
  std::vector<Octets> bodies = never;
  for (const char* top_level : {"01", "ff", "c2", "c3", "a1 78", "ca 00000000", "c4 01 78"}) {
    bodies.push_back(octets(top_level));
  }
  const auto under = [&](const std::vector<std::string>& keys,
                         const std::vector<const char*>& wrong) {
    for (const std::string& key : keys) {
      const Octets head = Octets{0x81} + Octets{static_cast<std::uint8_t>(0xa0 | key.size())} +
                          Octets(key.begin(), key.end());
      for (const char* value : wrong) bodies.push_back(head + octets(value));
      for (const Octets& value : never) bodies.push_back(head + value);
    }
  };
  for (const std::string& key : kind.numbers) {
    if (!is_signed(key)) under({key}, {"ff", "d3 8000000000000000", "cf 0000000100000000"});
  }
  under(kind.numbers, {"a1 78", "80", "90", "91 01", "c4 01 01", "c2"});
  under(kind.texts, {"01", "ff", "c2", "c3", "ca 00000000"});
  under(kind.flags, {"a1 78", "80", "90"});
  return bodies;
}

}  // namespace gossipod::golden::catalogue
