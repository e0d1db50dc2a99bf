// What comes in by stream: unwrapped in whatever pieces it arrives, refused where it must be.
#include <gtest/gtest.h>

#include "envelope/envelope.h"
#include "unit/session/fake_machine.h"
#include "wire/lzw.h"

namespace gossipod::session {
namespace {

const std::string from = " from 10.0.0.9:5555";

Octets joined(std::initializer_list<Octets> parts) {
  Octets all;
  for (const Octets& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}
const Octets label_blah{0xf4, 4, 'b', 'l', 'a', 'h'};

Octets compressed(const Octets& plain) {
  Octets packed;
  EXPECT_TRUE(wire::lzw_pack(plain, packed));
  return encoded(wire::Compressed{.algorithm = 0, .packed = packed});
}
// As a peer with that configuration would dial.
Octets dialed(const Config& config, const Octets& message) {
  envelope::Envelope envelope{envelope::settings_from(config, false), keyring_from(config)};
  const LargeBytes wrapped = envelope.wrap_stream(message, true, {1, 2, 3});
  return {wrapped.begin(), wrapped.end()};
}
Octets frame_of(std::size_t length, std::size_t bytes) {
  Octets frame{0x0a, static_cast<std::uint8_t>(length >> 24),
               static_cast<std::uint8_t>(length >> 16), static_cast<std::uint8_t>(length >> 8),
               static_cast<std::uint8_t>(length)};
  frame.resize(frame.size() + bytes);
  if (bytes > 0) frame[5] = 1;
  return frame;
}
Config keyed() {
  Config config = plain_config();
  config.keys = {key_a};
  return config;
}
Config labelled() {
  Config config = plain_config();
  config.label = "blah";
  return config;
}

// What becomes of one accepted stream with these bytes, then a half close.
struct Outcome {
  Lines told;
  Lines orders;
  Drops drops;
  std::string reply;  // the text of an error reply, opened again
};
Outcome outcome(const Config& config, const Octets& bytes, std::size_t piece = SIZE_MAX) {
  Bench b{config};
  b.accept(1);
  for (std::size_t i = 0; i < bytes.size(); i += piece) {
    b.bytes(1, Bytes{bytes}.subspan(i, std::min(piece, bytes.size() - i)));
    if (piece == SIZE_MAX) break;
  }
  b.peer_finished(1);
  Outcome found{b.told(), b.poll(), b.drops(), {}};
  if (!b.written.empty()) {
    // What a dialer with the same configuration makes of it.
    Bench dialer{config};
    dialer.script->open(1, peer);
    dialer.poll();
    dialer.session.on_stream_opened(at(0s), StreamId{1});
    dialer.session.on_stream_bytes(at(0s), StreamId{1}, *b.written[0]);
    const Lines heard = dialer.told();
    found.reply = heard.size() == 2 ? heard[1] : "unreadable";
  }
  return found;
}

TEST(StreamIn, AnyStackInAnyPieces) {
  for (const bool label : {false, true}) {
    for (const int sealed : {0, 1, 2}) {
      for (const bool packed : {false, true}) {
        Config config = label ? labelled() : plain_config();
        if (sealed > 0) config.keys = {key_b, key_a};
        config.protocol_version = sealed == 1 ? 1 : 2;
        const Octets message = push_pull("some state");
        const Octets bytes = dialed(config, packed ? compressed(message) : message);
        for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, SIZE_MAX}) {
          const Outcome found = outcome(config, bytes, piece);
          EXPECT_EQ(found.told, Lines{"stream join 1 some state" + from});
          EXPECT_EQ(found.drops, Drops{});
          EXPECT_EQ(found.orders, Lines{});  // it is the machine's now
        }
        // Cut in two, everywhere.
        for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
          Bench b{config};
          b.accept(1);
          b.bytes(1, Bytes{bytes}.first(cut));
          EXPECT_EQ(b.told(), Lines{}) << cut;
          b.bytes(1, Bytes{bytes}.subspan(cut));
          EXPECT_EQ(b.told(), Lines{"stream join 1 some state" + from}) << cut;
        }
        // Ended, everywhere: no message, no reply, one reason.
        for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
          const Outcome found = outcome(
              config, Octets(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(cut)));
          EXPECT_EQ(found.told, Lines{}) << cut;
          EXPECT_EQ(found.orders, Lines{"close 1"}) << cut;
          EXPECT_EQ(found.drops, (Drops{{"stream_drop_truncated", 1}})) << cut;
        }
      }
    }
  }
}

TEST(StreamIn, NothingAtAllIsNoOffence) {
  const Outcome found = outcome(labelled(), {});
  EXPECT_EQ(found.orders, Lines{"close 1"});
  EXPECT_EQ(found.drops, Drops{});
}

