#include "base/text.h"

#include <gossipod/limits.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace gossipod {

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  const bool cut = text.size() > limits::shown_bytes_max;
  for (const char c : text.substr(0, limits::shown_bytes_max)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\' || c == '"') {
      out += {'\\', c};
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte > 0x7e) {
      out += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    } else {
      out += c;
    }
  }
  if (cut) out += "...";
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  append_escaped(out, text);
  out += '"';
  return out;
}

std::string to_text(Duration duration) {
  struct Unit {
    Duration::rep nanoseconds;
    const char* name;
  };
  constexpr std::array<Unit, 3> units{{{1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "us"}}};
  const Duration::rep count = duration.count();
  for (const Unit& unit : units) {
    if (count % unit.nanoseconds == 0) return std::to_string(count / unit.nanoseconds) + unit.name;
  }
  return std::to_string(count) + "ns";
}

void write_line_to_stderr(std::string line) {
  line += '\n';
  // There is nobody to tell if stderr is closed.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace gossipod
