#include "cli/version.h"

namespace gossipod::cli {

std::string version_text() {
  // Both come from CMake: it knows what was found, and what of it is compiled in.
  return "gossipod " GOSSIPOD_VERSION "\ntransports: " GOSSIPOD_TRANSPORTS
         "\nlibraries: " GOSSIPOD_LIBRARIES;
}

}  // namespace gossipod::cli
