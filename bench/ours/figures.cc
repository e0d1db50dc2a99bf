#include "figures.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace gossipod::bench {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') out += '\\';
    out += static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter;
  }
  return out + '"';
}

}  // namespace

void Figures::spread(std::string_view name, std::vector<double> values) {
  if (values.empty()) return;
  std::sort(values.begin(), values.end());
  const std::string base{name};
  const std::size_t last = values.size() - 1;
  set(base + "_p50", values[last / 2]);
  set(base + "_p99", values[last * 99 / 100]);
  set(base + "_max", values[last]);
}

void Figures::print() const {
  std::string line = "{";
  const auto add = [&](std::string_view name, std::string_view value) {
    if (line.size() > 1) line += ", ";
    line += quoted(name);
    line += ": ";
    line += value;
  };
  for (const auto& [name, text] : notes_) add(name, quoted(text));
  for (const auto& [name, value] : values_) {
    char number[64];
    std::snprintf(number, sizeof number, "%.9g", value);
    add(name, number);
  }
  std::puts((line + "}").c_str());
  std::fflush(stdout);
}

void give_up(std::string_view kind, std::string_view reason) {
  Figures figures;
  figures.note(kind, reason);
  figures.print();
  std::_Exit(0);
}

}  // namespace gossipod::bench
