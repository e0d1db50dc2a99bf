// Sealed payloads, whole packets and whole streams of real members: we open them, and wrap the same
// bytes from what was inside.
#include "envelope/envelope.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "golden/fields.h"
#include "golden/vectors.h"
#include "wire/lzw.h"
#include "wire/packet_builder.h"

namespace gossipod::golden {
namespace {

using envelope::Cipher;
using envelope::Envelope;
using envelope::Keyring;
using envelope::Nonce;
using envelope::SealVersion;
using envelope::Settings;

std::string text(const Json& fields, const char* key) { return fields[key].get<std::string>(); }

Nonce nonce_of(Bytes from) {
  Nonce nonce{};
  std::ranges::copy(from.first(nonce.size()), nonce.begin());
  return nonce;
}

SealVersion version_of(unsigned protocol_version) {
  return protocol_version == 1 ? SealVersion::padded : SealVersion::plain;
}

TEST(Encryption, IsMemberlists) {
  const Json file = load("packets.json");
  for (const auto& one : file["encryption"]) {
    SCOPED_TRACE(text(one, "name"));
    const auto& fields = one["fields"];
    const Octets sealed = octets(one);
    const Octets plain = unhex(text(fields, "plaintext"));
    const Octets aad = unhex(text(fields, "aad"));
    const auto version = static_cast<SealVersion>(fields["version"].get<int>());
    Cipher cipher{unhex(text(fields, "key"))};

    Octets frame(envelope::sealed_size(version, plain.size()));
    std::ranges::copy(plain, frame.begin() + 13);
    EXPECT_EQ(
        cipher.seal(version, nonce_of(unhex(text(fields, "nonce"))), aad, {}, frame, plain.size()),
        sealed.size());
    EXPECT_EQ(to_hex(frame), to_hex(sealed));

    Octets opened(sealed.size());
    ASSERT_EQ(cipher.open(sealed, aad, {}, opened), plain.size());
    EXPECT_EQ(to_hex(Bytes{opened}.first(plain.size())), to_hex(plain));
  }
  EXPECT_EQ(file["encryption"].size(), 34u);
}

// The innermost layer: a message, or a compound of several.
Octets innermost(const Json& layers) {
  const auto& layer = layers.back();
  if (text(layer, "layer") == "message") return unhex(text(layer, "hex"));
  EXPECT_EQ(text(layer, "layer"), "compound");
  Octets out(limits::datagram_bytes_max);
  PacketBuilder builder{out};
  for (const auto& part : layer["parts"]) {
    EXPECT_TRUE(builder.add_encoded(unhex(part.get<std::string>())));
  }
  out.resize(builder.finish());
  return out;
}

// Compressed, if that makes it shorter: what goes into the envelope.
Octets squeezed(const Octets& plain) {
  Octets packed;
  EXPECT_TRUE(lzw_pack(plain, packed));
  const Compressed message{.algorithm = 0, .packed = packed};
  if (encoded_size(message) >= plain.size()) return plain;
  return encoded(message, plain.size()).value();
}

Nonce nonce_in(const Json& layers) {
  for (const auto& layer : layers) {
    if (text(layer, "layer") == "encryption") return nonce_of(unhex(text(layer, "nonce")));
  }
  return {};
}

TEST(Stacks, AreMemberlistsBothWays) {
  const Json file = load("packets.json");
  for (const auto& one : file["stacks"]) {
    SCOPED_TRACE(text(one, "name"));
    const auto& fields = one["fields"];
    const Octets packet = octets(one);
    Keyring keys;
    const Octets key = unhex(text(fields, "key"));
    EXPECT_TRUE(key.empty() || keys.add(key));
    Envelope envelope{
        Settings{.label = text(fields, "label"),
                 .seal_version = version_of(fields["protocol_version"].get<unsigned>())},
        std::move(keys)};
    const Octets message = innermost(fields["layers"]);
    const Octets plain = fields["compression"].get<bool>() ? squeezed(message) : message;
    const auto& pmax = fields["destination_pmax"];
    const bool crc = !pmax.is_null() && pmax.get<int>() >= 5;

    Octets frame(limits::packet_bytes);
    std::ranges::copy(plain, envelope.room(frame).begin());
    const Bytes wrapped = envelope.wrap(frame, plain.size(), crc, nonce_in(fields["layers"]));
    EXPECT_EQ(to_hex(wrapped), to_hex(packet));

    Octets datagram = packet;
    Octets scratch;
    Counters counters;
    Reporter reporter{nullptr, &counters};
    const auto unwrapped = envelope.unwrap(datagram, scratch, reporter);
    ASSERT_TRUE(unwrapped.has_value());
    EXPECT_EQ(to_hex(*unwrapped), to_hex(plain));
  }
  EXPECT_EQ(file["stacks"].size(), 224u);
}

// One side of a connection, as it was configured.
Envelope envelope_of(const Json& side) {
  Keyring keys;
  for (const auto& key : side["keys"]) EXPECT_TRUE(keys.add(unhex(key.get<std::string>())));
  return Envelope{Settings{.label = text(side, "label"),
                           .skip_inbound_label_check = side["skip_inbound_label_check"].get<bool>(),
                           .verify_incoming = side["verify_incoming"].get<bool>(),
                           .verify_outgoing = side["verify_outgoing"].get<bool>(),
                           .seal_version = version_of(side["protocol_version"].get<unsigned>())},
                  std::move(keys)};
}

bool knows(const Json& side, const Json& speaker) {
  const auto& keys = side["keys"];
  const std::string key = speaker["keys"][0].get<std::string>();
  return std::find(keys.begin(), keys.end(), key) != keys.end() &&
         text(side, "label") == text(speaker, "label");
}

// What was said, its label taken off; the listener opens it if it can, the speaker says it again.
// True if it was sealed.
bool check_said(const Json& fields, const Octets& said, bool dialer) {
  const Json& speaker = fields[dialer ? "dialer" : "acceptor"];
  const Json& listener = fields[dialer ? "acceptor" : "dialer"];
  Envelope from = envelope_of(speaker);
  Envelope to = envelope_of(listener);
  const std::size_t label =
      dialer && !text(speaker, "label").empty() ? 2 + text(speaker, "label").size() : 0;
  const Bytes body = Bytes{said}.subspan(label);
  if (body[0] != static_cast<std::uint8_t>(Type::encrypted)) {
    EXPECT_FALSE(from.seals());
    EXPECT_EQ(to_hex(from.wrap_stream(body, dialer, {})), to_hex(said));
    return false;
  }
  EXPECT_TRUE(from.seals());
  const Bytes header = body.first(5);
  const Bytes sealed = body.subspan(5);
  LargeBytes plain;
  EXPECT_EQ(to.open_stream(header, sealed, plain), knows(listener, speaker));
  EXPECT_TRUE(from.open_stream(header, sealed, plain));
  EXPECT_EQ(to_hex(from.wrap_stream(plain, dialer, nonce_of(sealed.subspan(1)))), to_hex(said));
  return true;
}

std::size_t check_streams(const Json& cases) {
  std::size_t sealed = 0;
  for (const auto& one : cases) {
    SCOPED_TRACE(text(one, "name"));
    const auto& fields = one["fields"];
    for (const bool dialer : {true, false}) {
      const std::string prefix = dialer ? "dialer_" : "acceptor_";
      if (!has_octets(one, prefix)) continue;
      const Octets said = octets(one, prefix);
      if (!said.empty()) sealed += check_said(fields, said, dialer) ? 1u : 0u;
    }
  }
  return sealed;
}

TEST(Streams, AreSealedAsMemberlistDoes) {
  const Json file = load("streams.json");
  EXPECT_EQ(check_streams(file["cases"]), 64u);
  EXPECT_EQ(check_streams(file["old_cases"]), 11u);
}

TEST(Streams, LabelsAreJudgedAsMemberlistDoes) {
  const Json file = load("streams.json");
  std::size_t refused = 0;
  for (const auto& one : file["cases"]) {
    const std::string name = text(one, "name");
    SCOPED_TRACE(name);
    const Octets said = octets(one, "dialer_");
    const Envelope acceptor = envelope_of(one["fields"]["acceptor"]);
    const bool wrong = name == "label-mismatch" || name == "label-unexpected" ||
                       name == "label-missing" || name == "label-double-skip";
    std::size_t header = 0;
    EXPECT_EQ(acceptor.check_stream_label(said, header),
              wrong ? Envelope::LabelCheck::refused : Envelope::LabelCheck::fine);
    refused += wrong ? 1u : 0u;
  }
  EXPECT_EQ(refused, 4u);
}

}  // namespace
}  // namespace gossipod::golden
