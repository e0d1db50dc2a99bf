// WhyPortable: why a loop is not the fast one.
#pragma once

#include <string>

namespace gossipod::cluster {

struct WhyPortable {
  std::string words;     // empty: it is the fast one, or the body was named
  bool refused = false;  // by this machine: somebody may want to change that
};

}  // namespace gossipod::cluster
