#include "wire/walk.h"

#include <gtest/gtest.h>

#include <map>

#include "octets.h"
#include "wire/lzw.h"

namespace gossipod::wire {
namespace {

const Octets nack_bytes = octets("0b 81 a5 'SeqNo' 07");

Octets compound(const std::vector<Octets>& parts) {
  Octets out{7, static_cast<std::uint8_t>(parts.size())};
  for (const auto& part : parts) {
    out.push_back(static_cast<std::uint8_t>(part.size() >> 8));
    out.push_back(static_cast<std::uint8_t>(part.size()));
  }
  for (const auto& part : parts) out = out + part;
  return out;
}

Octets compressed(const Octets& plain) {
  Octets packed;
  EXPECT_TRUE(lzw_pack(plain, packed));
  return encoded(Compressed{.algorithm = 0, .packed = packed});
}

struct Outcome {
  std::vector<Octets> messages;
  std::map<Counter, std::uint64_t> counted;
  bool operator==(const Outcome&) const = default;
};

// One by one, or by looking ahead: then the views must all be good until the last has been read.
Outcome walk(const Octets& packet, std::size_t ahead) {
  Counters counters;
  Reporter reporter{nullptr, &counters};
  std::vector<std::uint8_t> scratch{1, 2, 3};
  Outcome outcome;
  Walk one{packet, scratch, reporter};
  std::vector<Message> together;
  while (one.next_together(together, ahead)) {
    for (const Message& message : together) outcome.messages.push_back(encoded(message));
  }
  EXPECT_FALSE(one.next().has_value());
  EXPECT_LE(scratch.size(), limits::packet_inflated_max);
  for (std::size_t i = 0; i < counter_count; ++i) {
    const auto counter = static_cast<Counter>(i);
    if (counters[counter] != 0) outcome.counted[counter] = counters[counter];
  }
  return outcome;
}
Outcome walk(const Octets& packet) {
  const Outcome outcome = walk(packet, 1);
  EXPECT_TRUE(walk(packet, 2) == outcome);
  EXPECT_TRUE(walk(packet, 16) == outcome);
  return outcome;
}

Outcome nacks(std::uint64_t count, std::map<Counter, std::uint64_t> drops = {}) {
  Outcome outcome{std::vector<Octets>(count, nack_bytes), std::move(drops)};
  if (count > 0) outcome.counted[Counter::messages_received] = count;
  return outcome;
}

TEST(Walk, Outcomes) {
  struct Case {
    const char* name;
    Octets packet;
    Outcome expected;
  };
  const Octets mapless = octets("0b 05");
  const std::vector<Case> cases{
      {"one", nack_bytes, nacks(1)},
      {"trailing bytes", nack_bytes + octets("01 02"), nacks(1)},
      {"nothing", {}, nacks(0, {{Counter::drop_empty, 1}})},
      {"malformed", mapless, nacks(0, {{Counter::drop_malformed, 1}})},
      {"cut", octets("0b 81 a5 'Seq'"), nacks(0, {{Counter::drop_malformed, 1}})},
      {"push-pull", octets("06 80"), nacks(0, {{Counter::drop_type, 1}})},
      {"sealed", octets("0a 00"), nacks(0, {{Counter::drop_type, 1}})},
      {"checksum inside", octets("0c 00000000"), nacks(0, {{Counter::drop_type, 1}})},
      {"error", octets("0d 80"), nacks(0, {{Counter::drop_type, 1}})},
      {"label inside", octets("f4 01 'x'"), nacks(0, {{Counter::drop_type, 1}})},
      {"unknown", octets("63"), nacks(0, {{Counter::drop_type, 1}})},
      {"compound", compound({nack_bytes, nack_bytes, nack_bytes}), nacks(3)},
      {"of none", octets("07 00 0b"), nacks(0)},
      {"without count", octets("07"), nacks(0, {{Counter::drop_malformed, 1}})},
      {"without lengths", octets("07 02 0001 00"), nacks(0, {{Counter::drop_malformed, 1}})},
      {"empty parts", compound({{}, nack_bytes, {}}), nacks(1, {{Counter::drop_empty, 2}})},
      {"a bad one", compound({nack_bytes, mapless, nack_bytes}),
       nacks(2, {{Counter::drop_malformed, 1}})},
      {"a part too long", octets("07 03 0009 ffff 0001") + nack_bytes + nack_bytes,
       nacks(1, {{Counter::drop_truncated_parts, 2}})},
      {"inner one cut", compound({octets("07 02 0009 0009") + nack_bytes, nack_bytes}),
       nacks(2, {{Counter::drop_truncated_parts, 1}})},
      {"compressed", compressed(nack_bytes), nacks(1)},
      {"compressed compound", compressed(compound({nack_bytes, nack_bytes})), nacks(2)},
      {"all sorts",
       compound({compressed(compound({nack_bytes, compressed(compound({nack_bytes}))})), nack_bytes,
                 compressed(nack_bytes)}),
       nacks(4)},
      {"of nothing", compressed({}), nacks(0, {{Counter::drop_compression, 1}})},
      {"empty map", octets("09 80"), nacks(0, {{Counter::drop_compression, 1}})},
      {"no map", octets("09"), nacks(0, {{Counter::drop_malformed, 1}})},
      {"algorithm 1", octets("09 81 a4 'Algo' 01"), nacks(0, {{Counter::drop_compression, 1}})},
      {"algorithm 256", octets("09 81 a4 'Algo' cd 0100"),
       nacks(0, {{Counter::drop_malformed, 1}})},
      {"not LZW", octets("09 81 a3 'Buf' a4 ffffffff"), nacks(0, {{Counter::drop_compression, 1}})},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    const Outcome outcome = walk(one.packet);
    EXPECT_EQ(outcome.messages, one.expected.messages);
    EXPECT_EQ(outcome.counted, one.expected.counted);
  }
}

TEST(Walk, UserMessagesMayBeEmptyButNotNil) {
  const Octets packet = octets("08");
  std::vector<std::uint8_t> scratch;
  Reporter reporter{nullptr, nullptr};
  Walk one{packet, scratch, reporter};
  const auto message = one.next();
  ASSERT_TRUE(message && std::holds_alternative<User>(*message));
  EXPECT_TRUE(std::get<User>(*message).payload.empty());
  EXPECT_NE(std::get<User>(*message).payload.data(), nullptr);
}

TEST(Walk, NestingIsBounded) {
  for (const auto wrap : {+[](const Octets& inner) { return compound({inner}); },
                          +[](const Octets& inner) { return compressed(inner); }}) {
    Octets packet = nack_bytes;
    for (std::size_t i = 0; i < limits::nesting_max; ++i) packet = wrap(packet);
    EXPECT_EQ(walk(packet), nacks(1));
    EXPECT_EQ(walk(wrap(packet)), nacks(0, {{Counter::drop_nesting, 1}}));
    // What lies beside it is not harmed.
    EXPECT_EQ(walk(compound({nack_bytes, wrap(packet), nack_bytes})),
              nacks(2, {{Counter::drop_nesting, 1}}));
  }
}

TEST(Walk, InflatedBytesAreBoundedOverThePacket) {
  Octets half(limits::packet_inflated_max / 2, 0);
  half[0] = 0x63;
  const Octets part = compressed(half);
  EXPECT_EQ(walk(compound({part, part})), nacks(0, {{Counter::drop_type, 2}}));
  EXPECT_EQ(walk(compound({part, part, compressed(nack_bytes), nack_bytes})),
            nacks(1, {{Counter::drop_type, 2}, {Counter::drop_budget, 1}}));

  Octets bomb(limits::packet_inflated_max + 1, 0);
  EXPECT_EQ(walk(compressed(bomb)), nacks(0, {{Counter::drop_budget, 1}}));
}

TEST(Walk, MessagesAreBounded) {
  // 255 compounds of 255 empty parts each.
  const Octets inner = compound(std::vector<Octets>(255));
  const Outcome outcome = walk(compressed(compound(std::vector<Octets>(126, inner))));
  EXPECT_EQ(outcome.counted.at(Counter::drop_budget), 1u);
  EXPECT_LE(outcome.counted.at(Counter::drop_empty), limits::packet_messages_max);
  EXPECT_GT(outcome.counted.at(Counter::drop_empty), limits::packet_messages_max - 200);
}

TEST(Walk, ViewsLieWhereTheBytesAre) {
  const Octets alive = encoded(Alive{.node = "some-name", .address = as_bytes("1234")});
  const Octets packet = compound({alive, compressed(alive)});
  std::vector<std::uint8_t> scratch;
  Reporter reporter{nullptr, nullptr};
  Walk one{packet, scratch, reporter};
  const auto first = one.next();
  ASSERT_TRUE(first.has_value());
  const char* name = std::get<Alive>(*first).node.data();
  EXPECT_TRUE(name > reinterpret_cast<const char*>(packet.data()) &&
              name < reinterpret_cast<const char*>(packet.data() + packet.size()));
  const auto second = one.next();
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(std::get<Alive>(*second).node, "some-name");
  EXPECT_EQ(scratch.size(), alive.size());
}

}  // namespace
}  // namespace gossipod::wire
