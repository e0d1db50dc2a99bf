// Bad and odd input, through one whole member: what memberlist did with it, ours does too, and
// counts it under one reason. Where ours does something else on purpose: deviations.h.
#include <gtest/gtest.h>

#include <string>

#include "golden/deviations.h"
#include "golden/golden_node.h"
#include "golden/reasons.h"
#include "golden/said.h"
#include "wire/codec.h"
#include "wire/lzw.h"
#include "wire/stream_reader.h"

namespace gossipod::golden {
namespace {

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

template <std::size_t N, std::size_t M>
std::string reason_for(const Json& one, const Reason (&by_name)[N], const Reason (&by_log)[M]) {
  const std::string name = one["name"];
  for (const Reason& row : by_name) {
    if (name.starts_with(row.text)) return std::string{row.counter};
  }
  const std::string log = one["result"].value("log", Json::array()).dump();
  for (const Reason& row : by_log) {
    if (log.find(row.text) != std::string::npos) return std::string{row.counter};
  }
  return "none known";
}

// Under the counter where it belongs.
void compare_reason(const Happened& found, const std::string& outcome, const std::string& reason) {
  if (outcome != "dropped" && outcome != "error-reply") return;
  EXPECT_EQ(found.drops.size() == 1 ? found.drops.begin()->first : "none or several", reason);
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
    compare_reason(found, result["outcome"],
                   reason_for(one, packet_reasons_by_name, packet_reasons_by_log));
    EXPECT_TRUE(found.sent.empty());
  }
  EXPECT_EQ(file["packets"].size(), 444u);
  EXPECT_EQ(deviations, std::size(packet_deviations));
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
  const Said ours = opened(config, found.replies[0]);
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
    compare_reason(found, result["outcome"],
                   reason_for(one, stream_reasons_by_name, stream_reasons_by_log));
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
