// Whole connections between real members: what each side said is understood, and said again in the
// same bytes. Those that were sealed are the envelope's business.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "golden/fields.h"
#include "golden/vectors.h"
#include "wire/lzw.h"
#include "wire/stream_reader.h"

namespace gossipod::golden {
namespace {

// One side of a connection.
struct Side {
  std::string bytes;  // prefix of the members with its bytes
  std::string table;  // and which ones say what it sent
  std::string blob;
};
const Side dialer{"dialer_", "dialer_table_before", "dialer_blob"};
const Side acceptor{"acceptor_", "acceptor_table_before", "acceptor_user_state"};

// Without label and compression; nothing if it is sealed, or if nothing was said.
std::optional<Octets> plain(const Json& one, const Side& side) {
  Octets said = octets(one, side.bytes);
  if (!said.empty() && said[0] == static_cast<std::uint8_t>(Type::label)) {
    said.erase(said.begin(), said.begin() + 2 + said[1]);
  }
  if (said.empty() || said[0] == static_cast<std::uint8_t>(Type::encrypted) ||
      said[0] == static_cast<std::uint8_t>(Type::label)) {
    return std::nullopt;
  }
  if (said[0] != static_cast<std::uint8_t>(Type::compressed)) return said;
  Compressed message;
  Reader in{Bytes{said}.subspan(1)};
  EXPECT_TRUE(decode(in, message));
  EXPECT_EQ(in.consumed() + 1, said.size());
  Octets out;
  EXPECT_EQ(lzw_unpack(message.packed, out, limits::stream_inflated_max), LzwError::none);
  return out;
}

template <class M>
void expect_bytes(const M& message, Bytes said) {
  const auto again = encoded(message, said.size());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(to_hex(*again), to_hex(said));
}

void check_push_pull(const PushPull& message, const Json& fields, const Side& side, Bytes said,
                     bool old) {
  const auto& table = fields[side.table];
  EXPECT_EQ(message.size(), table.size());
  const bool brief = table.size() == 200;  // "node-000 inc 0", and three bytes of user state
  if (brief) {
    EXPECT_EQ(message.user_state().size(), 3u);
  } else {
    EXPECT_EQ(to_hex(message.user_state()), to_hex(bytes(fields.value(side.blob, Json{}))));
  }

  Octets again(said.size());
  Writer out{again};
  encode(out, PushPullHeader{
                  .join = message.join(),
                  .nodes = static_cast<std::int64_t>(message.size()),
                  .user_state_length = static_cast<std::int64_t>(message.user_state().size())});
  Records records{message};
  for (const auto& expected : table) {
    const auto record = records.next();
    ASSERT_TRUE(record.has_value());
    if (brief) {
      EXPECT_EQ(expected.get<std::string>(),
                std::string{record->name} + " inc " + std::to_string(record->incarnation.value()));
    } else {
      expect_fields(expected, *record);
    }
    encode(out, *record);
  }
  EXPECT_FALSE(records.next().has_value());
  out.raw(message.user_state());
  if (old) return;  // its numbers above 127 are not written like ours
  EXPECT_TRUE(out.ok());
  EXPECT_EQ(out.size(), said.size());
  EXPECT_EQ(to_hex(again), to_hex(said));
}

void check_message(const StreamMessage& message, const Json& fields, const Side& side, Bytes said,
                   bool old) {
  if (const auto* push_pull = std::get_if<PushPull>(&message)) {
    check_push_pull(*push_pull, fields, side, said, old);
  } else if (const auto* user = std::get_if<User>(&message)) {
    EXPECT_EQ(to_hex(user->payload), to_hex(bytes(fields.value(side.blob, Json{}))));
  } else if (const auto* ping = std::get_if<Ping>(&message)) {
    EXPECT_EQ(ping->sequence, SequenceNumber{300});
    expect_bytes(*ping, said);
  } else if (const auto* ack = std::get_if<Ack>(&message)) {
    EXPECT_EQ(ack->sequence, SequenceNumber{300});
    expect_bytes(*ack, said);
  } else {
    const auto& error = std::get<ErrorReply>(message);
    EXPECT_FALSE(error.text.empty());
    expect_bytes(error, said);
  }
}

void check_pieces(Bytes said, std::size_t piece) {
  StreamReader reader;
  for (std::size_t size = 0; size < said.size(); size += piece) {
    ASSERT_EQ(reader.read(said.first(size)), StreamReader::Status::more) << size;
  }
  EXPECT_EQ(reader.read(said), StreamReader::Status::message);
  EXPECT_EQ(reader.consumed(), said.size());
}

std::size_t check_all(const Json& cases, bool old) {
  std::size_t seen = 0;
  for (const auto& one : cases) {
    for (const Side& side : {dialer, acceptor}) {
      SCOPED_TRACE(one["name"].get<std::string>() + " " + side.bytes);
      const auto said = plain(one, side);
      if (!said) continue;
      ++seen;
      StreamReader reader;
      EXPECT_EQ(reader.read(*said), StreamReader::Status::message);
      EXPECT_EQ(reader.consumed(), said->size());
      check_message(reader.message(), one["fields"], side, *said, old);
      for (const std::size_t piece : {1u, 7u, 1400u}) check_pieces(*said, piece);
    }
  }
  return seen;
}

TEST(Streams, AreUnderstood) {
  const Json file = load("streams.json");
  EXPECT_GT(check_all(file["cases"], false), 50u);
  EXPECT_GT(check_all(file["old_cases"], true), 8u);
}

}  // namespace
}  // namespace gossipod::golden
