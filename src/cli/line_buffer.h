// LineBuffer: bytes in as a pipe gives them, lines out. A line that grows beyond the limit is
// dropped to its end, and counted.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gossipod::cli {

class LineBuffer {
 public:
  explicit LineBuffer(std::size_t line_bytes_max) : line_bytes_max_{line_bytes_max} {}
  void add(std::string_view bytes);
  // The next complete line, without its end.
  [[nodiscard]] std::optional<std::string> next();
  // What came after the last line end; at the end of the input it counts as a line.
  [[nodiscard]] std::optional<std::string> rest();
  [[nodiscard]] std::size_t dropped() const { return dropped_; }

 private:
  std::size_t line_bytes_max_;
  std::string pending_;
  bool skipping_ = false;
  std::size_t dropped_ = 0;
};

}  // namespace gossipod::cli
