// The body that this run of a test program is about. Tests on real sockets are written once; ctest
// runs them once for each body that was built (gossipod_test with BODIES), and says which by the
// environment's GOSSIPOD_TEST_BODY. Run by hand without it, it is the body that is taken by itself.
//
// body.cc has the program's main(): where the kernel does not let that body run, the program says
// what is missing, and ends with the code that ctest counts as skipped.
#pragma once

#include <gossipod/config.h>

#include <string>

namespace gossipod::test {

[[nodiscard]] Body body();
// What stats() says of a node on it.
[[nodiscard]] const std::string& body_name();

}  // namespace gossipod::test
