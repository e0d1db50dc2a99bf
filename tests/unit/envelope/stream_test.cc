#include <gtest/gtest.h>

#include <algorithm>

#include "envelope/envelope.h"
#include "unit/envelope/support.h"

namespace gossipod::envelope {
namespace {

const Octets ack_42 = unhex("0282a75061796c6f6164c0a55365714e6f2a");
const char* const ack_42_sealed =
    "0a0000002f01a0a1a2a3a4a5a6a7a8a9aaaba8049feb1ff05f65eb1c75a51577c12e3cc4eec2d6779ab2ee4a0e59e8"
    "90ef19fd87";

std::optional<Octets> open(Envelope& envelope, Bytes frame) {
  LargeBytes plain{1, 2, 3};
  if (envelope.open_stream(frame.first(5), frame.subspan(5), plain)) {
    return Octets{plain.begin(), plain.end()};
  }
  EXPECT_TRUE(plain.empty());
  return std::nullopt;
}

Octets wrap(Envelope& envelope, Bytes message, bool dialer) {
  const LargeBytes wrapped = envelope.wrap_stream(message, dialer, nonce);
  return {wrapped.begin(), wrapped.end()};
}

TEST(StreamFrames, AreMemberlists) {
  Envelope envelope{{}, ring({key_a})};
  EXPECT_TRUE(envelope.seals());
  EXPECT_TRUE(envelope.must_be_sealed());
  EXPECT_EQ(to_hex(wrap(envelope, ack_42, false)), ack_42_sealed);
  EXPECT_EQ(to_hex(wrap(envelope, ack_42, true)), ack_42_sealed);
  EXPECT_EQ(open(envelope, unhex(ack_42_sealed)), ack_42);
}

TEST(StreamFrames, OnlyTheDialerWritesTheLabelAndBothAuthenticateIt) {
  Envelope envelope{{.label = "blah"}, ring({key_a})};
  const Octets dialed = wrap(envelope, ack_42, true);
  const Octets answered = wrap(envelope, ack_42, false);
  EXPECT_EQ(to_hex(Bytes{dialed}.first(6)), "f404626c6168");
  EXPECT_EQ(to_hex(Bytes{dialed}.subspan(6)), to_hex(answered));
  EXPECT_EQ(open(envelope, answered), ack_42);
  Envelope other{{.label = ""}, ring({key_a})};
  EXPECT_EQ(open(other, answered), std::nullopt);
}

TEST(StreamFrames, PlainOnesAreTheMessage) {
  Envelope bare{{}, {}};
  EXPECT_EQ(wrap(bare, ack_42, true), ack_42);
  EXPECT_EQ(wrap(bare, ack_42, false), ack_42);
  EXPECT_EQ(open(bare, unhex(ack_42_sealed)), std::nullopt);  // there is no key
  Envelope named{{.label = "a"}, {}};
  EXPECT_EQ(to_hex(Bytes{wrap(named, ack_42, true)}.first(4)), "f4016102");
  EXPECT_EQ(wrap(named, ack_42, false), ack_42);
  Envelope quiet{{.label = {}, .verify_outgoing = false}, ring({key_a})};
  EXPECT_EQ(wrap(quiet, ack_42, true), ack_42);
  EXPECT_EQ(open(quiet, unhex(ack_42_sealed)), ack_42);
}

TEST(StreamFrames, OpenWithAnyKeyInEitherVersion) {
  for (const auto version : {SealVersion::padded, SealVersion::plain}) {
    Envelope sender{{.label = "blah", .seal_version = version}, ring({key_b})};
    Envelope receiver{{.label = "blah"}, ring({key_a, key_b, key_c})};
    for (const std::size_t size : {1u, 16u, 1000u, 100'000u}) {
      const Octets message(size, 0x33);
      EXPECT_EQ(open(receiver, wrap(sender, message, false)), message);
    }
  }
}

TEST(StreamFrames, EmptyOnesAreRefused) {
  for (const auto version : {SealVersion::padded, SealVersion::plain}) {
    Envelope envelope{{.label = {}, .seal_version = version}, ring({key_a})};
    EXPECT_EQ(open(envelope, wrap(envelope, {}, false)), std::nullopt);
  }
}

TEST(StreamFrames, EveryChangedBitIsFound) {
  Envelope envelope{{.label = "blah"}, ring({key_a})};
  const Octets frame = wrap(envelope, ack_42, false);
  for (std::size_t bit = 0; bit < frame.size() * 8; ++bit) {
    Octets changed = frame;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    EXPECT_EQ(open(envelope, changed), std::nullopt) << bit;
  }
  for (std::size_t size = 5; size < frame.size(); ++size) {
    EXPECT_EQ(open(envelope, Bytes{frame}.first(size)), std::nullopt) << size;
  }
}

TEST(StreamLabels, AreJudgedAsTheyCome) {
  using Check = Envelope::LabelCheck;
  struct Row {
    std::string_view label;
    bool skip;
    const char* start;
    Check check;
    std::size_t header;
  };
  const Row rows[] = {
      {"", false, "", Check::more, 0},
      {"", false, "0a", Check::fine, 0},
      {"", false, "0682", Check::fine, 0},
      {"", false, "f4", Check::more, 0},
      {"", false, "f400", Check::refused, 0},
      {"", false, "f40161", Check::refused, 0},
      {"blah", false, "", Check::more, 0},
      {"blah", false, "06", Check::refused, 0},
      {"blah", false, "f4", Check::more, 0},
      {"blah", false, "f400", Check::refused, 0},
      {"blah", false, "f404", Check::more, 0},
      {"blah", false, "f404626c61", Check::more, 0},
      {"blah", false, "f404626c6168", Check::fine, 6},
      {"blah", false, "f404626c61680683", Check::fine, 6},
      {"blah", false, "f404626c6169", Check::refused, 0},
      {"blah", false, "f40362", Check::more, 0},
      {"blah", false, "f403626c61", Check::refused, 0},
      {"blah", true, "", Check::more, 0},
      {"blah", true, "06", Check::fine, 0},
      {"blah", true, "f404626c6168", Check::refused, 0},
      {"", true, "06", Check::fine, 0},
      {"", true, "f40161", Check::refused, 0},
  };
  for (const Row& row : rows) {
    const Envelope envelope{{.label = std::string{row.label}, .skip_inbound_label_check = row.skip},
                            {}};
    std::size_t header = 99;
    EXPECT_EQ(envelope.check_stream_label(unhex(row.start), header), row.check) << row.start;
    EXPECT_EQ(header, row.header) << row.start;
  }
}

}  // namespace
}  // namespace gossipod::envelope
