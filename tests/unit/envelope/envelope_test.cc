#include "envelope/envelope.h"

#include <gossipod/limits.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/envelope/support.h"

namespace gossipod::envelope {
namespace {

// A packet as it would be sent: written into its room, wrapped there.
Octets wrap(Envelope& envelope, Bytes plain, bool crc = false) {
  Octets frame(envelope.overhead() + plain.size(), 0xee);
  const MutableBytes room = envelope.room(frame);
  EXPECT_EQ(room.size(), plain.size());
  std::ranges::copy(plain, room.begin());
  const Bytes packet = envelope.wrap(frame, plain.size(), crc, nonce);
  EXPECT_GE(packet.data(), frame.data());
  EXPECT_LE(packet.data() + packet.size(), frame.data() + frame.size());
  return {packet.begin(), packet.end()};
}

// What came out, or the one reason why nothing did.
struct Unwrapped {
  std::optional<Octets> plain;
  std::optional<Counter> dropped;
  bool in_place = false;
  bool untouched = false;
};

Unwrapped unwrap(Envelope& envelope, Octets datagram) {
  Counters counters;
  Reporter reporter{nullptr, &counters};
  Octets scratch;
  const Octets before = datagram;
  const auto plain = envelope.unwrap(datagram, scratch, reporter);
  Unwrapped result;
  result.untouched = datagram == before;
  result.dropped = reporter.take_drop();
  std::uint64_t drops = 0;
  for (std::size_t i = 0; i < counter_count; ++i) drops += counters[static_cast<Counter>(i)];
  EXPECT_EQ(drops, plain ? 0u : 1u);
  if (plain) {
    result.plain = Octets{plain->begin(), plain->end()};
    result.in_place = plain->data() >= datagram.data() &&
                      plain->data() + plain->size() <= datagram.data() + datagram.size();
  }
  return result;
}

Settings labelled(std::string_view label, bool skip = false) {
  return {.label = std::string{label}, .skip_inbound_label_check = skip};
}

TEST(Labels, AreWritten) {
  const std::string longest(255, 'l');
  struct Row {
    std::string label;
    Octets packet;
    std::size_t overhead;  // with the checksum's five bytes
  };
  Octets with_longest = unhex("f4ff");
  with_longest.insert(with_longest.end(), 255, 'l');
  with_longest.insert(with_longest.end(), nack_300.begin(), nack_300.end());
  const Row rows[] = {
      {"", nack_300, 5},
      {"a", unhex("f401610b81a55365714e6fcd012c"), 8},
      {"blah", unhex("f404626c61680b81a55365714e6fcd012c"), 11},
      {longest, with_longest, 262},
  };
  for (const Row& row : rows) {
    for (const bool skip : {false, true}) {  // what we send carries it all the same
      Envelope envelope{labelled(row.label, skip), {}};
      EXPECT_EQ(envelope.overhead(), row.overhead);
      EXPECT_EQ(wrap(envelope, nack_300), row.packet);
    }
  }
}

TEST(Labels, AreTakenOffAndJudged) {
  struct Row {
    std::string_view label;
    bool skip;
    const char* packet;
    const char* plain;  // or dropped
  };
  const Row rows[] = {
      // Ours has none.
      {"", false, "0b01", "0b01"},
      {"", false, "0d01", "0d01"},
      {"", false, "f404626c61680b01", nullptr},
      {"", false, "f4", nullptr},
      {"", false, "f400", nullptr},
      {"", false, "f4000b01", nullptr},
      {"", false, "f40561", nullptr},
      {"", false, "f4056162636465", nullptr},
      {"", false, "f402610b", nullptr},
      // Ours is "blah".
      {"blah", false, "f404626c61680b01", "0b01"},
      {"blah", false, "f404626c61680d01", "0d01"},
      {"blah", false, "f404626c6168f404626c6168", "f404626c6168"},  // taken off once
      {"blah", false, "0b01", nullptr},
      {"blah", false, "f404626c61690b01", nullptr},
      {"blah", false, "f403626c610b01", nullptr},
      {"blah", false, "f405626c6168210b01", nullptr},
      {"blah", false, "f404626c61", nullptr},
      {"blah", false, "f404", nullptr},
      {"blah", false, "f4", nullptr},
      // A front end takes them off.
      {"blah", true, "0b01", "0b01"},
      {"blah", true, "f404626c61680b01", nullptr},
      {"blah", true, "f401610b01", nullptr},
      {"blah", true, "f4000b01", nullptr},
      {"", true, "0b01", "0b01"},
      {"", true, "f401610b01", nullptr},
  };
  for (const Row& row : rows) {
    Envelope envelope{labelled(row.label, row.skip), {}};
    const Unwrapped result = unwrap(envelope, unhex(row.packet));
    if (row.plain != nullptr) {
      ASSERT_TRUE(result.plain) << row.packet;
      EXPECT_EQ(to_hex(*result.plain), row.plain);
    } else {
      EXPECT_EQ(result.dropped, Counter::drop_label) << row.packet;
    }
  }
}

TEST(Packets, NothingInsideIsDropped) {
  Envelope bare{{}, {}};
  EXPECT_EQ(unwrap(bare, {}).dropped, Counter::drop_empty);
  EXPECT_EQ(unwrap(bare, unhex("0c00000000")).dropped, Counter::drop_empty);
  Envelope named{labelled("a"), {}};
  EXPECT_EQ(unwrap(named, unhex("f40161")).dropped, Counter::drop_empty);
  Envelope sealed{{}, ring({key_a})};
  EXPECT_EQ(unwrap(sealed, wrap(sealed, {})).dropped, Counter::drop_empty);
  Envelope padded{{.label = {}, .seal_version = SealVersion::padded}, ring({key_a})};
  EXPECT_EQ(unwrap(padded, wrap(padded, {})).dropped, Counter::drop_empty);
}

TEST(Checksum, IsMemberlists) {
  Envelope envelope{{}, {}};
  EXPECT_EQ(to_hex(wrap(envelope, nack_300, true)), "0c1b3983fb0b81a55365714e6fcd012c");
  EXPECT_EQ(unwrap(envelope, unhex("0c1b3983fb0b81a55365714e6fcd012c")).plain, nack_300);
}

TEST(Checksum, IsLookedAtOnce) {
  Envelope envelope{{}, {}};
  // Shorter than a header: not one. What it is, is for others to say.
  EXPECT_EQ(unwrap(envelope, unhex("0c")).plain, unhex("0c"));
  EXPECT_EQ(unwrap(envelope, unhex("0c0102")).plain, unhex("0c0102"));
  const Octets inner = wrap(envelope, nack_300, true);
  EXPECT_EQ(unwrap(envelope, wrap(envelope, inner, true)).plain, inner);
}

TEST(Checksum, FindsEveryChangedBit) {
  Envelope envelope{{}, {}};
  const Octets packet = wrap(envelope, nack_300, true);
  for (std::size_t bit = 8; bit < packet.size() * 8; ++bit) {
    Octets changed = packet;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    EXPECT_EQ(unwrap(envelope, changed).dropped, Counter::drop_crc) << bit;
  }
}

TEST(Wrapping, EveryLayerComesOffAgain) {
  for (const std::string& label : {std::string{}, std::string{"blah"}, std::string(255, 'l')}) {
    for (const bool keyed : {false, true}) {
      for (const auto version : {SealVersion::padded, SealVersion::plain}) {
        for (const bool crc : {false, true}) {
          for (const std::size_t size : {1u, 2u, 11u, 15u, 16u, 17u, 500u, 1400u}) {
            Envelope envelope{{.label = label, .seal_version = version},
                              keyed ? ring({key_b}) : Keyring{}};
            Octets plain(size, 0x55);
            const Octets packet = wrap(envelope, plain, crc);
            EXPECT_LE(packet.size(), plain.size() + envelope.overhead());
            EXPECT_LE(envelope.overhead(), limits::headroom + limits::tailroom);
            const Unwrapped result = unwrap(envelope, packet);
            ASSERT_EQ(result.plain, plain);
            EXPECT_TRUE(result.in_place);
          }
        }
      }
    }
  }
}

TEST(Wrapping, TheRoomDoesNotMoveWithTheChecksum) {
  Envelope envelope{labelled("blah"), ring({key_a})};
  Octets frame(1400);
  EXPECT_EQ(envelope.overhead(), 6u + 13 + 5 + 16);
  const MutableBytes room = envelope.room(frame);
  EXPECT_EQ(room.data() - frame.data(), 6 + 13 + 5);
  EXPECT_EQ(room.size(), 1400 - envelope.overhead());
  // Full to the last byte.
  EXPECT_EQ(envelope.wrap(frame, room.size(), true, nonce).size(), 1400u);
  EXPECT_EQ(envelope.wrap(frame, room.size(), false, nonce).size(), 1395u);
}

TEST(Wrapping, TheWorstCaseOfThePaddingIsCounted) {
  Envelope envelope{{.label = {}, .seal_version = SealVersion::padded}, ring({key_a})};
  EXPECT_EQ(envelope.overhead(), 13u + 5 + 32);
  for (std::size_t frame_size = 100; frame_size < 132; ++frame_size) {
    Octets frame(frame_size, 0x55);
    const std::size_t room = envelope.room(frame).size();
    EXPECT_LE(envelope.wrap(frame, room, true, nonce).size(), frame_size);
  }
}

TEST(WrappingDeathTest, MoreThanTheRoomIsAMistake) {
  Envelope envelope{{}, ring({key_a})};
  Octets frame(100);
  EXPECT_DEATH((void)envelope.wrap(frame, envelope.room(frame).size() + 1, false, nonce),
               "assertion failed");
  Octets tiny(envelope.overhead() - 1);
  EXPECT_DEATH((void)envelope.room(tiny), "assertion failed");
}

TEST(Keys, WhatIsNotSealedIsDropped) {
  Envelope envelope{labelled("blah"), ring({key_a})};
  EXPECT_EQ(unwrap(envelope, unhex("f404626c61680b81a55365714e6fcd012c")).dropped,
            Counter::drop_unauthentic);
  EXPECT_EQ(unwrap(envelope, unhex("f404626c6168")).dropped, Counter::drop_unauthentic);
  const Octets packet = wrap(envelope, nack_300, true);
  for (std::size_t bit = 6 * 8; bit < packet.size() * 8; ++bit) {
    Octets changed = packet;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    EXPECT_EQ(unwrap(envelope, changed).dropped, Counter::drop_unauthentic) << bit;
  }
  for (std::size_t size = 6; size < packet.size(); ++size) {
    const Octets cut{packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size)};
    EXPECT_EQ(unwrap(envelope, cut).dropped, Counter::drop_unauthentic) << size;
  }
}

TEST(Keys, TheLabelIsAuthenticated) {
  Envelope here{labelled("blah"), ring({key_a})};
  Envelope there{labelled("blub"), ring({key_a})};
  Octets packet = wrap(there, nack_300);
  EXPECT_EQ(unwrap(here, packet).dropped, Counter::drop_label);
  std::ranges::copy(as_bytes("blah"), packet.begin() + 2);
  EXPECT_EQ(unwrap(here, packet).dropped, Counter::drop_unauthentic);
  // Behind a front end that takes labels off it still is.
  Envelope behind{labelled("blub", true), ring({key_a})};
  packet.erase(packet.begin(), packet.begin() + 6);
  EXPECT_EQ(unwrap(behind, packet).plain, nack_300);
}

TEST(Keys, VersionZeroIsRefusedIfSoConfigured) {
  Settings padded;
  padded.seal_version = SealVersion::padded;
  Envelope old{padded, ring({key_a})};
  Settings strict;
  strict.refuse_padded = true;
  Envelope here{strict, ring({key_a})};
  EXPECT_EQ(unwrap(here, wrap(old, nack_300)).dropped, Counter::drop_unauthentic);
  Octets relabelled = wrap(here, nack_300);
  EXPECT_EQ(unwrap(here, relabelled).plain, nack_300);
  relabelled[0] = 0;
  EXPECT_EQ(unwrap(here, relabelled).dropped, Counter::drop_unauthentic);

  const LargeBytes stream = old.wrap_stream(nack_300, true, nonce);
  LargeBytes plain;
  EXPECT_FALSE(here.open_stream(Bytes{stream}.first(5), Bytes{stream}.subspan(5), plain));
  // With version 0 refused and plain text taken, what looks like version 0 is a plain ping.
  strict.verify_incoming = false;
  Envelope lax{strict, ring({key_a})};
  const Octets ping = unhex("0082a55365714e6f01a44e6f6465a161");
  EXPECT_EQ(unwrap(lax, ping).plain, ping);
}

TEST(Keys, AnyOpensAndTheFirstSeals) {
  Envelope old{{}, ring({key_a})};
  Envelope both{{}, ring({key_b, key_a})};
  const Unwrapped result = unwrap(both, wrap(old, nack_300));
  EXPECT_EQ(result.plain, nack_300);
  EXPECT_TRUE(result.untouched);  // the first key must not spoil it for the second
  EXPECT_FALSE(result.in_place);
  EXPECT_EQ(unwrap(old, wrap(both, nack_300)).dropped, Counter::drop_unauthentic);

  EXPECT_TRUE(both.keyring().use(key_a));
  EXPECT_EQ(unwrap(old, wrap(both, nack_300)).plain, nack_300);
  EXPECT_TRUE(both.keyring().remove(key_b));
  EXPECT_TRUE(unwrap(both, wrap(old, nack_300)).in_place);
}

TEST(Keys, EitherVersionOpens) {
  for (const auto ours : {SealVersion::padded, SealVersion::plain}) {
    for (const auto theirs : {SealVersion::padded, SealVersion::plain}) {
      Envelope here{{.label = {}, .seal_version = ours}, ring({key_a})};
      Envelope there{{.label = {}, .seal_version = theirs}, ring({key_a})};
      EXPECT_EQ(unwrap(here, wrap(there, nack_300)).plain, nack_300);
    }
  }
}

TEST(Keys, WithoutThemWhatIsSealedIsJustBytes) {
  Envelope sealed{{}, ring({key_a})};
  Envelope bare{{}, {}};
  const Octets packet = wrap(sealed, nack_300);
  EXPECT_EQ(unwrap(bare, packet).plain, packet);
}

// Keys come to a running cluster in three steps: understand, then seal, then insist.
TEST(Keys, RollOutAndBackWithoutAMomentOfSilence) {
  const auto node = [](bool keys, bool incoming, bool outgoing) {
    return Envelope{{.label = {}, .verify_incoming = incoming, .verify_outgoing = outgoing},
                    keys ? ring({key_a}) : Keyring{}};
  };
  const auto step = [&](int number) { return node(number >= 1, number >= 3, number >= 2); };
  for (int here = 0; here <= 3; ++here) {
    for (int there = 0; there <= 3; ++there) {
      Envelope sender = step(there), receiver = step(here);
      const Unwrapped result = unwrap(receiver, wrap(sender, nack_300, true));
      const bool adjacent = here - there <= 1 && there - here <= 1;
      const bool sent_sealed = there >= 2;
      if (adjacent || (sent_sealed && here >= 1) || (!sent_sealed && here < 3)) {
        EXPECT_EQ(result.plain, nack_300) << here << there;
      } else if (here == 3) {
        EXPECT_EQ(result.dropped, Counter::drop_unauthentic) << here << there;
      } else {
        EXPECT_NE(result.plain, nack_300) << here << there;  // no keys: just bytes
      }
    }
  }
}

TEST(Keys, WhatDoesNotOpenIsTakenAsItIsIfItMayBe) {
  Envelope envelope{{.label = {}, .verify_incoming = false}, ring({key_a})};
  // An honest ping begins like a sealed packet, and is long enough for one.
  Octets ping = unhex("0082a44e6f6465");
  ping.resize(80, 0x41);
  const Unwrapped result = unwrap(envelope, ping);
  EXPECT_EQ(result.plain, ping);
  EXPECT_TRUE(result.untouched);
}

TEST(Keys, ASecuredLinkNeedsNone) {
  Envelope envelope{{.label = "blah", .link_secured = true}, ring({key_a})};
  EXPECT_FALSE(envelope.seals());
  EXPECT_FALSE(envelope.must_be_sealed());
  EXPECT_EQ(to_hex(wrap(envelope, nack_300)), "f404626c61680b81a55365714e6fcd012c");
  EXPECT_EQ(unwrap(envelope, unhex("f404626c61680b81a55365714e6fcd012c")).plain, nack_300);
}

}  // namespace
}  // namespace gossipod::envelope
