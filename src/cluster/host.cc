#include <gossipod/gossipod.h>
#include <gossipod/limits.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cluster/check_config.h"
#include "cluster/gossipod_impl.h"
#include "cluster/leave_alone.h"
#include "cluster/private_loop.h"

namespace gossipod::inline v0 {

namespace {

// One loop with its thread.
class Lane {
 public:
  explicit Lane(std::shared_ptr<cluster::LoopContext> context)
      : context_{std::move(context)}, thread_{std::make_unique<cluster::LoopThread>(context_)} {}
  ~Lane() {
    if (context_->forked()) {  // as for Gossipod::Impl
      cluster::leave_alone(std::move(thread_));
      cluster::leave_alone(std::move(context_));
      return;
    }
    std::vector<std::shared_ptr<cluster::NodeCore>> nodes;
    thread_->stop([&] {
      const std::vector<cluster::NodeCore*> running = context_->nodes();
      for (cluster::NodeCore* node : running) {
        nodes.push_back(node->shared_from_this());
        node->close();
      }
    });
    for (const auto& node : nodes) node->stop_handler();
  }
  [[nodiscard]] const std::shared_ptr<cluster::LoopContext>& context() const { return context_; }

 private:
  std::shared_ptr<cluster::LoopContext> context_;
  std::unique_ptr<cluster::LoopThread> thread_;
};

}  // namespace

class Host::Impl {
 public:
  Result<void> add_lane(Body body) {
    auto made = cluster::make_private_loop(body);
    if (!made) return made.error();
    auto context = cluster::LoopContext::of(made->loop);
    context->set_why(std::move(made->why));
    lanes_.push_back(std::make_unique<Lane>(std::move(context)));
    return {};
  }
  // For the next node: in turn, so that nodes that are started together are spread evenly.
  [[nodiscard]] const std::shared_ptr<cluster::LoopContext>& next_context() {
    return lanes_[next_.fetch_add(1, std::memory_order_relaxed) % lanes_.size()]->context();
  }

 private:
  std::vector<std::unique_ptr<Lane>> lanes_;  // not changed once the host has started
  std::atomic<std::size_t> next_{0};
};

Result<Host> Host::start(Body body) { return start(HostOptions{.body = body}); }

Result<Host> Host::start(const HostOptions& options) {
  if (options.threads == 0 || options.threads > limits::host_threads_max) {
    return Error{Errc::invalid_config, "threads",
                 std::to_string(options.threads) + "; must be 1 to " +
                     std::to_string(limits::host_threads_max)};
  }
  auto impl = std::make_unique<Impl>();
  for (std::size_t i = 0; i < options.threads; ++i) {
    if (auto added = impl->add_lane(options.body); !added) return added.error();
  }
  return Host{std::move(impl)};
}

Host::Host(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Host::Host(Host&&) noexcept = default;
Host& Host::operator=(Host&&) noexcept = default;
Host::~Host() = default;

Result<Gossipod> Host::start(const Config& config, Parts parts) {
  if (auto checked = cluster::check_config(config); !checked) return checked.error();
  if (parts.loop != nullptr) {
    return Error{Errc::invalid_config, "loop", "the node runs on the host's"};
  }
  return Gossipod::Impl::start(config, parts, impl_->next_context(), nullptr);
}

}  // namespace gossipod::inline v0
