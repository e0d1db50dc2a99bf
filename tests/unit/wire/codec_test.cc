// What the golden vectors do not say about the codec.
#include "wire/codec.h"

#include <gossipod/limits.h>
#include <gtest/gtest.h>

#include <string>

#include "octets.h"

namespace gossipod::wire {
namespace {

const Octets address = octets("0a000002");
const Octets versions = octets("01 05 02 00 00 00");

Alive sample() {
  return {.incarnation = Incarnation{1},
          .node = "b",
          .address = address,
          .port = 7946,
          .metadata = {},
          .versions = versions};
}

TEST(Codec, KeysInAnyOrderAndRepeated) {
  const Octets body = octets(
      "8a a3 'Vsn' a6 010502000000 a4 'Node' a1 'x' a4 'Port' cd 1f0a a3 'new' 93 01 02 03 "
      "a4 'Addr' a4 0a000002 a4 'Node' a1 'b' ab 'Incarnation' 01 a4 'node' a1 'y' "
      "a4 'Meta' c0 a5 'Other' c3");
  Alive message;
  Reader in{body};
  ASSERT_TRUE(decode(in, message));
  EXPECT_EQ(in.consumed(), body.size());
  EXPECT_EQ(encoded(message), encoded(sample()));
}

TEST(Codec, OptionalFieldsInTheMiddleOfAnUnknownWorld) {
  const Octets body = octets(
      "86 a4 'Nack' c3 a4 'Node' a1 'b' a4 'Port' 05 a5 'SeqNo' 07 a4 'Some' c0 a6 'Target' a4 "
      "0a000002");
  IndirectPing message;
  Reader in{body};
  ASSERT_TRUE(decode(in, message));
  EXPECT_TRUE(message.nack);
  EXPECT_EQ(message.port, 5);
  EXPECT_EQ(message.target.size(), 4u);
  EXPECT_TRUE(message.source_node.empty());
}

TEST(Codec, DecodingStartsFromNothing) {
  Alive message = sample();
  const Octets empty = octets("80");
  Reader in{empty};
  ASSERT_TRUE(decode(in, message));
  EXPECT_EQ(message.node, "");
  EXPECT_EQ(message.address.data(), nullptr);
  EXPECT_EQ(message.incarnation, Incarnation{});
}

TEST(Codec, VariantsAreEncodedLikeWhatTheyHold) {
  const Message message = sample();
  EXPECT_EQ(encoded(message), encoded(sample()));
}

TEST(Codec, TheLongestAliveIsAsLongAsTheLimitsSay) {
  const Octets longest_address(16, 1);
  const Octets metadata(limits::metadata_bytes_max, 2);
  const std::string name(limits::name_bytes_max, 'n');
  const Alive longest{.incarnation = Incarnation{UINT32_MAX},
                      .node = name,
                      .address = longest_address,
                      .port = UINT16_MAX,
                      .metadata = metadata,
                      .versions = versions};
  EXPECT_EQ(encoded(longest).size(), encoded_size(longest));
  EXPECT_LE(encoded_size(longest), limits::alive_bytes_max);
}

TEST(Codec, RecordsComeOneAfterAnother) {
  const Octets b = encoded(Record{.name = "b", .address = address, .state = 1});
  const Octets c = encoded(Record{.name = "c", .address = address, .state = -7});
  const Octets all = b + c;
  Records records{PushPull{true, 2, all, {}}};
  const auto first = records.next();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->name, "b");
  const auto second = records.next();
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->name, "c");
  EXPECT_EQ(second->state, -7);
  EXPECT_FALSE(records.next().has_value());
}

}  // namespace
}  // namespace gossipod::wire
