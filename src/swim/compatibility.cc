#include "swim/compatibility.h"

#include <gossipod/limits.h>

#include <algorithm>

#include "swim/claim_checks.h"
#include "wire/codec.h"

namespace gossipod::swim {
namespace {

// The versions that all live members can speak.
struct Range {
  std::uint8_t low = 0;
  std::uint8_t high = 0xff;
  void narrow(std::uint8_t least, std::uint8_t most) {
    low = std::max(low, least);
    high = std::min(high, most);
  }
  [[nodiscard]] bool holds(std::uint8_t version) const { return low <= version && version <= high; }
};
struct Ranges {
  Range protocol, delegate;
  void narrow(const Versions& v) {
    protocol.narrow(v.protocol_min, v.protocol_max);
    delegate.narrow(v.delegate_min, v.delegate_max);
  }
  [[nodiscard]] bool hold(const Versions& v) const {
    return protocol.holds(v.protocol_current) && delegate.holds(v.delegate_current);
  }
};

// Only what lives and says what it speaks has a say: one forgotten entry without versions would
// otherwise end all exchanges of whoever remembers it.
std::optional<Versions> speaking(const wire::Record& record) {
  const bool alive = record.state == static_cast<std::int64_t>(MemberState::alive);
  if (!alive || record.versions.size() < limits::versions_bytes) return std::nullopt;
  return versions_of(record.versions);
}

// Each can speak what the other speaks.
bool understand_each_other(const Versions& one, const Versions& other) {
  Ranges both;
  both.narrow(one);
  both.narrow(other);
  return both.hold(one) && both.hold(other);
}

}  // namespace

std::optional<std::string> incompatible(const MemberTable& table, MemberIndex self,
                                        const wire::PushPull& remote) {
  Ranges ranges;
  std::optional<Versions> first;
  bool all_alike = true;
  const auto narrow = [&](const Versions& versions) {
    if (!first) first = versions;
    if (versions == *first && all_alike) return;
    if (all_alike) ranges.narrow(*first);
    all_alike = false;
    ranges.narrow(versions);
  };
  const auto understood = [&](const Versions& versions) {
    return understand_each_other(table[self].identity->versions(), versions);
  };
  const auto heard = [&](const wire::Record& record) {
    const auto versions = speaking(record);
    return versions && understood(*versions) ? versions : std::nullopt;
  };
  std::optional<std::string> stranger;
  bool any_heard = false;
  wire::Records records{remote};
  while (const auto record = records.next()) {
    if (const auto versions = heard(*record)) {
      any_heard = true;
      narrow(*versions);
    } else if (!stranger && speaking(*record)) {
      stranger = record->name;
    }
  }
  if (stranger && !any_heard) return stranger;
  for (const auto& [versions, speakers] : table.spoken()) {
    if (understood(versions)) narrow(versions);
  }
  // The usual case, and thousands need not be looked at twice.
  if (all_alike) {
    if (first) ranges.narrow(*first);
    if (!first || ranges.hold(*first)) return std::nullopt;
  }

  std::optional<std::string> odd_one;
  for (std::uint32_t place = 0; place < table.slots(); ++place) {
    const Row& row = table[MemberIndex{place}];
    if (!row.identity || !row.speaks() || !understood(row.identity->versions())) continue;
    if (!ranges.hold(row.identity->versions())) odd_one = row.identity->name();
  }
  wire::Records again{remote};
  while (const auto record = again.next()) {
    const auto versions = heard(*record);
    if (versions && !ranges.hold(*versions)) odd_one = record->name;
  }
  return odd_one;
}

}  // namespace gossipod::swim
