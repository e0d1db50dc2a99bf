#include "wire/codec.h"

#include <gossipod/assert.h>

#include <array>
#include <limits>
#include <type_traits>
#include <utility>
#include <variant>

#include "wire/layout.h"

namespace gossipod::wire {
namespace {

// --- Values

template <class T>
concept Number = std::is_same_v<T, SequenceNumber> || std::is_same_v<T, Incarnation>;

template <Number T>
void write(Writer& out, T value) {
  out.unsigned_integer(value.value());
}
void write(Writer& out, std::uint8_t value) { out.unsigned_integer(value); }
void write(Writer& out, std::uint16_t value) { out.unsigned_integer(value); }
void write(Writer& out, std::int64_t value) { out.signed_integer(value); }
void write(Writer& out, bool value) { out.boolean(value); }
void write(Writer& out, std::string_view value) { out.text(value); }
void write(Writer& out, Bytes value) { out.blob(value); }

template <Number T>
void read(Reader& in, T& value) {
  using Rep = decltype(value.value());
  value = T{static_cast<Rep>(in.unsigned_integer(std::numeric_limits<Rep>::max()))};
}
void read(Reader& in, std::uint8_t& value) {
  value = static_cast<std::uint8_t>(in.unsigned_integer(UINT8_MAX));
}
void read(Reader& in, std::uint16_t& value) {
  value = static_cast<std::uint16_t>(in.unsigned_integer(UINT16_MAX));
}
void read(Reader& in, std::int64_t& value) { value = in.signed_integer(); }
void read(Reader& in, bool& value) { value = in.boolean(); }
void read(Reader& in, std::string_view& value) { value = in.text(); }
void read(Reader& in, Bytes& value) { value = in.blob(); }

template <class T>
bool is_zero(const T& value) {
  if constexpr (std::is_same_v<T, Bytes> || std::is_same_v<T, std::string_view>) {
    return value.empty();
  } else {
    return value == T{};
  }
}

std::size_t string_size(std::size_t size) {
  return (size < 32 ? 1 : size <= 0xffff ? 3 : 5) + size;
}
std::size_t unsigned_size(std::uint64_t value) {
  return value < 0x80 ? 1 : value <= 0xff ? 2 : value <= 0xffff ? 3 : 5;
}
template <Number T>
std::size_t size_of(T value) {
  return unsigned_size(value.value());
}
std::size_t size_of(std::uint8_t value) { return unsigned_size(value); }
std::size_t size_of(std::uint16_t value) { return unsigned_size(value); }
std::size_t size_of(std::int64_t value) {
  std::array<std::uint8_t, 9> room;
  Writer out{room};
  return out.signed_integer(value).size();
}
std::size_t size_of(std::string_view value) { return string_size(value.size()); }
std::size_t size_of(Bytes value) { return value.data() == nullptr ? 1 : string_size(value.size()); }

// --- Messages

// function(field) for each field of M, in the order of the wire.
template <class M, class Function>
void each_field(Function&& function) {
  std::apply([&](const auto&... fields) { (function(fields), ...); }, Layout<M>::fields);
}

template <class M>
void write_map(Writer& out, const M& message) {
  std::uint8_t entries = 0;
  each_field<M>([&](const auto& field) {
    if (!field.optional || !is_zero(message.*field.member)) ++entries;
  });
  out.map(entries);
  each_field<M>([&](const auto& field) {
    const auto& value = message.*field.member;
    if (field.optional && is_zero(value)) return;
    out.raw(field.key);
    write(out, value);
  });
}

template <class M>
void write_message(Writer& out, Type type, const M& message) {
  out.byte(static_cast<std::uint8_t>(type));
  write_map(out, message);
}

template <class M>
std::size_t map_size(const M& message) {
  std::size_t size = 1;
  each_field<M>(
      [&](const auto& field) { size += field.key.size() + size_of(message.*field.member); });
  return size;
}

// One entry whose key is not the one that was expected: reordered, repeated, unknown, or in a form
// of its own.
template <class M>
void read_entry(Reader& in, M& message) {
  const std::string_view key = in.key();
  if (!in.ok()) return;
  bool known = false;
  each_field<M>([&](const auto& field) {
    if (known || key != as_text(field.name())) return;
    known = true;
    read(in, message.*field.member);
  });
  if (!known) in.skip();
}

template <class M>
void read_map(Reader& in, M& message, std::uint32_t left) {
  // What honest peers send: the keys in order, perhaps without the optional ones.
  each_field<M>([&](const auto& field) {
    if (left == 0 || !in.literal(field.key)) return;
    read(in, message.*field.member);
    --left;
  });
  for (; left > 0 && in.ok(); --left) read_entry(in, message);
}

// The array form: short ones leave the rest zero, of long ones the rest is skipped.
template <class M>
void read_array(Reader& in, M& message, std::uint32_t entries) {
  for (std::uint32_t i = 0; i < entries && in.ok(); ++i) {
    if (i >= Layout<M>::positions.size()) {
      in.skip();
      continue;
    }
    std::size_t index = 0;
    each_field<M>([&](const auto& field) {
      if (index++ == Layout<M>::positions[i]) read(in, message.*field.member);
    });
  }
}

template <class M>
bool read_struct(Reader& in, M& message) {
  message = {};
  const Reader::Container found = in.container();
  if (found.array) {
    read_array(in, message, found.entries);
  } else {
    read_map(in, message, found.entries);
  }
  return in.ok();
}

}  // namespace

void encode(Writer& out, const Ping& message) { write_message(out, Type::ping, message); }
void encode(Writer& out, const IndirectPing& message) {
  write_message(out, Type::indirect_ping, message);
}
void encode(Writer& out, const Ack& message) { write_message(out, Type::ack, message); }
void encode(Writer& out, const Nack& message) { write_message(out, Type::nack, message); }
void encode(Writer& out, const Suspect& message) { write_message(out, Type::suspect, message); }
void encode(Writer& out, const Alive& message) { write_message(out, Type::alive, message); }
void encode(Writer& out, const Dead& message) { write_message(out, Type::dead, message); }
void encode(Writer& out, const User& message) {
  out.byte(static_cast<std::uint8_t>(Type::user)).raw(message.payload);
}
void encode(Writer& out, const ErrorReply& message) { write_message(out, Type::error, message); }
void encode(Writer& out, const Message& message) {
  std::visit([&](const auto& one) { encode(out, one); }, message);
}
void encode(Writer& out, const PushPullHeader& header) {
  write_message(out, Type::push_pull, header);
}
void encode(Writer& out, const Record& record) { write_map(out, record); }
void encode(Writer& out, const UserHeader& header) { write_message(out, Type::user, header); }
void encode(Writer& out, const Compressed& message) {
  write_message(out, Type::compressed, message);
}

std::size_t encoded_size(const Alive& message) { return 1 + map_size(message); }
std::size_t encoded_size(const Suspect& message) { return 1 + map_size(message); }
std::size_t encoded_size(const Dead& message) { return 1 + map_size(message); }
std::size_t encoded_size(const Record& record) { return map_size(record); }
std::size_t encoded_size(const Compressed& message) { return 1 + map_size(message); }

bool decode(Reader& in, Ping& message) { return read_struct(in, message); }
bool decode(Reader& in, IndirectPing& message) { return read_struct(in, message); }
bool decode(Reader& in, Ack& message) { return read_struct(in, message); }
bool decode(Reader& in, Nack& message) { return read_struct(in, message); }
bool decode(Reader& in, Suspect& message) { return read_struct(in, message); }
bool decode(Reader& in, Alive& message) { return read_struct(in, message); }
bool decode(Reader& in, Dead& message) { return read_struct(in, message); }
bool decode(Reader& in, ErrorReply& message) { return read_struct(in, message); }
bool decode(Reader& in, PushPullHeader& header) { return read_struct(in, header); }
bool decode(Reader& in, Record& record) { return read_struct(in, record); }
bool decode(Reader& in, UserHeader& header) { return read_struct(in, header); }
bool decode(Reader& in, Compressed& message) { return read_struct(in, message); }

std::optional<Record> Records::next() {
  if (left_ == 0) return std::nullopt;
  --left_;
  std::optional<Record> record{std::in_place};
  const bool good = decode(in_, *record);
  GOSSIPOD_ASSERT(good);  // a PushPull holds only what decodes
  return record;
}

}  // namespace gossipod::wire
