// What is watched while a path runs, and what everybody has to believe in the end.
#include <algorithm>
#include <utility>

#include "explorer/tongue.h"
#include "explorer/trio.h"

namespace gossipod::explorer {

Trio::Seen Trio::look(std::size_t who, std::size_t whom) const {
  const auto index = machines_[who]->find(name_of(whom));
  if (!index) return {};
  const swim::MemberView view = machines_[who]->member(*index);
  return {true, view.state, view.incarnation};
}

void Trio::watch(std::size_t who) {
  highest_[who] = std::max(highest_[who], look(who, who).incarnation);
  for (std::size_t whom = 0; whom < nodes; ++whom) {
    const Seen is = look(who, whom);
    const Seen was = std::exchange(seen_[who][whom], is);
    if (!is.known) continue;
    if (is.incarnation > highest_[whom]) fail("somebody else raised its incarnation", who, whom);
    if (!was.known) continue;  // what was forgotten begins anew
    if (is.incarnation < was.incarnation) fail("its incarnation fell", who, whom);
    const bool gone = was.state == MemberState::dead || was.state == MemberState::left;
    const bool back = is.state == MemberState::alive || is.state == MemberState::suspect;
    if (gone && back && is.incarnation <= was.incarnation) {
      fail("it returned without a new claim of its own", who, whom);
    }
  }
}

bool Trio::agreed() const {
  if (!held_.empty()) return false;
  for (std::size_t who = 0; who < nodes; ++who) {
    if (!machines_[who]) continue;
    for (std::size_t whom = 0; whom < nodes; ++whom) {
      const Seen seen = look(who, whom);
      const bool counted =
          seen.known && seen.state != MemberState::dead && seen.state != MemberState::left;
      const bool well = seen.known && seen.state == MemberState::alive;
      if (machines_[whom] ? !well : counted) return false;
    }
  }
  return true;
}

std::string Trio::beliefs() const {
  std::string text;
  for (std::size_t who = 0; who < nodes; ++who) {
    if (!machines_[who]) continue;
    text += std::string{text.empty() ? "" : "; "} + std::string{name_of(who)} + " sees";
    for (std::size_t whom = 0; whom < nodes; ++whom) {
      const Seen seen = look(who, whom);
      text += " " + std::string{name_of(whom)} + " ";
      text += seen.known ? std::string{gossipod::to_string(seen.state)} + "/" +
                               std::to_string(seen.incarnation.value())
                         : "not at all";
    }
  }
  return text;
}

void Trio::fail(std::string_view what, std::size_t who, std::size_t whom) {
  if (!outcome_.broken.empty()) return;
  outcome_.broken = std::string{name_of(whom)} + " in the eyes of " + std::string{name_of(who)} +
                    ": " + std::string{what} + ": " + beliefs();
}

}  // namespace gossipod::explorer