TEST(StreamIn, FromElsewhereIsReset) {
  Config config = plain_config();
  config.allowed = {*Prefix::parse("10.1.0.0/16")};
  Bench b{config};
  b.accept(1);
  EXPECT_EQ(b.poll(), Lines{"reset 1"});
  EXPECT_EQ(b.drops(), (Drops{{"stream_drop_source", 1}}));
  config.filter_sources = false;
  EXPECT_EQ(outcome(config, ping(1)).drops, Drops{});
}

TEST(StreamIn, AWrongLabelIsClosedWithoutAWord) {
  Config skip = labelled();
  skip.skip_inbound_label_check = true;
  const Octets good = ping(1);
  const std::vector<std::pair<Config, Octets>> refused{
      {plain_config(), joined({label_blah, good})},
      {plain_config(), {0xf4, 0, 1}},
      {labelled(), good},
      {labelled(), joined({{0xf4, 4, 'b', 'l', 'o', 'b'}, good})},
      {skip, joined({label_blah, good})}};
  for (const auto& [config, bytes] : refused) {
    const Outcome found = outcome(config, bytes);
    EXPECT_EQ(found.told, Lines{});
    EXPECT_EQ(found.orders, Lines{"close 1"});
    EXPECT_EQ(found.drops, (Drops{{"stream_drop_label", 1}}));
  }
  EXPECT_EQ(outcome(skip, good).told, Lines{"stream ping 1 b" + from});
  // A second label is a message of a type that does not exist.
  EXPECT_EQ(outcome(labelled(), joined({label_blah, label_blah, good})).drops,
            (Drops{{"stream_drop_type", 1}}));
}

TEST(StreamIn, TypesThatStreamsDoNotCarryAreClosedWithoutAWord) {
  for (int type = 0; type < 256; ++type) {
    if (type == 0 || type == 6 || type == 8 || type == 9 || type == 10 || type == 0xf4) continue;
    const Outcome found = outcome(plain_config(), {static_cast<std::uint8_t>(type), 0x80});
    EXPECT_EQ(found.told, Lines{}) << type;
    EXPECT_EQ(found.orders, Lines{"close 1"}) << type;
    EXPECT_EQ(found.drops, (Drops{{"stream_drop_type", 1}})) << type;
  }
}

TEST(StreamIn, WhatCannotBeUnwrappedIsAnswered) {
  Config open = keyed();
  open.verify_incoming = false;
  Config other_key = plain_config();
  other_key.keys = {key_b};
  const std::string mismatch = "stream error encryption mismatch";
  const std::string packing = "stream error bad compression";
  const std::string unauthentic = "stream_drop_unauthentic";
  const std::string compression = "stream_drop_compression";
  struct Case {
    const char* what;
    Config config;
    Octets bytes;
    std::string reply, reason;
  };
  const std::vector<Case> cases{
      {"sealed, no keys", plain_config(), dialed(keyed(), ping(1)), mismatch, unauthentic},
      {"one byte is enough", plain_config(), {0x0a}, mismatch, unauthentic},
      {"plain, must be sealed", keyed(), ping(1), mismatch, unauthentic},
      {"wrong key", keyed(), dialed(other_key, ping(1)), mismatch, unauthentic},
      {"wrong key, open", open, dialed(other_key, ping(1)), mismatch, unauthentic},
      {"frame of nothing", keyed(), frame_of(0, 0), mismatch, unauthentic},
      {"frame of 1", keyed(), frame_of(1, 1), mismatch, unauthentic},
      {"frame of 28", keyed(), frame_of(28, 28), mismatch, unauthentic},
      {"sealed nothing", keyed(), dialed(keyed(), {}), mismatch, unauthentic},
      {"frame too long", keyed(), frame_of((20 << 20) + 1, 1), "stream error too large",
       "stream_drop_limit"},
      {"frame of 4 GiB", keyed(), frame_of(0xffffffff, 1), "stream error too large",
       "stream_drop_limit"},
      {"compressed around sealed", keyed(), compressed(dialed(keyed(), ping(1))), mismatch,
       unauthentic},
      {"no map", plain_config(), {9, 0xc1}, packing, compression},
      {"algorithm 1", plain_config(),
       encoded(wire::Compressed{.algorithm = 1, .packed = octets_of("x")}), packing, compression},
      {"empty Buf", plain_config(), encoded(wire::Compressed{.algorithm = 0, .packed = {}}),
       packing, compression},
      {"not LZW", plain_config(),
       encoded(wire::Compressed{.algorithm = 0, .packed = Octets{255, 255, 255}}), packing,
       compression},
      {"packed nothing", plain_config(), compressed({}), "stream error empty message", compression},
      {"packed nothing, sealed", keyed(), dialed(keyed(), compressed({})),
       "stream error empty message", compression},
  };
  for (const Case& it : cases) {
    for (const bool compress_replies : {false, true}) {
      Config config = it.config;
      config.compression = compress_replies;
      for (const std::size_t piece : {std::size_t{1}, SIZE_MAX}) {
        const Outcome found = outcome(config, it.bytes, piece);
        EXPECT_EQ(found.told, Lines{}) << it.what;
        EXPECT_EQ(found.reply, it.reply) << it.what;
        EXPECT_EQ(found.drops, (Drops{{it.reason, 1}})) << it.what;
        EXPECT_EQ(found.orders, Lines{"write 1"}) << it.what;  // closed when that is out
      }
    }
  }
}

