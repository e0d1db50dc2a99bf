#include <gossipod/virtual.h>

#include <gossipod/assert.h>
#include <gossipod/limits.h>

#include <memory>
#include <utility>

#include "base/rng.h"
#include "runtime/virtual/connections.h"
#include "runtime/virtual/world.h"

namespace gossipod::inline v0 {
namespace {

using runtime::LinkRef;
using runtime::World;

// Holds the world, so that a link may outlive its loop.
class VirtualLink final : public Link {
 public:
  VirtualLink(std::shared_ptr<World> world, LinkRef self, const Endpoint& local)
      : world_{std::move(world)}, self_{self}, local_{local} {}
  ~VirtualLink() override { world_->detach(self_); }
  VirtualLink(const VirtualLink&) = delete;
  VirtualLink& operator=(const VirtualLink&) = delete;

  [[nodiscard]] Endpoint local() const override { return local_; }
  [[nodiscard]] std::size_t datagram_bytes_max() const override { return limits::udp_payload_max; }
  [[nodiscard]] bool secured() const override { return false; }
  [[nodiscard]] bool sends_from_local() const override { return !local().is_unspecified(); }

  std::size_t send(std::span<const TxDatagram> batch) override {
    return world_->send(self_, batch);
  }

  void open(StreamId stream, const Peer& to) override {
    world_->connections().open(self_, stream, to.endpoint);
  }
  void write(StreamId stream, SharedBytes bytes) override {
    world_->connections().write(self_, stream, std::move(bytes));
  }
  void finish(StreamId stream) override { world_->connections().finish(self_, stream); }
  void close(StreamId stream) override { world_->connections().close(self_, stream); }
  void reset(StreamId stream) override { world_->connections().reset(self_, stream); }
  void pause(StreamId stream, bool paused) override {
    world_->connections().pause(self_, stream, paused);
  }

 private:
  std::shared_ptr<World> world_;
  LinkRef self_;
  Endpoint local_;
};

class VirtualTurns final : public Loop::Turns {
 public:
  VirtualTurns(std::shared_ptr<World> world, LinkRef self)
      : world_{std::move(world)}, self_{self} {}
  ~VirtualTurns() override { world_->detach(self_); }
  VirtualTurns(const VirtualTurns&) = delete;
  VirtualTurns& operator=(const VirtualTurns&) = delete;

 private:
  std::shared_ptr<World> world_;
  LinkRef self_;
};

class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed) : rng_{seed} {}

  void fill(MutableBytes out) noexcept override {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (i % sizeof word == 0) word = rng_.next();
      out[i] = static_cast<std::uint8_t>(word);
      word >>= 8;
    }
  }

 private:
  Rng rng_;
};

}  // namespace

struct VirtualLoop::Impl {
  explicit Impl(const VirtualOptions& options)
      : world{std::make_shared<World>(options)}, entropy{~options.seed} {}

  std::shared_ptr<World> world;
  SeededEntropy entropy;
};

VirtualLoop::VirtualLoop(const VirtualOptions& options) : impl_{std::make_unique<Impl>(options)} {}

// A task may own a link, and links hold the world that holds the tasks.
VirtualLoop::~VirtualLoop() { impl_->world->drop_tasks(); }

Result<std::unique_ptr<Link>> VirtualLoop::attach(const LinkOptions& options, Sink& sink) {
  const auto attached = impl_->world->attach(options, sink);
  if (!attached) return attached.error();
  const Endpoint local = impl_->world->port(*attached)->local;
  return std::unique_ptr<Link>{std::make_unique<VirtualLink>(impl_->world, *attached, local)};
}

// On an address that is nobody's: 100::/64 is for what is to be discarded (RFC 6666).
std::unique_ptr<Loop::Turns> VirtualLoop::drive(Sink& sink) {
  LinkOptions nowhere;
  nowhere.bind.ip[0] = 1;
  const auto attached = impl_->world->attach(nowhere, sink);
  GOSSIPOD_ASSERT(attached);  // tens of thousands of ports there
  return std::make_unique<VirtualTurns>(impl_->world, *attached);
}

TimePoint VirtualLoop::now() const { return impl_->world->now(); }
void VirtualLoop::turn(Duration longest) { impl_->world->turn(longest); }
void VirtualLoop::post(std::function<void()> task) { impl_->world->post(std::move(task)); }
void VirtualLoop::reschedule(Sink& sink) { impl_->world->reschedule(sink); }

Result<void> VirtualLoop::watch(int, Interest, std::function<void(Interest)>) {
  return Error{Errc::unsupported, "watch", "no descriptor is readable in virtual time"};
}
void VirtualLoop::unwatch(int) {}
bool VirtualLoop::can_watch() const { return false; }

Entropy& VirtualLoop::entropy() { return impl_->entropy; }
bool VirtualLoop::turned_by_caller() const { return true; }
std::string_view VirtualLoop::body() const { return "virtual"; }

void VirtualLoop::run_for(Duration span) {
  const TimePoint until = now() + span;
  while (now() < until) turn(until - now());
}

void VirtualLoop::set_conditions(const VirtualConditions& conditions) {
  impl_->world->weather().set_conditions(conditions);
}
void VirtualLoop::cut(const Endpoint& from, const Endpoint& to) {
  impl_->world->weather().cut(from, to);
}
void VirtualLoop::cut_datagrams(const Endpoint& from, const Endpoint& to) {
  impl_->world->weather().cut_datagrams(from, to);
}
void VirtualLoop::cut_both_ways(const Endpoint& one, const Endpoint& other) {
  cut(one, other);
  cut(other, one);
}
void VirtualLoop::heal(const Endpoint& from, const Endpoint& to) {
  impl_->world->weather().heal(from, to);
}
void VirtualLoop::set_group(const Endpoint& member, std::uint32_t group) {
  impl_->world->weather().set_group(member, group);
}
void VirtualLoop::heal_all() { impl_->world->weather().heal_all(); }
void VirtualLoop::stall(const Endpoint& member, Duration span) {
  impl_->world->stall(member, span);
}
void VirtualLoop::kill(const Endpoint& member) { impl_->world->kill(member); }

std::uint64_t VirtualLoop::trace_hash() const { return impl_->world->trace().hash(); }
const VirtualTally& VirtualLoop::tally() const { return impl_->world->tally(); }

}  // namespace gossipod::inline v0
