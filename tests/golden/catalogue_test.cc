// The catalogue of malformed input, through one whole member: everything has exactly the verdict
// that the table says, and the member goes on.
#include "golden/catalogue.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "envelope/envelope.h"
#include "golden/catalogue_kinds.h"
#include "golden/catalogue_node.h"
#include "session/key_face.h"

namespace gossipod::golden::catalogue {
namespace {

constexpr const char* with_key = R"({"keys": ["000102030405060708090a0b0c0d0e0f"]})";

// Where a datagram goes is in `sent_to`, if that is asked.
void check_packets(const std::vector<Row>& rows, bool told_where = false) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name + " " + row.verdict);
    CatalogueNode a{Json::object(), "a"};
    a.know_b();
    const Happened found = a.packet(row.input);
    EXPECT_EQ(a.verdict(), row.verdict);
    if (told_where) {
      EXPECT_EQ(found.sent_to,
                row.name.empty() ? std::vector<std::string>{} : std::vector<std::string>{row.name});
    }
  }
}

TEST(Catalogue, AliveClaims) { check_packets(alive_rows()); }
TEST(Catalogue, Suspicions) { check_packets(accusation_rows<wire::Suspect>("claims_suspect")); }
TEST(Catalogue, Deaths) { check_packets(accusation_rows<wire::Dead>("claims_dead")); }
TEST(Catalogue, AnswersThatNobodyWaitsFor) { check_packets(answer_rows()); }
TEST(Catalogue, Pings) { check_packets(ping_rows(), true); }
TEST(Catalogue, PingsForOthers) { check_packets(indirect_ping_rows(), true); }
TEST(Catalogue, PartsOfCompounds) { check_packets(compound_rows()); }

