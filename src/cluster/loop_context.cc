#include "cluster/loop_context.h"

#include <cstring>
#include <utility>

namespace gossipod::cluster {
namespace {

std::uint64_t draw(Loop& loop) {
  std::uint64_t word = 0;
  std::uint8_t bytes[sizeof word];
  loop.entropy().fill(bytes);
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

}  // namespace

LoopContext::LoopContext(std::shared_ptr<Loop> loop)
    : loop_{std::move(loop)}, pool_{std::make_shared<swim::IdentityPool>(draw(*loop_))} {}

std::shared_ptr<LoopContext> LoopContext::of(const std::shared_ptr<Loop>& loop) {
  if (auto known = std::static_pointer_cast<LoopContext>(loop->attachment().lock())) return known;
  auto made = std::make_shared<LoopContext>(loop);
  loop->attachment() = made;
  return made;
}

bool LoopContext::post(std::function<void()> task) {
  if (forked()) return false;
  const std::lock_guard lock{mutex_};
  if (ended_) return false;
  loop_->post(std::move(task));
  return true;
}

Error LoopContext::why_not() const {
  return {Errc::stopped,
          {},
          forked() ? "this process is a fork of the one that runs the node, and cannot do it"
                   : "the node no longer runs"};
}

void LoopContext::refuse_tasks() {
  const std::lock_guard lock{mutex_};
  ended_ = true;
}

std::uint64_t LoopContext::draw_seed() { return draw(*loop_); }

}  // namespace gossipod::cluster
