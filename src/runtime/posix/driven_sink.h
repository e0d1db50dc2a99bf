// DrivenSink: a sink whose link is somebody else's: it gets its turns from this loop, and its data
// from there.
//
// Threads: the loop's.
#pragma once

#include <gossipod/link.h>

#include <cstdint>

#include "runtime/posix/turnable.h"

namespace gossipod::runtime {

class LoopCore;

class DrivenSink final : public Turnable {
 public:
  DrivenSink(LoopCore& core, Sink& sink, std::uint32_t slot)
      : core_{&core}, sink_{&sink}, slot_{slot} {}

  void turn(TimePoint now) override;
  [[nodiscard]] TimePoint due() const override { return sink_->next_deadline(); }
  void detach() override;
  [[nodiscard]] Sink* sink() const override { return sink_; }
  [[nodiscard]] std::uint32_t slot() const override { return slot_; }

 private:
  LoopCore* core_;  // null: detached
  Sink* sink_;
  std::uint32_t slot_;
};

}  // namespace gossipod::runtime
