// Text for people: what strangers wrote is escaped, so that no name, metadata or error text of a
// peer reaches a terminal or breaks a line of a log.
#pragma once

#include <gossipod/time.h>

#include <string>
#include <string_view>

namespace gossipod {

// Appends `text`, with a backslash before \ and ", and \n or \x1b for what is not printable ASCII.
// Longer texts than limits::shown_bytes_max are cut: a line of a log is bounded, whoever wrote what
// it quotes.
void append_escaped(std::string& out, std::string_view text);

// `text` in quotes, escaped.
[[nodiscard]] std::string quoted(std::string_view text);

// "500ms", "1s", "1500us": in the largest unit that needs no fraction.
[[nodiscard]] std::string to_text(Duration duration);

// One line to stderr in one call, so that lines of several threads do not mix.
void write_line_to_stderr(std::string line);

}  // namespace gossipod
