#include "wire/stream_reader.h"

#include <gtest/gtest.h>

#include "octets.h"

namespace gossipod::wire {
namespace {

using Status = StreamReader::Status;

const Octets address = octets("0a000002");

Octets push_pull(std::int64_t announced, std::size_t records, std::int64_t announced_state,
                 const Octets& state) {
  Octets out = encoded(
      PushPullHeader{.join = true, .nodes = announced, .user_state_length = announced_state});
  for (std::size_t i = 0; i < records; ++i) {
    const std::string name = "member-" + std::to_string(i);
    out = out + encoded(Record{.name = name, .address = address, .port = 7946});
  }
  return out + state;
}

// What it says of the bytes, however they come.
Status status(const Octets& bytes) {
  StreamReader whole;
  const Status expected = whole.read(bytes);
  for (const std::size_t piece : {1u, 2u, 3u, 17u}) {
    StreamReader reader;
    Status found = Status::more;
    for (std::size_t size = 0; size < bytes.size() && found == Status::more; size += piece) {
      Octets moved(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      found = reader.read(moved);
    }
    if (found == Status::more) found = reader.read(bytes);
    EXPECT_EQ(found, expected) << "pieces of " << piece;
    if (expected == Status::message) {
      EXPECT_EQ(reader.consumed(), whole.consumed());
    }
  }
  return expected;
}

TEST(StreamReader, Outcomes) {
  const std::string huge_name(100'000, 'n');
  const std::vector<std::tuple<const char*, Octets, Status>> cases{
      {"nothing", {}, Status::more},
      {"ping", octets("00 81 a5 'SeqNo' 07"), Status::message},
      {"ack", octets("02 81 a5 'SeqNo' 07"), Status::message},
      {"error", octets("0d 81 a5 'Error' a4 'boom'"), Status::message},
      {"ping cut", octets("00 81 a5 'Seq'"), Status::more},
      {"ping wrong", octets("00 05"), Status::malformed},
      {"ping with c1", octets("00 81 a5 'SeqNo' c1"), Status::malformed},
      {"a field wrong, and cut", octets("00 82 a5 'SeqNo' a1 'x'"), Status::more},
      {"a field wrong", octets("00 82 a5 'SeqNo' a1 'x' a4 'Node' c0"), Status::malformed},
      {"indirect ping", octets("01 80"), Status::type},
      {"compound", octets("07 00"), Status::type},
      {"compressed", octets("09 80"), Status::type},
      {"unknown", octets("63"), Status::type},
      {"huge name", encoded(Ping{.node = huge_name}), Status::message},

      {"user", octets("08 81 aa 'UserMsgLen' 05 'hello'"), Status::message},
      {"user, short", octets("08 81 aa 'UserMsgLen' 05 'hell'"), Status::more},
      {"user, empty", octets("08 81 aa 'UserMsgLen' 00"), Status::message},
      {"user, nil", octets("08 c0"), Status::message},
      {"user, negative", octets("08 81 aa 'UserMsgLen' ff"), Status::limit},
      {"user, 20 MiB", octets("08 81 aa 'UserMsgLen' ce 01400000"), Status::more},
      {"user, and one", octets("08 81 aa 'UserMsgLen' ce 01400001"), Status::limit},
      {"user, wraps", octets("08 81 aa 'UserMsgLen' cf ffffffffffffffff"), Status::limit},

      {"push-pull", push_pull(2, 2, 3, octets("'abc'")), Status::message},
      {"of nothing", push_pull(0, 0, 0, {}), Status::message},
      {"nil header", octets("06 c0"), Status::message},
      {"nil records", push_pull(3, 0, 0, octets("c0 c0 c0")), Status::message},
      {"too few records", push_pull(3, 2, 0, {}), Status::more},
      {"short state", push_pull(2, 2, 4, octets("'abc'")), Status::more},
      {"bad record", push_pull(2, 1, 0, octets("05")), Status::malformed},
      {"negative records", push_pull(-1, 0, 0, {}), Status::limit},
      {"most records", push_pull(limits::records_max, 1, 0, {}), Status::more},
      {"more records", push_pull(limits::records_max + 1, 1, 0, {}), Status::limit},
      {"negative state", push_pull(1, 1, -1, {}), Status::limit},
      {"most state", push_pull(1, 1, limits::user_state_max, {}), Status::more},
      {"more state", push_pull(1, 1, limits::user_state_max + 1, {}), Status::limit},
  };
  for (const auto& [name, bytes, expected] : cases) {
    SCOPED_TRACE(name);
    EXPECT_EQ(status(bytes), expected);
    if (expected != Status::message) continue;
    // What follows is not its business.
    const Octets more = bytes + octets("c1 c1");
    StreamReader reader;
    EXPECT_EQ(reader.read(more), Status::message);
    EXPECT_EQ(reader.consumed(), bytes.size());
  }
}

TEST(StreamReader, EveryCutIsMoreUntilItIsWhole) {
  const Octets bytes = push_pull(3, 3, 3, octets("'abc'"));
  StreamReader reader;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Octets cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    ASSERT_EQ(reader.read(cut), Status::more);
    StreamReader fresh;
    ASSERT_EQ(fresh.read(cut), Status::more);
  }
  ASSERT_EQ(reader.read(bytes), Status::message);
  const auto& message = std::get<PushPull>(reader.message());
  EXPECT_TRUE(message.join());
  EXPECT_EQ(message.size(), 3u);
  EXPECT_EQ(as_text(message.user_state()), "abc");
  Records records{message};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(records.next().value().name, "member-" + std::to_string(i));
  }
}

TEST(StreamReader, ItsLastWordStands) {
  const Octets bad = octets("00 05");
  StreamReader reader;
  EXPECT_EQ(reader.read(bad), Status::malformed);
  EXPECT_EQ(reader.read(octets("00 80")), Status::malformed);
}

// One record of a million entries, and a million records, byte by byte: were anything read again
// from its start, this would not end today.
TEST(StreamReader, BytesOneByOneCostNoMoreThanAllAtOnce) {
  const Octets header = encoded(PushPullHeader{.nodes = 1});
  const Octets entries = repeated(octets("a4 'Port' 05"), 200'000);
  const Octets one_record = header + octets("df 00030d40") + entries;
  const Octets many_records = encoded(PushPullHeader{.nodes = 1'000'000}) + Octets(1'000'000, 0x80);
  for (const auto& bytes : {one_record, many_records}) {
    StreamReader reader;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      ASSERT_EQ(reader.read(Bytes{bytes}.first(size)), Status::more);
    }
    EXPECT_EQ(reader.read(bytes), Status::message);
  }
}

}  // namespace
}  // namespace gossipod::wire
