#include "runtime/posix/driven_sink.h"

#include <utility>

#include "runtime/posix/loop_core.h"

namespace gossipod::runtime {

void DrivenSink::turn(TimePoint now) {
  if (sink_ == nullptr || core_->forked()) return;
  const auto self = shared_from_this();
  sink_->on_turn(now, true);
  if (core_ != nullptr) core_->schedule(*this);
}

void DrivenSink::detach() {
  if (core_ == nullptr) return;
  std::exchange(core_, nullptr)->forget(*this);
  sink_ = nullptr;
}

}  // namespace gossipod::runtime
