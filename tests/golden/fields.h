// Fields ties the JSON fields of a vector to our message structs, key by key, by hand: written down
// a second time, so that a mistake in the codec's own table does not hide itself.
#pragma once

#include <gossipod/wire/message.h>
#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "golden/vectors.h"
#include "wire/codec.h"

namespace gossipod::golden {

using namespace gossipod::wire;

template <class V>
void visit_fields(V&& visit, auto& m, std::type_identity<Ping>) {
  visit("Node", m.node);
  visit("SeqNo", m.sequence);
  visit("SourceAddr", m.source_address);
  visit("SourceNode", m.source_node);
  visit("SourcePort", m.source_port);
}
template <class V>
void visit_fields(V&& visit, auto& m, std::type_identity<IndirectPing>) {
  visit("Nack", m.nack);
  visit("Node", m.node);
  visit("Port", m.port);
  visit("SeqNo", m.sequence);
  visit("SourceAddr", m.source_address);
  visit("SourceNode", m.source_node);
  visit("SourcePort", m.source_port);
  visit("Target", m.target);
}
template <class V>
void visit_fields(V&& visit, auto& m, std::type_identity<Ack>) {
  visit("Payload", m.payload);
  visit("SeqNo", m.sequence);
}
template <class V>
void visit_fields(V&& visit, auto& m, std::type_identity<Nack>) {
  visit("SeqNo", m.sequence);
}
template <class V>
void visit_fields(V&& visit, auto& m, std::type_identity<Suspect>) {
  visit("From", m.from);
  visit("Incarnation", m.incarnation);
  visit("Node", m.node);
}
template <class V>
void visit_fields(V&& visit, auto& m, std::type_identity<Dead>) {
  visit("From", m.from);
  visit("Incarnation", m.incarnation);
  visit("Node", m.node);
}
template <class V>
void visit_fields(V&& visit, auto& m, std::type_identity<Alive>) {
  visit("Addr", m.address);
  visit("Incarnation", m.incarnation);
  visit("Meta", m.metadata);
  visit("Node", m.node);
  visit("Port", m.port);
  visit("Vsn", m.versions);
}
template <class V>
void visit_fields(V&& visit, auto& m, std::type_identity<Record>) {
  visit("Addr", m.address);
  visit("Incarnation", m.incarnation);
  visit("Meta", m.metadata);
  visit("Name", m.name);
  visit("Port", m.port);
  visit("State", m.state);
  visit("Vsn", m.versions);
}
template <class V>
void visit_fields(V&& visit, auto& m, std::type_identity<ErrorReply>) {
  visit("Error", m.text);
}
template <class V>
void visit_fields(V&& visit, auto& m, std::type_identity<PushPullHeader>) {
  visit("Join", m.join);
  visit("Nodes", m.nodes);
  visit("UserStateLen", m.user_state_length);
}
template <class V>
void visit_fields(V&& visit, auto& m, std::type_identity<UserHeader>) {
  visit("UserMsgLen", m.length);
}
template <class V>
void visit_fields(V&& visit, auto& m, std::type_identity<Compressed>) {
  visit("Algo", m.algorithm);
  visit("Buf", m.packed);
}

// Builds messages from fields, and owns the bytes they refer to.
class Filler {
 public:
  template <class M>
  M fill(const Json& fields) {
    M message;
    visit_fields([&](std::string_view key, auto& member) { set(fields.at(key), member); }, message,
                 std::type_identity<M>{});
    return message;
  }

 private:
  Bytes keep(const Json& value) {
    static constexpr std::uint8_t present{};  // an empty vector may have no data()
    const Octets& kept = octets_.emplace_back(bytes(value));
    return kept.empty() ? Bytes{&present, 0} : Bytes{kept};
  }
  void set(const Json& value, Bytes& member) { member = value.is_null() ? Bytes{} : keep(value); }
  void set(const Json& value, std::string_view& member) { member = as_text(keep(value)); }
  template <class T>
  void set(const Json& value, T& member) {
    if constexpr (std::is_arithmetic_v<T>) {
      member = value.get<T>();
    } else {
      member = T{value.get<std::uint32_t>()};
    }
  }

  std::deque<Octets> octets_;
};

inline void expect_value(const Json& value, const Bytes& member) {
  EXPECT_EQ(value.is_null(), member.data() == nullptr);
  EXPECT_EQ(to_hex(bytes(value)), to_hex(member));
}
inline void expect_value(const Json& value, const std::string_view& member) {
  EXPECT_EQ(to_hex(bytes(value)), to_hex(as_bytes(member)));
}
template <class T>
void expect_value(const Json& value, const T& member) {
  if constexpr (std::is_arithmetic_v<T>) {
    EXPECT_EQ(value.get<T>(), member);
  } else {
    EXPECT_EQ(value.get<std::uint32_t>(), member.value());
  }
}

template <class T>
bool member_empty(const T& member) {
  if constexpr (std::is_same_v<T, Bytes>) return member.empty();
  return false;
}

template <class M>
void expect_fields(const Json& fields, const M& message) {
  visit_fields(
      [&](std::string_view key, const auto& member) {
        SCOPED_TRACE(key);
        // Optional: what is empty is left out, and so comes back as nil.
        if (key == "SourceAddr" && member_empty(member)) {
          EXPECT_TRUE(bytes(fields.at(key)).empty());
          return;
        }
        expect_value(fields.at(key), member);
      },
      message, std::type_identity<M>{});
}

// Calls function(std::type_identity<M>) for the struct that a vector calls `kind`.
template <class Function>
void with_kind(std::string_view kind, Function&& function) {
  if (kind == "ping") return function(std::type_identity<Ping>{});
  if (kind == "indirectPing") return function(std::type_identity<IndirectPing>{});
  if (kind == "ackResp") return function(std::type_identity<Ack>{});
  if (kind == "nackResp") return function(std::type_identity<Nack>{});
  if (kind == "suspect") return function(std::type_identity<Suspect>{});
  if (kind == "dead") return function(std::type_identity<Dead>{});
  if (kind == "alive") return function(std::type_identity<Alive>{});
  if (kind == "pushNodeState") return function(std::type_identity<Record>{});
  if (kind == "err") return function(std::type_identity<ErrorReply>{});
  if (kind == "pushPullHeader") return function(std::type_identity<PushPullHeader>{});
  if (kind == "userMsgHeader") return function(std::type_identity<UserHeader>{});
  if (kind == "compress") return function(std::type_identity<Compressed>{});
  FAIL() << "no such kind: " << kind;
}

// The message as it is encoded, in a buffer of exactly its size or, if `room` says so, less.
template <class M>
std::optional<Octets> encoded(const M& message, std::size_t room) {
  Octets out(room);
  Writer writer{out};
  encode(writer, message);
  if (!writer.ok()) return std::nullopt;
  out.resize(writer.size());
  return out;
}

}  // namespace gossipod::golden