TEST(StreamIn, AnErrorReplyIsSealedWithOurOwnKeyAndCarriesNoLabel) {
  Config config = labelled();
  config.keys = {key_a};
  Bench b{config};
  b.accept(1);
  b.bytes(1, joined({label_blah, ping(1)}));
  EXPECT_EQ(b.poll(), Lines{"write 1"});
  ASSERT_EQ(b.written.size(), 1u);
  EXPECT_EQ(b.written[0]->front(), 0x0a);
  EXPECT_EQ(b.entropy.draws, 1u);
  b.bytes(1, ping(2));  // too late
  b.session.on_stream_written(at(1s), StreamId{1 | StreamId::incoming_bit});
  EXPECT_EQ(b.poll(), Lines{"close 1"});
  EXPECT_EQ(b.session.streams(), 0u);
  EXPECT_EQ(b.told(), Lines{});
  EXPECT_EQ(b.facts.lines, Lines{"warning stream_dropped reason=unauthentic from=10.0.0.9:5555"});
}

TEST(StreamIn, OnlyOneLayerOfEach) {
  EXPECT_EQ(outcome(plain_config(), compressed(compressed(ping(1)))).drops,
            (Drops{{"stream_drop_type", 1}}));
  EXPECT_EQ(outcome(keyed(), dialed(keyed(), dialed(keyed(), ping(1)))).drops,
            (Drops{{"stream_drop_type", 1}}));
  EXPECT_EQ(outcome(keyed(), dialed(keyed(), compressed(ping(1)))).told,
            Lines{"stream ping 1 b" + from});
}

TEST(StreamIn, WhatIsWrongInsideIsClosedWithoutAWord) {
  const auto silent = [](const Octets& bytes, const std::string& reason) {
    const Outcome found = outcome(plain_config(), bytes);
    EXPECT_EQ(found.told, Lines{});
    EXPECT_EQ(found.orders, Lines{"close 1"});
    EXPECT_EQ(found.drops, (Drops{{reason, 1}}));
  };
  silent({6, 0xc1}, "stream_drop_malformed");
  silent(encoded(wire::UserHeader{.length = -1}), "stream_drop_limit");
  silent(encoded(wire::UserHeader{.length = (20 << 20) + 1}), "stream_drop_limit");
  silent(encoded(wire::PushPullHeader{.nodes = (1 << 20) + 1}), "stream_drop_limit");
  Octets cut = compressed(user("hello"));
  cut.resize(cut.size() - 1);
  silent(cut, "stream_drop_truncated");
  Octets short_user = user("hello");
  short_user.pop_back();
  silent(compressed(short_user), "stream_drop_truncated");
}

TEST(StreamIn, OneMessageAndNoMore) {
  Bench b{plain_config()};
  b.accept(1);
  b.bytes(1, joined({user("one"), user("two")}));
  b.bytes(1, user("three"));
  EXPECT_EQ(b.told(), Lines{"stream user one" + from});
  b.peer_finished(1);
  EXPECT_EQ(b.poll(), Lines{});
  EXPECT_EQ(b.drops(), Drops{});
}

TEST(StreamIn, TheLargestMessagesPass) {
  const Outcome found = outcome(plain_config(), user(std::string(20 << 20, 'x')), 64 << 10);
  EXPECT_EQ(found.told, Lines{"stream user 20971520*x" + from});
}

TEST(StreamIn, ALzwBombIsStoppedAtItsLimit) {
  Octets fits(40 << 20, std::uint8_t{0});
  fits[0] = 0x63;
  EXPECT_EQ(outcome(plain_config(), compressed(fits)).drops, (Drops{{"stream_drop_type", 1}}));
  fits.push_back(0);
  const Outcome found = outcome(plain_config(), compressed(fits));
  EXPECT_EQ(found.drops, (Drops{{"stream_drop_limit", 1}}));
  EXPECT_EQ(found.reply, "stream error too large");
}

}  // namespace
}  // namespace gossipod::session
