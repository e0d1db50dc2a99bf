#include <gossipod/assert.h>

#include <cstdio>
#include <cstdlib>

namespace gossipod::inline v0 {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "gossipod: assertion failed: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace gossipod::inline v0
