// Bad and odd input, through one whole member: what memberlist did with it, ours does too, and
// counts it under one reason. Where ours does something else on purpose, it is in the table below.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "envelope/envelope.h"
#include "golden/golden_node.h"
#include "session/key_face.h"
#include "wire/lzw.h"
#include "wire/stream_reader.h"

namespace gossipod::golden {
namespace {

// What the recording would say of ours: merged into the recorded result (null removes a key).
struct Deviation {
  const char* name;
  const char* patch;
  const char* reason;
};
constexpr const char* dropped = R"({"outcome": "dropped", "signals": null, "events": null,
                                    "members": null, "user_messages": null, "sent": null})";
constexpr const char* joined =
    R"({"outcome": "accepted", "events": ["join a"], "members": "a=alive/1 b=alive/1"})";
constexpr const char* answered = R"({"outcome": "error-reply"})";

constexpr Deviation packet_deviations[] = {
    {"compound-128-nacks", R"({"signals": 128})", "the recorder's channel held only four"},
    {"compound-nested-50", dropped, "nesting is bounded"},
    {"compressed-nested-10", dropped, "nesting is bounded"},
    {"compound-with-user", R"({"user_messages": ["6f6e65", "74776f", "7468726565"]})",
     "messages of one packet keep their order"},
    {"bomb-41943040", dropped, "a packet may not unpack to 40 MiB"},
    {"enc-v1-relabelled-v0", dropped, "padding is checked"},
    {"enc-v1-relabelled-v0-crash", dropped, "padding is checked"},
    {"enc-v0-padding-0", dropped, "padding is checked"},
    {"enc-v0-padding-17", dropped, "padding is checked"},
    {"enc-v0-padding-all", dropped, "padding is checked"},
    {"enc-v0-padding-33-of-32", dropped, "padding is checked"},
    {"enc-v0-padding-255", dropped, "padding is checked"},
    {"enc-v0-padding-not-uniform", dropped, "padding is checked"},
    {"enc-v0-padding-odd-length", dropped, "padding is checked"},
    {"alive-inc-0", dropped, "incarnation 0 is no claim, and makes no member"},
    {"alive-empty-name", dropped, "a member has a name"},
    {"alive-long-name", dropped, "names are bounded"},
    {"alive-long-meta", dropped, "metadata is bounded"},
    {"alive-addr-0-bytes", dropped, "an address has 4 or 16 bytes"},
    {"alive-addr-3-bytes", dropped, "an address has 4 or 16 bytes"},
    {"alive-addr-5-bytes", dropped, "an address has 4 or 16 bytes"},
    {"alive-addr-15-bytes", dropped, "an address has 4 or 16 bytes"},
    {"alive-addr-17-bytes", dropped, "an address has 4 or 16 bytes"},
    {"alive-mapped-conflict",
     R"({"outcome": "accepted", "events": ["update b"], "members": "a=alive/1 b=alive/9"})",
     "both forms of one address are equal"},
    {"alive-self-max", dropped, "an incarnation that could not be refuted again is not believed"},
    {"suspect-self-max", dropped, "an incarnation that could not be refuted again is not believed"},
    {"ack-unknown-seq", R"({"signals": 1})",
     "the recorder waited for 42 and got 43; ours for none"},
    {"indirect-target-nil", dropped, "an address has 4 or 16 bytes"},
};
constexpr Deviation stream_deviations[] = {
    {"frame-empty-plaintext", answered, "an empty message is an error, not a crash"},
    {"frame-v1-relabelled-v0", answered, "padding is checked: it does not open"},
    {"frame-v0-padding-255", answered, "padding is checked: it does not open"},
    {"pp-record-vsn-", joined, "missing versions are unknown ones"},
    {"pp-record-vsn-01", joined, "missing versions are unknown ones"},
    {"pp-record-vsn-010502", joined, "missing versions are unknown ones"},
    {"pp-record-vsn-0105020000", joined, "missing versions are unknown ones"},
    {"pp-empty-name", R"({"outcome": "partly", "events": null, "members": null})",
     "a member has a name"},
};

