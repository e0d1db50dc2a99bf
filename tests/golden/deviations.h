// Deviations: where gossipod does something else than what was recorded, on purpose. One row each:
// the case, the quirk of docs/parity.md it belongs to (if it is one), what our recording would say,
// merged into the recorded result (null removes a key), and why. Whatever is not here is the same.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <span>
#include <string>

#include "golden/vectors.h"

namespace gossipod::golden {

struct Deviation {
  const char* name;
  const char* quirk;  // "" : no quirk, but the recorder's own doing, or a bound of ours
  const char* patch;
  const char* reason;
};
inline constexpr const char* dropped = R"({"outcome": "dropped", "signals": null, "events": null,
                                    "members": null, "user_messages": null, "sent": null})";
inline constexpr const char* joined =
    R"({"outcome": "accepted", "events": ["join a"], "members": "a=alive/1 b=alive/1"})";
inline constexpr const char* answered = R"({"outcome": "error-reply"})";

// reject.json, packets
inline constexpr Deviation packet_deviations[] = {
    {"compound-128-nacks", "", R"({"signals": 128})", "the recorder's channel held only four"},
    {"compound-nested-50", "Q26", dropped, "nesting is bounded"},
    {"compressed-nested-10", "Q26", dropped, "nesting is bounded"},
    {"compound-with-user", "Q24", R"({"user_messages": ["6f6e65", "74776f", "7468726565"]})",
     "messages of one packet keep their order"},
    {"bomb-41943040", "Q26", dropped, "a packet may not unpack to 40 MiB"},
    {"enc-v1-relabelled-v0", "Q4", dropped, "padding is checked"},
    {"enc-v1-relabelled-v0-crash", "Q4", dropped, "padding is checked"},
    {"enc-v0-padding-0", "Q4", dropped, "padding is checked"},
    {"enc-v0-padding-17", "Q4", dropped, "padding is checked"},
    {"enc-v0-padding-all", "Q4", dropped, "padding is checked"},
    {"enc-v0-padding-33-of-32", "Q4", dropped, "padding is checked"},
    {"enc-v0-padding-255", "Q4", dropped, "padding is checked"},
    {"enc-v0-padding-not-uniform", "Q4", dropped, "padding is checked"},
    {"enc-v0-padding-odd-length", "Q4", dropped, "padding is checked"},
    {"alive-inc-0", "Q11", dropped, "incarnation 0 is no claim, and makes no member"},
    {"alive-empty-name", "Q31", dropped, "a member has a name"},
    {"alive-long-name", "Q31", dropped, "names are bounded"},
    {"alive-long-meta", "Q31", dropped, "metadata is bounded"},
    {"alive-addr-0-bytes", "Q31", dropped, "an address has 4 or 16 bytes"},
    {"alive-addr-3-bytes", "Q31", dropped, "an address has 4 or 16 bytes"},
    {"alive-addr-5-bytes", "Q31", dropped, "an address has 4 or 16 bytes"},
    {"alive-addr-15-bytes", "Q31", dropped, "an address has 4 or 16 bytes"},
    {"alive-addr-17-bytes", "Q31", dropped, "an address has 4 or 16 bytes"},
    {"alive-mapped-conflict", "Q13",
     R"({"outcome": "accepted", "events": ["update b"], "members": "a=alive/1 b=alive/9"})",
     "both forms of one address are equal"},
    {"alive-self-max", "Q3", dropped,
     "an incarnation that could not be refuted again is not believed"},
    {"suspect-self-max", "Q3", dropped,
     "an incarnation that could not be refuted again is not believed"},
    {"ack-unknown-seq", "", R"({"signals": 1})",
     "the recorder waited for 42 and got 43; ours for none"},
    {"indirect-target-nil", "Q31", dropped, "an address has 4 or 16 bytes"},
};

// reject.json, streams
inline constexpr Deviation stream_deviations[] = {
    {"frame-empty-plaintext", "Q5", answered, "an empty message is an error, not a crash"},
    {"frame-v1-relabelled-v0", "Q4", answered, "padding is checked: it does not open"},
    {"frame-v0-padding-255", "Q4", answered, "padding is checked: it does not open"},
    {"pp-record-vsn-", "Q12", joined, "missing versions are unknown ones"},
    {"pp-record-vsn-01", "Q12", joined, "missing versions are unknown ones"},
    {"pp-record-vsn-010502", "Q12", joined, "missing versions are unknown ones"},
    {"pp-record-vsn-0105020000", "Q12", joined, "missing versions are unknown ones"},
    {"pp-empty-name", "Q31", R"({"outcome": "partly", "events": null, "members": null})",
     "a member has a name"},
};

// packets.json, scenarios. What is sent is compared in words ("10.0.0.2:7946 crc 0383..."): these
// words of the recording are others in ours; "" stands for all of them.
struct OtherWords {
  const char* name;  // how it begins
  const char* quirk;
  const char* recorded;
  const char* ours;
  const char* reason;
};
inline constexpr OtherWords scenario_deviations[] = {
    {"gossip-similar-", "Q11", "6e6361726e6174696f6e00", "6e6361726e6174696f6e01",
     "nothing is known, and so nothing told, of a member at incarnation 0"},
    {"ip-named-node", "", " crc", "",
     "nobody is looked up by the text of an address; a checksum is the sender's to choose"},
    {"ack-reply-bad-source", "Q31", "?0a0000:7946", "10.0.0.9:5555",
     "an address that is none is not used; the datagram came from somewhere"},
    {"refute-suspect-0", "", "",
     "10.0.0.2:7946 crc "
     "0486a441646472a40a000001ab496e6361726e6174696f6e01a44d657461c0a44e6f6465a161"
     "a4506f7274cd1f0aa356736ea6010502000000",
     "whoever believes an old accusation has missed our answer: it is given again"},
    {"refute-suspect-4294967294", "Q3", "", nullptr,
     "an accusation at the end of the numbers is not believed"},
    {"refute-suspect-4294967295", "Q3", "", nullptr,
     "an accusation at the end of the numbers is not believed"},
};

// streams.json: records that others told and ours does not; so there is one member less in the end.
inline constexpr OtherWords exchange_deviations[] = {
    {"join-200-", "Q11", "ab496e6361726e6174696f6e00", "",
     "one of the two hundred was an entry at incarnation 0, dead from birth: no member for ours"},
};

// behaviour.json, broadcast_queue: cases that are not replayed.
inline constexpr OtherWords queue_deviations[] = {
    {"prune", "Q29", "", "",
     "nothing is thrown out of our queue: what is too much does not get in"},
};

// The result as it should be of ours; counts the rows that were used, so that none is left over.
inline Json expected(const Json& one, std::span<const Deviation> deviations, std::size_t& used) {
  Json result = one["result"];
  for (const Deviation& deviation : deviations) {
    if (one["name"] != deviation.name) continue;
    result.merge_patch(Json::parse(deviation.patch));
    ++used;
    EXPECT_EQ(one.value("quirk", deviation.quirk), deviation.quirk);
  }
  return result;
}

}  // namespace gossipod::golden
