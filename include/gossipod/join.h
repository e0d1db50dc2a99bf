// Joining: what may be asked of a join, and what it achieved.
#pragma once

#include <gossipod/error.h>
#include <gossipod/time.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace gossipod::inline v0 {

struct JoinOptions {
  // A seed that has not answered by then counts as timed_out, but may still.
  Duration longest = std::chrono::seconds{10};
  // Asked to stop, by any thread, the join returns at once: a seed that has not answered by then
  // counts as cancelled. One that was being asked may still answer, others are not asked any more.
  std::stop_token cancel{};
  // How many addresses are asked at the same time (or host names looked up); at least 1.
  std::size_t at_once = 8;
};

// What a join achieved, seed by seed, in the order given. All addresses of a host name are asked;
// the seed has answered when one of them has, and the others go on in the background.
struct JoinReport {
  struct Seed {
    std::string address;         // as given
    std::optional<Error> error;  // none: it answered, and both know all that the other knew
  };
  std::vector<Seed> seeds;
  [[nodiscard]] std::size_t contacted() const {
    std::size_t count = 0;
    for (const Seed& seed : seeds) count += seed.error ? 0 : 1;
    return count;
  }
};

}  // namespace gossipod::inline v0
