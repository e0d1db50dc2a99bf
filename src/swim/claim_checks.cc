#include "swim/claim_checks.h"

#include <gossipod/limits.h>

#include <algorithm>

namespace gossipod::swim {
namespace {

// memberlist ignores a claim whose range of protocol versions makes no sense.
bool versions_make_sense(Bytes bytes) {
  return bytes.size() < 3 || (bytes[0] != 0 && bytes[1] != 0 && bytes[0] <= bytes[1]);
}

}  // namespace

Versions versions_of(Bytes bytes) {
  if (bytes.size() < limits::versions_bytes) return {};
  return {bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]};
}

IdentityFields fields_of(const wire::Alive& claim) {
  return {.name = claim.node,
          .address = claim.address,
          .port = claim.port,
          .metadata = claim.metadata,
          .versions = versions_of(claim.versions)};
}

bool within_limits(const wire::Alive& claim) {
  return !claim.node.empty() && claim.node.size() <= limits::name_bytes_max &&
         claim.metadata.size() <= limits::metadata_bytes_max &&
         (claim.address.size() == 4 || claim.address.size() == 16) &&
         versions_make_sense(claim.versions);
}

bool within_limits(std::string_view accuser) { return accuser.size() <= limits::name_bytes_max; }

bool says_nothing_new(const wire::Alive& claim, const Identity& known, Incarnation incarnation) {
  return claim.incarnation <= incarnation && claim.port == known.endpoint().port &&
         std::ranges::equal(claim.address, known.address());
}

bool beyond_accusing(Incarnation claimed) { return claimed.value() >= limits::accused_below; }

bool beyond_living(Incarnation claimed) { return claimed.value() >= limits::alive_below; }

bool answerable(Incarnation claimed) { return !beyond_living(claimed.next()); }

Incarnation next_of_ours(Incarnation known) { return answerable(known) ? known.next() : known; }

}  // namespace gossipod::swim
