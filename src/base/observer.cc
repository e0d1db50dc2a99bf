#include <gossipod/observer.h>

#include "base/text.h"

namespace gossipod::inline v0 {
namespace {

// Quotes only where a reader (or a program that splits lines at blanks) would be misled.
void append_value(std::string& out, std::string_view text) {
  if (!text.empty() && text.find_first_of(" =\"") == std::string_view::npos) {
    append_escaped(out, text);
  } else {
    out += quoted(text);
  }
}

}  // namespace

std::string to_string(const Fact& fact) {
  std::string out = to_string(fact.level);
  out += ' ';
  out += to_string(fact.id);
  for (const auto& [key, value] : fact.fields) {
    out += ' ';
    append_escaped(out, key);
    out += '=';
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      append_value(out, *text);
    } else if (const auto* natural = std::get_if<std::uint64_t>(&value)) {
      out += std::to_string(*natural);
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      out += std::to_string(*integer);
    }
  }
  return out;
}

void StderrObserver::on_fact(const Fact& fact) noexcept {
  if (fact.level >= level_) write_line_to_stderr("gossipod: " + to_string(fact));
}

}  // namespace gossipod::inline v0
