// Compounds and compressed messages, as memberlist makes and takes them.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/reporter.h"
#include "golden/fields.h"
#include "golden/vectors.h"
#include "wire/lzw.h"
#include "wire/packet_builder.h"
#include "wire/walk.h"

namespace gossipod::golden {
namespace {

struct Walked {
  std::vector<std::string> messages;  // encoded again, in hex
  std::uint64_t dropped = 0;
  std::uint64_t truncated = 0;
};

Walked walked(Bytes packet) {
  Walked result;
  Counters counters;
  Reporter reporter{nullptr, &counters};
  std::vector<std::uint8_t> scratch;
  Walk walk{packet, scratch, reporter};
  while (const auto message = walk.next()) {
    result.messages.push_back(to_hex(encoded(*message, 70'000).value()));
  }
  for (const auto counter : {Counter::drop_empty, Counter::drop_type, Counter::drop_malformed,
                             Counter::drop_compression, Counter::drop_nesting}) {
    result.dropped += counters[counter];
  }
  result.truncated = counters[Counter::drop_truncated_parts];
  return result;
}

// What a compound was made of: listed, or counted nacks whose first one is given.
std::vector<Octets> parts_of(const Json& fields) {
  std::vector<Octets> parts;
  if (fields.contains("part_count")) {
    Nack nack;
    const Octets first = unhex(fields["part"].get<std::string>());
    Reader in{Bytes{first}.subspan(1)};
    EXPECT_TRUE(decode(in, nack));
    for (std::uint32_t i = 0; i < fields["part_count"].get<std::uint32_t>(); ++i) {
      const Nack next{SequenceNumber{nack.sequence.value() + i}};
      parts.push_back(encoded(next, 16).value());
    }
  } else if (fields.contains("part_lengths")) {
    for (const auto& length : fields["part_lengths"]) {
      Octets part(length.get<std::size_t>(), 'u');
      part[0] = static_cast<std::uint8_t>(Type::user);
      parts.push_back(part);
    }
  } else if (!fields["parts"].is_null()) {
    for (const auto& part : fields["parts"]) parts.push_back(unhex(part.get<std::string>()));
  }
  return parts;
}

TEST(Compounds, AreWalked) {
  const Json file = load("packets.json");
  for (const auto& one : file["compounds"]) {
    SCOPED_TRACE(one["name"].get<std::string>());
    const Octets packet = octets(one);
    const auto& fields = one["fields"];
    const std::size_t count = fields["decoded_parts"].get<std::size_t>();
    const Walked whole = walked(packet);
    const std::vector<Octets> parts = parts_of(fields);
    EXPECT_EQ(whole.truncated, fields.value("truncated", std::uint64_t{0}));
    if (count != parts.size()) {
      // The count had wrapped: what is announced lies within the lengths, and is no message.
      EXPECT_GT(parts.size(), 255u);
      EXPECT_EQ(whole.dropped, count);
      continue;
    }
    std::vector<std::string> expected;  // the parts may be compounds and compressed themselves
    std::uint64_t dropped = 0;
    for (const auto& part : parts) {
      const Walked alone = walked(part);
      expected.insert(expected.end(), alone.messages.begin(), alone.messages.end());
      dropped += alone.dropped;
    }
    EXPECT_EQ(whole.messages, expected);
    EXPECT_EQ(whole.dropped, dropped);
  }
  EXPECT_EQ(file["compounds"].size(), 13u);
}

TEST(Compounds, AreBuilt) {
  const Json file = load("packets.json");
  std::size_t built = 0;
  for (const auto& one : file["compounds"]) {
    const std::vector<Octets> parts = parts_of(one["fields"]);
    // Alone we send a message bare, and never send an empty one, nor more than old peers can read.
    const auto empty = [](const Octets& part) { return part.empty(); };
    if (parts.size() < 2 || std::any_of(parts.begin(), parts.end(), empty)) continue;
    SCOPED_TRACE(one["name"].get<std::string>());
    const Octets expected = octets(one);
    Octets out(expected.size());
    PacketBuilder builder{out};
    if (parts.size() > limits::compound_parts_max) {
      std::size_t taken = 0;
      while (taken < parts.size() && builder.add_encoded(parts[taken])) ++taken;
      EXPECT_EQ(taken, limits::compound_parts_max);
      continue;
    }
    for (const auto& part : parts) ASSERT_TRUE(builder.add_encoded(part));
    EXPECT_EQ(builder.room(), 0u);
    EXPECT_EQ(builder.finish(), expected.size());
    EXPECT_EQ(to_hex(out), to_hex(expected));
    ++built;
  }
  EXPECT_EQ(built, 5u);
}

TEST(Compression, IsMemberlists) {
  const Json file = load("packets.json");
  for (const auto& one : file["compression"]) {
    SCOPED_TRACE(one["name"].get<std::string>());
    const Octets expected = octets(one);
    const Octets plain = bytes(one["fields"]["plain"]);
    Octets packed;
    ASSERT_TRUE(lzw_pack(plain, packed));
    const Compressed message{.algorithm = 0, .packed = packed};
    EXPECT_EQ(encoded_size(message), expected.size());
    EXPECT_EQ(encoded(message, expected.size()), expected);
    EXPECT_EQ(one["fields"]["sent_compressed"].get<bool>(), expected.size() < plain.size());

    Compressed found;
    Reader in{Bytes{expected}.subspan(1)};
    ASSERT_TRUE(decode(in, found));
    EXPECT_EQ(found.algorithm, 0u);
    Octets unpacked;
    EXPECT_EQ(lzw_unpack(found.packed, unpacked, plain.size()), LzwError::none);
    EXPECT_EQ(unpacked, plain);
  }
  EXPECT_EQ(file["compression"].size(), 18u);
}

}  // namespace
}  // namespace gossipod::golden