template <std::size_t size>
Json expected(const Json& one, const Deviation (&deviations)[size], std::size_t& used) {
  Json result = one["result"];
  for (const Deviation& deviation : deviations) {
    if (one["name"] != deviation.name) continue;
    result.merge_patch(Json::parse(deviation.patch));
    ++used;
  }
  return result;
}

Octets input(const Json& one) {
  if (!one.contains("generate")) return octets(one);
  Octets packed;
  EXPECT_TRUE(wire::lzw_pack(bytes(one["generate"]["compressed_message_of"]), packed));
  Octets message(packed.size() + 32);
  wire::Writer writer{message};
  encode(writer, wire::Compressed{.algorithm = 0, .packed = packed});
  message.resize(writer.size());
  EXPECT_EQ(sha256(message), one["sha256"].get<std::string>());
  return message;
}

// The recorder named what an ack carried, too.
std::size_t count_of(const Json& signals) {
  if (signals.is_number()) return signals.get<std::size_t>();
  return signals.size();
}

// What happened to members, users and probes.
void compare(const Happened& found, const Json& result) {
  EXPECT_EQ(found.events, result.value("events", Json::array()));
  EXPECT_EQ(found.user_messages, result.value("user_messages", Json::array()));
  EXPECT_EQ(found.signals.size(), count_of(result.value("signals", Json::array())));
  if (result.contains("members")) {
    EXPECT_EQ(found.members, result["members"].get<std::string>());
  } else {
    EXPECT_FALSE(found.members_changed) << found.members;
  }
}

// Dropped: for one reason. Accepted: for none.
void count_drops(const Happened& found, const std::string& outcome) {
  if (outcome == "dropped" || outcome == "error-reply") {
    EXPECT_EQ(found.drops.size(), 1u) << Json(found.drops);
  } else if (outcome == "accepted") {
    EXPECT_TRUE(found.drops.empty()) << Json(found.drops);
  } else if (outcome == "ignored") {
    EXPECT_LE(found.drops.size(), 1u) << Json(found.drops);
  }
}

TEST(Reject, Packets) {
  const Json file = load("reject.json");
  std::size_t deviations = 0;
  for (const Json& one : file["packets"]) {
    SCOPED_TRACE(one["name"].get<std::string>() + " " + one["result"].dump());
    const Json result = expected(one, packet_deviations, deviations);
    GoldenNode a{one["config"], "a"};
    a.know_b();
    const Happened found = a.packet(input(one));
    compare(found, result);
    count_drops(found, result["outcome"]);
    EXPECT_TRUE(found.sent.empty());
  }
  EXPECT_EQ(file["packets"].size(), 444u);
  EXPECT_EQ(deviations, std::size(packet_deviations));
}

// The reply without its seal, and what was around it: "sealed ", "compressed ", then the type.
struct Reply {
  std::string form;
  Octets message;
};
Reply opened(const Config& config, const Octets& reply) {
  envelope::Envelope envelope{envelope::settings_from(config, false),
                              session::keyring_from(config)};
  Reply found{"", reply};
  if (reply.at(0) == 0x0a) {
    EXPECT_TRUE(
        envelope.open_stream(Bytes{reply}.first(5), Bytes{reply}.subspan(5), found.message));
    found.form = "sealed ";
  }
  if (found.message.at(0) == 9) {
    wire::Reader reader{Bytes{found.message}.subspan(1)};
    wire::Compressed compressed;
    EXPECT_TRUE(decode(reader, compressed));
    Octets plain;
    EXPECT_EQ(wire::lzw_unpack(compressed.packed, plain, 1 << 20), wire::LzwError::none);
    found.message = plain;
    found.form += "compressed ";
  }
  found.form += std::to_string(found.message.at(0));
  return found;
}

