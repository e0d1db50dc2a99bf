#include "cli/line_buffer.h"

#include <utility>

namespace gossipod::cli {

void LineBuffer::add(std::string_view bytes) {
  if (skipping_) {
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    skipping_ = false;
  }
  pending_ += bytes;
  const auto last_end = pending_.rfind('\n');
  const std::size_t begun = last_end == std::string::npos ? 0 : last_end + 1;
  if (pending_.size() - begun > line_bytes_max_) {
    pending_.resize(begun);
    skipping_ = true;
    ++dropped_;
  }
}

std::optional<std::string> LineBuffer::next() {
  for (;;) {
    const auto end = pending_.find('\n');
    if (end == std::string::npos) return std::nullopt;
    std::string line = pending_.substr(0, end);
    pending_.erase(0, end + 1);
    if (line.size() <= line_bytes_max_) return line;
    ++dropped_;
  }
}

std::optional<std::string> LineBuffer::rest() {
  if (pending_.empty()) return std::nullopt;
  return std::exchange(pending_, {});
}

}  // namespace gossipod::cli
