// Layout says, for each message that is one msgpack map, which keys it has and which member each
// one fills: in the order of the wire, and in the positional order of the array form. The codec is
// generated from these tables at compile time.
#pragma once

#include <gossipod/wire/message.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>

#include "wire/codec.h"

namespace gossipod::wire {

// A key as it is encoded: its head, then its letters.
template <std::size_t size>
using Key = std::array<std::uint8_t, size>;

template <class Message, class Value, std::size_t size>
struct Field {
  Key<size> key;
  Value Message::*member;
  bool optional;  // left out when empty or zero

  [[nodiscard]] constexpr Bytes name() const { return Bytes{key}.subspan(1); }
};

template <std::size_t size, class Message, class Value>
constexpr auto field(const char (&name)[size], Value Message::*member, bool optional = false) {
  static_assert(size <= 32, "keys are short strings");
  Key<size> key{static_cast<std::uint8_t>(0xa0 | (size - 1))};
  for (std::size_t i = 0; i + 1 < size; ++i) key[i + 1] = static_cast<std::uint8_t>(name[i]);
  return Field<Message, Value, size>{key, member, optional};
}

template <class Message>
struct Layout;

// `positions`: which of `fields` is the first of the array form, which the second, ...
template <>
struct Layout<Ping> {
  static constexpr std::tuple fields{field("Node", &Ping::node), field("SeqNo", &Ping::sequence),
                                     field("SourceAddr", &Ping::source_address, true),
                                     field("SourceNode", &Ping::source_node, true),
                                     field("SourcePort", &Ping::source_port, true)};
  static constexpr std::array<std::size_t, 5> positions{1, 0, 2, 4, 3};
};

template <>
struct Layout<IndirectPing> {
  static constexpr std::tuple fields{field("Nack", &IndirectPing::nack),
                                     field("Node", &IndirectPing::node),
                                     field("Port", &IndirectPing::port),
                                     field("SeqNo", &IndirectPing::sequence),
                                     field("SourceAddr", &IndirectPing::source_address, true),
                                     field("SourceNode", &IndirectPing::source_node, true),
                                     field("SourcePort", &IndirectPing::source_port, true),
                                     field("Target", &IndirectPing::target)};
  static constexpr std::array<std::size_t, 8> positions{3, 7, 2, 1, 0, 4, 6, 5};
};

template <>
struct Layout<Ack> {
  static constexpr std::tuple fields{field("Payload", &Ack::payload),
                                     field("SeqNo", &Ack::sequence)};
  static constexpr std::array<std::size_t, 2> positions{1, 0};
};

template <>
struct Layout<Nack> {
  static constexpr std::tuple fields{field("Broadcast", &Nack::broadcast, true),
                                     field("SeqNo", &Nack::sequence)};
  static constexpr std::array<std::size_t, 2> positions{1, 0};
};

template <>
struct Layout<Suspect> {
  static constexpr std::tuple fields{field("From", &Suspect::from),
                                     field("Incarnation", &Suspect::incarnation),
                                     field("Node", &Suspect::node)};
  static constexpr std::array<std::size_t, 3> positions{1, 2, 0};
};

template <>
struct Layout<Alive> {
  static constexpr std::tuple fields{
      field("Addr", &Alive::address),  field("Incarnation", &Alive::incarnation),
      field("Meta", &Alive::metadata), field("Node", &Alive::node),
      field("Port", &Alive::port),     field("Vsn", &Alive::versions)};
  static constexpr std::array<std::size_t, 6> positions{1, 3, 0, 4, 2, 5};
};

template <>
struct Layout<Dead> {
  static constexpr std::tuple fields{field("From", &Dead::from),
                                     field("Incarnation", &Dead::incarnation),
                                     field("Node", &Dead::node)};
  static constexpr std::array<std::size_t, 3> positions{1, 2, 0};
};

template <>
struct Layout<ErrorReply> {
  static constexpr std::tuple fields{field("Error", &ErrorReply::text)};
  static constexpr std::array<std::size_t, 1> positions{0};
};

template <>
struct Layout<Compressed> {
  static constexpr std::tuple fields{field("Algo", &Compressed::algorithm),
                                     field("Buf", &Compressed::packed)};
  static constexpr std::array<std::size_t, 2> positions{0, 1};
};

template <>
struct Layout<PushPullHeader> {
  static constexpr std::tuple fields{field("Join", &PushPullHeader::join),
                                     field("Nodes", &PushPullHeader::nodes),
                                     field("UserStateLen", &PushPullHeader::user_state_length)};
  static constexpr std::array<std::size_t, 3> positions{1, 2, 0};
};

template <>
struct Layout<Record> {
  static constexpr std::tuple fields{
      field("Addr", &Record::address),  field("Incarnation", &Record::incarnation),
      field("Meta", &Record::metadata), field("Name", &Record::name),
      field("Port", &Record::port),     field("State", &Record::state),
      field("Vsn", &Record::versions)};
  static constexpr std::array<std::size_t, 7> positions{3, 0, 4, 2, 1, 5, 6};
};

template <>
struct Layout<UserHeader> {
  static constexpr std::tuple fields{field("UserMsgLen", &UserHeader::length)};
  static constexpr std::array<std::size_t, 1> positions{0};
};

}  // namespace gossipod::wire
