#include "scenario/excuses.h"

#include "swim/formulas.h"

namespace gossipod::sim::test {
namespace {

using Kind = Fault::Kind;
using std::chrono::milliseconds;

// Who decided it, if that was told: others of the same half only pass it on.
std::size_t decided_by(const Heard& death) {
  return death.accuser.empty() ? death.by : std::stoul(death.accuser.substr(1));
}

}  // namespace

bool Excuses::excuse(const Heard& death, std::size_t whom) const {
  for (const Fault& fault : faults) {
    if (death.at < start + fault.begin) continue;
    const bool one = fault.first == whom;
    if (fault.kind == Kind::kill && one) return true;
    const auto within = [&](milliseconds settled_after) {
      const bool settled = fault.length >= settled_after;
      return death.at <= start + fault.end() + (settled ? milliseconds{0} : longest_suspicion);
    };
    if (fault.kind == Kind::pause && one && !paused_stay && within(removed_after)) return true;
    if (fault.kind != Kind::split || !within(forgotten_after)) continue;
    if ((decided_by(death) < fault.first) != (whom < fault.first)) return true;
  }
  return false;
}

milliseconds longest_suspicion(const Config& config, std::size_t members) {
  const Duration low =
      swim::suspicion_low(config.suspicion_multiplier, members, config.probing_interval);
  return std::chrono::ceil<milliseconds>(low * config.suspicion_max_multiplier);
}

}  // namespace gossipod::sim::test
