// Said: what one side of a stream said, without what was around it.
#pragma once

#include <gossipod/config.h>

#include <string>
#include <vector>

#include "golden/vectors.h"

namespace gossipod::golden {

struct Said {
  std::string form;  // what was around it: "labelled ", "sealed ", "compressed ", then the type
  Octets message;    // plain
};
[[nodiscard]] Said opened(const Config& config, const Octets& said);

// The form and the content in words that do not depend on the order of records, nor on which of
// several encodings of a number was used.
[[nodiscard]] std::vector<std::string> words(const Config& config, const Octets& said);

}  // namespace gossipod::golden
