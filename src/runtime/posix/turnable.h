// Turnable: what has deadlines on a loop: a link with its sink, or a sink alone.
//
// Threads: the loop's. Kept alive by whoever calls it, for its owner may go in the middle of that.
#pragma once

#include <gossipod/link.h>
#include <gossipod/time.h>

#include <cstdint>
#include <memory>

namespace gossipod::runtime {

class Turnable : public std::enable_shared_from_this<Turnable> {
 public:
  virtual ~Turnable() = default;
  virtual void turn(TimePoint now) = 0;
  [[nodiscard]] virtual TimePoint due() const = 0;  // when a turn is
  virtual void detach() = 0;                        // nothing is called any more
  [[nodiscard]] virtual Sink* sink() const = 0;     // null: detached
  [[nodiscard]] virtual std::uint32_t slot() const = 0;
};

}  // namespace gossipod::runtime