void compare_replies(const Config& config, const Happened& found, const Json& result) {
  if (!result.contains("reply_hex") && result["outcome"] != "error-reply") {
    EXPECT_TRUE(found.replies.empty());
    return;
  }
  ASSERT_EQ(found.replies.size(), 1u);
  if (result["outcome"] != "error-reply") {
    EXPECT_EQ(to_hex(found.replies[0]), result["reply_hex"].get<std::string>());
    return;
  }
  // Our texts say less: so only the form is the same.
  const Reply ours = opened(config, found.replies[0]);
  if (result.contains("reply_hex")) {
    EXPECT_EQ(ours.form, opened(config, unhex(result["reply_hex"].get<std::string>())).form);
  }
  wire::StreamReader reader;
  ASSERT_EQ(reader.read(ours.message), wire::StreamReader::Status::message);
  const auto* error = std::get_if<wire::ErrorReply>(&reader.message());
  ASSERT_NE(error, nullptr);
  EXPECT_FALSE(error->text.empty());
  EXPECT_LT(error->text.size(), 32u);
}

TEST(Reject, Streams) {
  const Json file = load("reject.json");
  std::size_t deviations = 0;
  for (const Json& one : file["streams"]) {
    SCOPED_TRACE(one["name"].get<std::string>() + " " + one["result"].dump());
    const Json result = expected(one, stream_deviations, deviations);
    GoldenNode b{one["config"], "b"};
    const Octets recorded = unhex(result.value("reply_hex", ""));
    if (!recorded.empty() && recorded[0] == 0x0a) b.nonce(Bytes{recorded}.subspan(6, 12));
    const Happened found = b.stream(input(one));
    compare(found, result);
    count_drops(found, result["outcome"]);
    compare_replies(GoldenNode::config_from(one["config"], "b"), found, result);
    EXPECT_TRUE(found.closed);
    EXPECT_EQ(b.merged(), result.value("merged_user_state", Json::array()));
  }
  EXPECT_EQ(file["streams"].size(), 117u);
  EXPECT_EQ(deviations, std::size(stream_deviations));
}

TEST(Reject, PacketsCutShort) {
  const Json file = load("reject.json");
  for (const Json& one : file["packet_cuts"]) {
    const Octets whole = octets(one);
    for (const Json& range : one["lengths"]) {
      const std::string outcome = range["outcome"].get<std::string>();
      for (std::size_t size = range["from"]; size <= range["to"].get<std::size_t>(); ++size) {
        SCOPED_TRACE(one["name"].get<std::string>() + " " + std::to_string(size) + " " + outcome);
        GoldenNode a{Json::object(), "a"};
        a.know_b();
        const Happened found =
            a.packet(Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
        if (outcome.starts_with("dropped")) {
          compare(found, Json::object());
          count_drops(found, "dropped");
        } else {
          count_drops(found, outcome);
        }
      }
    }
  }
  EXPECT_EQ(file["packet_cuts"].size(), 8u);
}

TEST(Reject, StreamsCutShort) {
  const Json file = load("reject.json");
  for (const Json& one : file["stream_cuts"]) {
    const Octets whole = octets(one);
    for (const Json& range : one["lengths"]) {
      const std::string outcome = range["outcome"].get<std::string>();
      for (std::size_t size = range["from"]; size <= range["to"].get<std::size_t>(); ++size) {
        SCOPED_TRACE(one["name"].get<std::string>() + " " + std::to_string(size) + " " + outcome);
        GoldenNode b{Json::object(), "b"};
        const Happened found =
            b.stream(Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
        EXPECT_EQ(found.replies.size(), outcome.starts_with("accepted") ? 1u : 0u);
        EXPECT_EQ(found.drops.size(), outcome.starts_with("dropped") ? 1u : 0u);
        if (size < whole.size()) compare(found, Json::object());
      }
    }
  }
  EXPECT_EQ(file["stream_cuts"].size(), 1u);
}

}  // namespace
}  // namespace gossipod::golden