TEST(Catalogue, AnAckCountsOnce) {
  CatalogueNode a{Json::object(), "a"};
  a.know_b();
  const SequenceNumber sequence = a.ping_b();
  const Octets ack =
      encoded(wire::Ack{.sequence = sequence, .payload = as_bytes(long_text).first(60'000)});
  a.packet(ack);
  EXPECT_EQ(a.verdict(), "acks_received");
  a.packet(ack);
  EXPECT_EQ(a.verdict(), "drop_unexpected acks_received");
  const SequenceNumber another = a.ping_b();
  a.pass(std::chrono::seconds{1});
  a.packet(encoded(wire::Ack{.sequence = another}));
  EXPECT_EQ(a.verdict(), "drop_unexpected acks_received");  // too late
}

TEST(Catalogue, EveryVersionOfEncryptionButOurs) {
  const Json keyed = Json::parse(with_key);
  Json open = keyed;
  open["verify_incoming"] = false;
  const Config config = GoldenNode::config_from(keyed, "b");
  envelope::Envelope envelope{envelope::settings_from(config, false),
                              session::keyring_from(config)};
  const Octets claim = encoded(newcomer());
  Octets frame(limits::headroom + claim.size() + limits::tailroom);
  std::ranges::copy(claim, envelope.room(frame).begin());
  const Bytes wrapped = envelope.wrap(frame, claim.size(), false, envelope::Nonce{1, 2, 3});
  Octets sealed{wrapped.begin(), wrapped.end()};
  for (int version = 1; version < 256; ++version) {
    SCOPED_TRACE(version);
    sealed[0] = static_cast<std::uint8_t>(version);
    CatalogueNode a{keyed, "a"};
    EXPECT_EQ(a.packet(sealed).members_changed, version == 1);
    EXPECT_EQ(a.verdict(), version == 1      ? "claims_alive"
                           : version == 0xf4 ? "drop_label"
                                             : "drop_unauthentic");
    // Where plain text is taken too, it may be anything, but no claim.
    CatalogueNode b{open, "a"};
    EXPECT_EQ(b.packet(sealed).members_changed, version == 1);
    EXPECT_EQ(b.verdict().find(' '), std::string::npos) << b.verdict();
  }
}

Octets cut(const Octets& whole, std::size_t size) {
  return {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
}

TEST(Catalogue, PacketsOfEachKindCutAnywhereOrOfWrongTypes) {
  std::size_t tried = 0;
  const auto malformed = [&](const Octets& packet) {
    CatalogueNode a{Json::object(), "a"};
    a.know_b();
    const Happened found = a.packet(packet);
    EXPECT_EQ(a.verdict(), "drop_malformed") << to_hex(packet);
    EXPECT_TRUE(found.sent.empty() && !found.members_changed);
    ++tried;
  };
  for (const Kind& kind : packet_kinds()) {
    SCOPED_TRACE(kind.name);
    for (std::size_t size = 0; size < kind.body.size(); ++size) {
      malformed(kind.head + cut(kind.body, size));
    }
    for (const Octets& body : wrong_types(kind)) malformed(kind.head + body);
  }
  EXPECT_GT(tried, 500u);
}

TEST(Catalogue, StreamsOfEachKindCutAnywhereOrOfWrongTypes) {
  std::size_t tried = 0;
  const auto refused = [&](const Octets& stream, const std::string& verdict) {
    CatalogueNode a{Json::object(), "a"};
    a.know_b();
    const Happened found = a.stream(stream);
    EXPECT_EQ(a.verdict(), verdict) << to_hex(stream);
    EXPECT_TRUE(found.closed && !found.members_changed);
    ++tried;
  };
  for (const Kind& kind : stream_kinds()) {
    SCOPED_TRACE(kind.name);
    for (std::size_t size = 0; size < kind.body.size(); ++size) {
      refused(kind.head + cut(kind.body, size), "stream_drop_truncated");
    }
    const bool packed = kind.name == "compressed";
    for (const Octets& body : wrong_types(kind)) {
      refused(kind.head + body, packed ? "stream_drop_compression" : "stream_drop_malformed");
    }
  }
  EXPECT_GT(tried, 300u);
}

// What comes back where we dialed: an error, cut and of wrong types, and what is no answer at all.
TEST(Catalogue, ErrorRepliesCutAnywhereOrOfWrongTypes) {
  const auto answered = [](const Octets& answer) {
    CatalogueNode a{Json::object(), "a"};
    const auto join = [](swim::Node& node, TimePoint now) {
      node.join(now, 1, Peer{*Endpoint::from_ip("10.0.0.2", 7946), "b"});
    };
    const Happened found = a.dial(join, answer);
    EXPECT_TRUE(found.done && found.failed);
    return a.verdict();
  };
  const Octets error = encoded(wire::ErrorReply{.text = "no"});
  EXPECT_EQ(answered(error), "");
  for (std::size_t size = 1; size < error.size(); ++size) {
    EXPECT_EQ(answered(cut(error, size)), "stream_drop_truncated") << size;
  }
  for (const Octets& body : wrong_types({"error", {13}, {}, {}, {"Error"}, {}})) {
    EXPECT_EQ(answered(Octets{13} + body), "stream_drop_malformed") << to_hex(body);
  }
  CatalogueNode a{Json::object(), "a"};
  EXPECT_TRUE(a.stream(error).closed);  // nobody dials us to say that
  EXPECT_EQ(a.verdict(), "stream_drop_type");
}

// --- Streams

TEST(Catalogue, PushPulls) {
  for (const Row& row : push_pull_rows()) {
    SCOPED_TRACE(row.name + " " + row.verdict);
    CatalogueNode a{Json::object(), "a"};
    a.stream(row.input);
    EXPECT_EQ(a.verdict(), row.verdict);
  }
}

TEST(Catalogue, AByteASecondIsTooSlow) {
  const std::vector<std::pair<std::string, Octets>> never_done{
      {"table", encoded(wire::PushPullHeader{.nodes = 5}) + Octets(64, std::uint8_t{0x80})},
      {"label", octets("f4 ff") + Octets(64, std::uint8_t{'x'})},
      {"user message", encoded(wire::UserHeader{.length = 1000}) + Octets(64, std::uint8_t{1})},
      {"compressed",
       octets("09 82 a4 'Algo' 00 a3 'Buf' c6 00010000") + Octets(64, std::uint8_t{1})},
      {"ping", octets("00 81 a4 'Node' da ffff") + Octets(64, std::uint8_t{'a'})}};
  for (const auto& [name, bytes] : never_done) {
    SCOPED_TRACE(name);
    const Json config = name == "label" ? Json{{"label", std::string(255, 'x')}} : Json::object();
    CatalogueNode a{config, "a"};
    EXPECT_EQ(a.drip(bytes), 10u);  // stream_timeout
    EXPECT_EQ(a.verdict(), "stream_drop_deadline");
  }
  CatalogueNode keyed{Json::parse(with_key), "a"};
  EXPECT_EQ(keyed.drip(octets("0a 01400000") + Octets(64, std::uint8_t{1})), 10u);
  EXPECT_EQ(keyed.verdict(), "stream_drop_deadline");
}

TEST(Catalogue, DataWithoutEndIsCutOff) {
  const Octets records = wire::repeated(record("c", ip_c, MemberState::alive, 1), 10'000);
  const Octets noise(1 << 20, std::uint8_t{1});
  struct Endless {
    std::string name;
    Octets head, block;
    std::string verdict;
  };
  const std::vector<Endless> all{
      {"records", encoded(wire::PushPullHeader{.nodes = 1 << 20}), records, "stream_drop_limit"},
      {"text", octets("00 81 a4 'Node' db ffffffff"), noise, "stream_drop_limit"},
      {"packed", octets("09 82 a4 'Algo' 00 a3 'Buf' c6 ffffffff"), noise, "stream_drop_limit"},
      {"maps", octets("00"), Octets(1 << 20, std::uint8_t{0x81}), "stream_drop_malformed"},
      {"items", octets("00 dd ffffffff"), noise, "stream_drop_limit"},
      {"anything", octets("77"), noise, "stream_drop_type"}};
  for (const Endless& it : all) {
    SCOPED_TRACE(it.name);
    CatalogueNode a{Json::object(), "a"};
    EXPECT_LE(a.flood(it.head, it.block), limits::stream_inflated_max + 2 * it.block.size());
    EXPECT_EQ(a.verdict(), it.verdict);
  }
}

TEST(Catalogue, TwoHundredPushPullsAtOnceAreAllAnswered) {
  CatalogueNode a{Json::object(), "a"};
  EXPECT_EQ(a.crowd(200, push_pull(record("c", ip_c, MemberState::alive, 1))), 200u);
  EXPECT_EQ(a.verdict(), "claims_alive claims_stale*199");
}

}  // namespace
}  // namespace gossipod::golden::catalogue
