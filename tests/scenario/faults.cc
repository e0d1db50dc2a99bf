#include "scenario/faults.h"

#include <array>
#include <sstream>
#include <utility>

namespace gossipod::sim::test {
namespace {

using Kind = Fault::Kind;
constexpr std::array<std::pair<Kind, std::string_view>, 10> kinds{{{Kind::loss, "loss"},
                                                                   {Kind::deaf, "deaf"},
                                                                   {Kind::half_deaf, "half_deaf"},
                                                                   {Kind::split, "split"},
                                                                   {Kind::delay, "delay"},
                                                                   {Kind::twice, "twice"},
                                                                   {Kind::flip, "flip"},
                                                                   {Kind::kill, "kill"},
                                                                   {Kind::restart, "restart"},
                                                                   {Kind::pause, "pause"}}};

std::optional<Fault> parse_fault(const std::string& text) {
  std::istringstream in{text};
  std::int64_t begin = 0;
  std::int64_t length = 0;
  char plus = 0;
  std::string name;
  Fault fault;
  if (!(in >> begin >> plus >> length >> name >> fault.first) || plus != '+') return std::nullopt;
  fault.begin = std::chrono::milliseconds{begin};
  fault.length = std::chrono::milliseconds{length};
  for (const auto& [kind, known] : kinds) {
    if (name != known) continue;
    fault.kind = kind;
    if (kind == Kind::delay && !(in >> fault.second)) return std::nullopt;
    return fault;
  }
  return std::nullopt;
}

}  // namespace

bool is_about_one(Kind kind) {
  return kind == Kind::kill || kind == Kind::restart || kind == Kind::pause || kind == Kind::deaf ||
         kind == Kind::half_deaf;
}

std::string to_text(const Faults& faults) {
  std::ostringstream out;
  for (const Fault& fault : faults) {
    if (&fault != faults.data()) out << "; ";
    out << fault.begin.count() << '+' << fault.length.count();
    for (const auto& [kind, name] : kinds) {
      if (kind == fault.kind) out << ' ' << name;
    }
    out << ' ' << fault.first;
    if (fault.kind == Kind::delay) out << ' ' << fault.second;
  }
  return out.str();
}

std::optional<Faults> parse_faults(std::string_view text) {
  Faults faults;
  std::istringstream in{std::string{text}};
  for (std::string one; std::getline(in, one, ';');) {
    const auto fault = parse_fault(one);
    if (!fault) return std::nullopt;
    faults.push_back(*fault);
  }
  return faults;
}

std::string to_text(const Telling& telling) {
  return std::to_string(telling.seed) + ": " + to_text(telling.faults);
}

std::optional<Telling> parse_telling(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  Telling telling;
  std::istringstream in{std::string{text.substr(0, colon)}};
  if (!(in >> telling.seed)) return std::nullopt;
  auto faults = parse_faults(text.substr(colon + 1));
  if (!faults) return std::nullopt;
  telling.faults = *std::move(faults);
  return telling;
}

}  // namespace gossipod::sim::test
