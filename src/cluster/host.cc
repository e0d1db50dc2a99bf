#include <gossipod/gossipod.h>

#include <utility>
#include <vector>

#include "cluster/check_config.h"
#include "cluster/gossipod_impl.h"
#include "cluster/leave_alone.h"
#include "cluster/private_loop.h"

namespace gossipod::inline v0 {

class Host::Impl {
 public:
  explicit Impl(std::shared_ptr<cluster::LoopContext> context)
      : context_{std::move(context)}, thread_{std::make_unique<cluster::LoopThread>(context_)} {}
  ~Impl() {
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

Result<Host> Host::start(Body body) {
  auto made = cluster::make_private_loop(body);
  if (!made) return made.error();
  auto context = cluster::LoopContext::of(made->loop);
  context->set_why(std::move(made->why));
  return Host{std::make_unique<Impl>(std::move(context))};
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
  return Gossipod::Impl::start(config, parts, impl_->context(), nullptr);
}

}  // namespace gossipod::inline v0
