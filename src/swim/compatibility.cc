#include "swim/compatibility.h"

#include <gossipod/limits.h>

#include <cstdint>

#include "swim/claim_checks.h"
#include "wire/codec.h"

namespace gossipod::swim {
namespace {

bool within(std::uint8_t least, std::uint8_t version, std::uint8_t most) {
  return least <= version && version <= most;
}

bool can_speak(const Versions& who, const Versions& what) {
  return within(who.protocol_min, what.protocol_current, who.protocol_max) &&
         within(who.delegate_min, what.delegate_current, who.delegate_max);
}

}  // namespace

std::optional<std::string> incompatible(const Versions& ours, const wire::PushPull& remote) {
  std::optional<std::string> odd_one;
  wire::Records records{remote};
  while (const auto record = records.next()) {
    const bool alive = record->state == static_cast<std::int64_t>(MemberState::alive);
    if (!alive || record->versions.size() < limits::versions_bytes) continue;
    const Versions theirs = versions_of(record->versions);
    if (can_speak(theirs, theirs) && can_speak(theirs, ours) && can_speak(ours, theirs)) {
      return std::nullopt;
    }
    if (!odd_one) odd_one = record->name;
  }
  return odd_one;
}

}  // namespace gossipod::swim
