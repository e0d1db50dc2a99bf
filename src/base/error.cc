#include <gossipod/error.h>

#include "base/text.h"

namespace gossipod::inline v0 {

std::string to_string(const Error& error) {
  std::string out;
  if (!error.field.empty()) {
    append_escaped(out, error.field);
    out += ": ";
  }
  // The detail is ours, and what it quotes of others is escaped already; but an error that came
  // from a peer is all the peer's.
  if (error.detail.empty()) {
    out += to_string(error.code);
  } else if (error.code == Errc::remote) {
    append_escaped(out, error.detail);
  } else {
    out += error.detail;
  }
  return out;
}

int report(const Error& error) {
  write_line_to_stderr("gossipod: " + to_string(error));
  return 1;
}

}  // namespace gossipod::inline v0
