// Text in and out: what people type, and bytes of strangers made fit to show.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/error.h>
#include <gossipod/time.h>

#include <string>
#include <string_view>
#include <utility>

namespace gossipod::cli {

[[nodiscard]] bool is_utf8(std::string_view bytes);
[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] std::string to_base64(Bytes bytes);

// For a terminal: control characters, and all that is not UTF-8, become \xNN, so that nobody's
// name or metadata can move the cursor or forge a line.
[[nodiscard]] std::string escaped(std::string_view bytes);

// 64 bit FNV-1a in hex: names a message that is too long to show.
[[nodiscard]] std::string digest(std::string_view bytes);

// "200ms", "1s", "1.5s", "2m", "1h"; invalid_config with `field` for anything else.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text, std::string_view field);

// The first word and the rest, both without blanks around them.
[[nodiscard]] std::pair<std::string_view, std::string_view> split_word(std::string_view text);

}  // namespace gossipod::cli
