// Reasons: under which counter of ours each drop of the recordings belongs. The recorded log line
// says why the peer dropped it; ours counts that reason, and no other. What ours drops and the peer
// did not is named by its case.
#pragma once

#include <string_view>

namespace gossipod::golden {

struct Reason {
  std::string_view text;  // part of the recorded log, or the beginning of a case's name
  std::string_view counter;
};

// The first one that fits.
inline constexpr Reason packet_reasons_by_name[] = {
    {"compound-nested-50", "drop_nesting"},
    {"compressed-nested-10", "drop_nesting"},
    {"bomb-", "drop_budget"},
    {"one-byte-09", "drop_malformed"},  // what is around the packed bytes is a message like others
    {"compressed-type-only", "drop_malformed"},
    {"compressed-algo-256", "drop_malformed"},
    {"compressed-of-nothing", "drop_compression"},
    {"enc-short-v1-0", "drop_empty"},
    {"enc-v1-relabelled-v0", "drop_unauthentic"},
    {"enc-v0-padding-", "drop_unauthentic"},
    {"alive-conflict", "conflicts"},
    {"alive-self-other-addr", "conflicts"},
    {"alive-", "drop_invalid_claim"},
    {"suspect-self-max", "drop_invalid_claim"},
    {"indirect-target-nil", "drop_malformed"},
};
inline constexpr Reason packet_reasons_by_log[] = {
    {"Decrypt packet failed", "drop_unauthentic"},
    {"truncated messages", "drop_truncated_parts"},
    {"Failed to decompress payload", "drop_compression"},
    {"Failed to decode", "drop_malformed"},
    {"label", "drop_label"},
    {"missing message type byte", "drop_empty"},
    {"msg type (", "drop_type"},
    {"invalid checksum", "drop_crc"},
    {"unexpected node", "drop_wrong_node"},
};

inline constexpr Reason stream_reasons_by_name[] = {
    {"frame-empty-plaintext", "stream_drop_unauthentic"},
    {"frame-v1-relabelled-v0", "stream_drop_unauthentic"},
    {"frame-v0-padding-", "stream_drop_unauthentic"},
    {"frame-length-limit-plus-1", "stream_drop_limit"},
    {"frame-length-max", "stream_drop_limit"},
    {"frame-length-limit", "stream_drop_truncated"},
    {"frame-cut-", "stream_drop_truncated"},
    {"lzw-bomb-41943040", "stream_drop_type"},  // as large as allowed, and then no message
    {"lzw-bomb-", "stream_drop_limit"},
    {"lzw-twice", "stream_drop_type"},
    {"one-byte-0a", "stream_drop_unauthentic"},
    {"one-byte-f4", "stream_drop_truncated"},
    {"label-truncated", "stream_drop_truncated"},
    {"lzw-", "stream_drop_compression"},
};
inline constexpr Reason stream_reasons_by_log[] = {
    {"exceeds limit", "stream_drop_limit"}, {"only encoded map", "stream_drop_malformed"},
    {"EOF", "stream_drop_truncated"},       {"Received invalid msgType", "stream_drop_type"},
    {"label", "stream_drop_label"},         {"unexpected node", "stream_drop_wrong_node"},
    {"encrypt", "stream_drop_unauthentic"}, {"decrypt", "stream_drop_unauthentic"},
};

}  // namespace gossipod::golden
