// Assertions: our own mistakes stop the program, in release builds too. What a caller could not
// have known is an Error (error.h); what a stranger sends is counted and dropped.
#pragma once

#include <gossipod/export.h>

namespace gossipod::inline v0 {
[[noreturn]] GOSSIPOD_EXPORT void assertion_failed(const char* condition, const char* file,
                                                   int line) noexcept;
}  // namespace gossipod::inline v0

#define GOSSIPOD_ASSERT(condition) \
  ((condition) ? void(0) : ::gossipod::assertion_failed(#condition, __FILE__, __LINE__))
