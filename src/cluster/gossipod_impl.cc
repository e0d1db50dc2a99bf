#include "cluster/gossipod_impl.h"

#include <gossipod/assert.h>

#include <stop_token>

#include "cluster/join_operation.h"
#include "cluster/leave_alone.h"

namespace gossipod::inline v0 {
namespace {

using cluster::LoopContext;
using cluster::LoopThread;
using cluster::NodeCore;
using cluster::Waiter;

constexpr Duration forever = Duration::max();

}  // namespace

Result<Gossipod> Gossipod::Impl::start(const Config& config, const Parts& parts,
                                       const std::shared_ptr<LoopContext>& context,
                                       std::unique_ptr<LoopThread> thread) {
  auto waiter = std::make_shared<Waiter<Opened>>();
  // What is named here outlives the task: nobody returns before the waiter is set.
  const bool posted = context->post([&, waiter] {
    auto core = std::make_shared<NodeCore>(parts);
    auto opened = core->open(*context, config);
    waiter->set(opened ? Result<Opened>{Opened{context, std::move(core)}} : opened.error());
  });
  if (!posted) return context->why_not();
  cluster::wait_on(context->loop(), *waiter, forever);
  return finish_start(waiter->take(), std::move(thread));
}

Result<Gossipod> Gossipod::Impl::start_on(const Config& config, const Parts& parts) {
  auto waiter = std::make_shared<Waiter<Opened>>();
  // The context travels with the result: the loop's thread must not be its last owner.
  parts.loop->post([&, waiter] {
    auto context = LoopContext::of(parts.loop);
    auto core = std::make_shared<NodeCore>(parts);
    auto opened = core->open(*context, config);
    if (!opened) core = nullptr;
    const bool failed = !opened;
    waiter->set(failed ? Result<Opened>{opened.error()}
                       : Result<Opened>{Opened{std::move(context), std::move(core)}});
  });
  cluster::wait_on(*parts.loop, *waiter, forever);
  return finish_start(waiter->take(), nullptr);
}

Result<Gossipod> Gossipod::Impl::finish_start(Result<Opened> opened,
                                              std::unique_ptr<LoopThread> thread) {
  if (!opened) return opened.error();
  return Gossipod{std::shared_ptr<Impl>{new Impl{std::move(*opened), std::move(thread)}}};
}

bool Gossipod::Impl::post(std::function<void(NodeCore&)> command) {
  // A delegate or an observer that calls the node would wait for itself.
  GOSSIPOD_ASSERT(forked() || !context_->on_its_thread());
  return context_->post([core = core_, command = std::move(command)]() mutable {
    // The node ends here or with its face, and not when the loop gets to destroying its tasks.
    const auto held = std::move(core);
    command(*held);
  });
}

Result<void> Gossipod::Impl::tell(Duration longest,
                                  std::function<void(NodeCore&, NodeCore::Done)> command) {
  const auto result = ask<Duration>(longest, std::move(command));
  if (!result) return result.error();
  return {};
}

Result<void> Gossipod::Impl::change_keys(Bytes key, KeyChange change) {
  const std::vector<std::uint8_t> copy{key.begin(), key.end()};
  return tell(answer_longest, [copy, change](NodeCore& core, const NodeCore::Done& done) {
    session::Keys* keys = core.keys();
    if (keys == nullptr) return done(Error{Errc::stopped, {}, "the node no longer runs"});
    const auto changed = (keys->*change)(copy);
    done(changed ? Result<Duration>{Duration{}} : changed.error());
  });
}

// Keeps neither: it may be kept for as long as somebody's stop token.
std::function<void()> Gossipod::Impl::sweeper() const {
  return [weak = context_->weak_from_this(), core = core_->weak_from_this()] {
    const auto context = weak.lock();
    if (context == nullptr) return;
    context->post([core] {
      if (const auto held = core.lock()) held->sweep();
    });
  };
}

std::vector<cluster::Seed> Gossipod::Impl::parse(std::span<const std::string> seeds) const {
  std::vector<cluster::Seed> parsed;
  parsed.reserve(seeds.size());
  for (const std::string& seed : seeds) {
    parsed.push_back(cluster::parse_seed(seed, core_->bind_port()));
  }
  return parsed;
}

Result<JoinReport> Gossipod::Impl::join(std::span<const std::string> seeds,
                                        const JoinOptions& options) {
  if (forked()) return why_not();
  const auto waiter = std::make_shared<Waiter<JoinReport>>();
  const auto operation = std::make_shared<cluster::JoinOperation>(
      parse(seeds), options.at_once,
      [waiter](Result<JoinReport> outcome) { waiter->set(std::move(outcome)); });
  if (auto nonsense = operation->nonsense()) return *nonsense;
  const std::stop_callback cancel{options.cancel, [&] {
                                    operation->give_up(Errc::cancelled);
                                    sweeper()();  // and whoever turns the loop shall look
                                  }};
  if (!post([operation](NodeCore& core) { operation->start(core); })) {
    operation->give_up(Errc::stopped);
  }
  cluster::wait_on(loop(), *waiter, options.longest);
  if (operation->give_up(Errc::timed_out)) sweeper()();
  return waiter->take();
}

Result<Members> Gossipod::Impl::wait_until(const std::function<bool(const Members&)>& holds,
                                           Duration longest) {
  if (forked()) return why_not();
  GOSSIPOD_ASSERT(!context_->on_its_thread());
  const cluster::Published& published = core_->published();
  const bool turning = loop().turned_by_caller();
  if (turning) loop().turn(Duration{0});  // it may have stood still, and its time with it
  const Duration bounded = cluster::bounded(longest);
  const TimePoint until = turning ? loop().now() + bounded : TimePoint{};
  const auto until_here = std::chrono::steady_clock::now() + bounded;
  std::optional<std::uint64_t> seen;
  while (true) {
    if (!published.running()) return Error{Errc::stopped, {}, "the node no longer runs"};
    Members members = published.members();
    if (seen != members.epoch() && holds(members)) return members;
    seen = members.epoch();
    const bool late =
        turning ? loop().now() >= until : std::chrono::steady_clock::now() >= until_here;
    if (late) return Error{Errc::timed_out, {}, "the members are not as they should be"};
    if (turning) {
      loop().turn(until - loop().now());
    } else {
      published.await_change(members.epoch(), until_here);
    }
  }
}

// In a child after fork() nothing is ended: the thread to wait for does not exist here, and closing
// would tell the kernel about sockets, and a ring or an epoll set, that the parent goes on using.
// So what the node consists of is left as it is, for as long as the child lives.
Gossipod::Impl::~Impl() {
  if (!forked()) {
    stop();
    return;
  }
  cluster::leave_alone(std::move(core_));
  cluster::leave_alone(std::move(thread_));
  cluster::leave_alone(std::move(context_));
}

void Gossipod::Impl::stop() {
  if (forked()) return;
  if (context_->loop().turned_by_caller()) {
    core_->close();  // this is the loop's thread, and not within a turn of this node
  } else {
    auto waiter = std::make_shared<Waiter<void>>();
    const bool posted = context_->post([core = core_, waiter]() mutable {
      core->close();
      core = nullptr;
      waiter->set({});
    });
    if (posted) cluster::wait_on(context_->loop(), *waiter, forever);
  }
  core_->stop_handler();
  if (thread_ != nullptr) thread_->stop();
}

}  // namespace gossipod::inline v0
