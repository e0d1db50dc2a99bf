// The messages, as plain structs: views into the packet or stream they were decoded from.
//
// memberlist's wire, protocol versions 1 to 5. Keys, types and order of fields are drawn in
// docs/wire.md. A byte field with a null data() was, or will be, nil (see bytes.h).
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/numbers.h>

#include <cstdint>
#include <string_view>
#include <variant>

namespace gossipod::wire {

enum class Type : std::uint8_t {
  ping = 0,
  indirect_ping = 1,
  ack = 2,
  suspect = 3,
  alive = 4,
  dead = 5,
  push_pull = 6,
  compound = 7,
  user = 8,
  compressed = 9,
  encrypted = 10,  // streams only; a sealed packet has no type byte
  nack = 11,
  crc = 12,
  error = 13,
  label = 244,
};

struct Ping {
  SequenceNumber sequence{};
  std::string_view node{};  // whom we think we ping; empty: anyone
  Bytes source_address{};   // optional, with port and name: where the ack goes
  std::uint16_t source_port = 0;
  std::string_view source_node{};
};

struct IndirectPing {
  SequenceNumber sequence{};
  Bytes target{};
  std::uint16_t port = 0;  // 0: the receiver's own bind port
  std::string_view node{};
  bool nack = false;  // tell me if it does not answer
  Bytes source_address{};
  std::uint16_t source_port = 0;
  std::string_view source_node{};
};

struct Ack {
  SequenceNumber sequence{};
  Bytes payload{};
};

struct Nack {
  SequenceNumber sequence{};
  // Ours: this is no nack, but says that the user message behind it in the same packet is a
  // broadcast, and which one: for everybody, so to be passed on, once. 0: a nack. Others skip the
  // field, and find that they wait for no such nack.
  std::int64_t broadcast = 0;
};

struct Suspect {
  Incarnation incarnation{};
  std::string_view node{};
  std::string_view from{};
};

struct Alive {
  Incarnation incarnation{};
  std::string_view node{};
  Bytes address{};
  std::uint16_t port = 0;
  Bytes metadata{};
  Bytes versions{};  // six, or what the peer sent
};

struct Dead {
  Incarnation incarnation{};
  std::string_view node{};
  std::string_view from{};  // equal to node: it left
};

struct User {  // in a packet: the bytes after the type byte; on a stream: after the header
  Bytes payload{};
};

struct ErrorReply {  // streams only
  std::string_view text{};
};

// One line of a push-pull.
struct Record {
  std::string_view name{};
  Bytes address{};
  std::uint16_t port = 0;
  Bytes metadata{};
  Incarnation incarnation{};
  std::int64_t state = 0;  // MemberState, or anything: such a record is ignored
  Bytes versions{};
};

// A whole push-pull message: validated, its records decoded again as they are asked for.
class PushPull {
 public:
  PushPull() = default;
  // `records` are `count` encoded records that decode without error.
  PushPull(bool join, std::size_t count, Bytes records, Bytes user_state)
      : join_{join}, count_{count}, records_{records}, user_state_{user_state} {}

  [[nodiscard]] bool join() const { return join_; }
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] Bytes encoded_records() const { return records_; }
  [[nodiscard]] Bytes user_state() const { return user_state_; }

 private:
  bool join_ = false;
  std::size_t count_ = 0;
  Bytes records_;
  Bytes user_state_;
};

// What a packet carries, and what a stream carries.
using Message = std::variant<Ping, IndirectPing, Ack, Nack, Suspect, Alive, Dead, User>;
using StreamMessage = std::variant<Ping, Ack, PushPull, User, ErrorReply>;

}  // namespace gossipod::wire
