// Every message body that memberlist writes: we write the same bytes, and read the same fields.
#include <gtest/gtest.h>

#include "base/reporter.h"
#include "golden/fields.h"
#include "golden/vectors.h"
#include "wire/walk.h"

namespace gossipod::golden {
namespace {

template <class M>
concept Sized = requires(const M& m) {
  encoded_size(m);
};

template <class M>
void check_encoding(const Json& one, Bytes expected) {
  Filler filler;
  const M message = filler.fill<M>(one["fields"]);
  const auto out = encoded(message, expected.size());
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(to_hex(*out), to_hex(expected));
  EXPECT_FALSE(encoded(message, expected.size() - 1).has_value());
  EXPECT_FALSE(encoded(message, 0).has_value());
  if constexpr (Sized<M>) {
    EXPECT_EQ(encoded_size(message), expected.size());
  }
}

template <class M>
void check_decoding(const Json& one, Bytes body) {
  M message;
  Reader in{body};
  ASSERT_TRUE(decode(in, message));
  EXPECT_EQ(in.consumed(), body.size());
  expect_fields(one["fields"], message);

  // Cut short it is incomplete, never wrong.
  const std::size_t step = body.size() < 1000 ? 1 : 997;
  for (std::size_t size = 0; size < body.size(); size += step) {
    Reader cut{body.first(size)};
    ASSERT_FALSE(decode(cut, message)) << size;
    ASSERT_TRUE(cut.incomplete()) << size;
  }
}

TEST(Messages, AreMemberlists) {
  const Json file = load("messages.json");
  std::size_t seen = 0;
  for (const auto& one : file["cases"]) {
    SCOPED_TRACE(one["name"].get<std::string>());
    if (one["kind"] == "userPacket") continue;
    ++seen;
    const Octets expected = octets(one);
    const std::size_t head = one.contains("type") ? 1 : 0;
    if (head != 0) {
      EXPECT_EQ(one["type"].get<std::uint8_t>(), expected[0]);
    }
    with_kind(one["kind"].get<std::string>(), [&]<class M>(std::type_identity<M>) {
      check_encoding<M>(one, expected);
      check_decoding<M>(one, Bytes{expected}.subspan(head));
      if (one.contains("old_hex")) {
        const Octets old = unhex(one["old_hex"].get<std::string>());
        check_decoding<M>(one, Bytes{old}.subspan(head));
      }
    });
  }
  EXPECT_EQ(seen, 328u);
}

TEST(Messages, UserPacketsAreTheirBytes) {
  const Json file = load("messages.json");
  std::size_t seen = 0;
  for (const auto& one : file["cases"]) {
    if (one["kind"] != "userPacket") continue;
    SCOPED_TRACE(one["name"].get<std::string>());
    ++seen;
    const Octets expected = octets(one);
    const Octets payload = bytes(one["fields"]["payload"]);
    EXPECT_EQ(encoded(User{payload}, expected.size()), expected);

    std::vector<std::uint8_t> scratch;
    Reporter reporter{nullptr, nullptr};
    Walk walk{expected, scratch, reporter};
    const auto message = walk.next();
    ASSERT_TRUE(message && std::holds_alternative<User>(*message));
    EXPECT_EQ(to_hex(std::get<User>(*message).payload), to_hex(payload));
    EXPECT_FALSE(walk.next().has_value());
  }
  EXPECT_EQ(seen, 4u);
}

}  // namespace
}  // namespace gossipod::golden
