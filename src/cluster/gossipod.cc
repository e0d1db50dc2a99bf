#include <gossipod/gossipod.h>

#include <gossipod/assert.h>

#include <string>
#include <utility>

#include "cluster/check_config.h"
#include "cluster/gossipod_impl.h"
#include "cluster/private_loop.h"

namespace gossipod::inline v0 {

using cluster::NodeCore;

namespace {

// For the time of a call: another thread, or a handler, may destroy the Gossipod meanwhile. That
// ends the node, and so the call.
template <class Impl>
std::shared_ptr<Impl> held(const std::shared_ptr<Impl>& impl) {
  return impl;
}

}  // namespace

Result<Gossipod> Gossipod::start(const Config& config, Parts parts) {
  if (auto checked = cluster::check_config(config); !checked) return checked.error();
  if (parts.loop != nullptr) return Impl::start_on(config, parts);
  auto made = cluster::make_private_loop(config.body);
  if (!made) return made.error();
  auto context = cluster::LoopContext::of(made->loop);
  context->set_why(std::move(made->why));
  return Impl::start(config, parts, context, std::make_unique<cluster::LoopThread>(context));
}

Gossipod::Gossipod(std::shared_ptr<Impl> impl) : impl_{std::move(impl)} {}
Gossipod::Gossipod(Gossipod&&) noexcept = default;
Gossipod& Gossipod::operator=(Gossipod&& other) noexcept {
  Gossipod moved{std::move(other)};
  impl_.swap(moved.impl_);
  return *this;
}
Gossipod::~Gossipod() {
  if (impl_ != nullptr) impl_->stop();  // who still waits for it keeps the rest a little longer
}

void Gossipod::stop() { held(impl_)->stop(); }
bool Gossipod::is_running() const {
  return !impl_->forked() && impl_->core().published().running();
}

// --- Snapshots

Members Gossipod::members() const {
  return impl_->forked() ? Members{} : impl_->core().published().members();
}

Member Gossipod::local_member() const {
  if (impl_->forked()) return {};
  const cluster::Published& published = impl_->core().published();
  const Members members = published.members();
  const MemberEntry* self = MembersBuilder::at(members, published.self());
  GOSSIPOD_ASSERT(self != nullptr);  // we are in the first snapshot, and nobody forgets us
  return self->copy();
}

Endpoint Gossipod::local_endpoint() const { return local_member().endpoint; }
Stats Gossipod::stats() const { return impl_->core().published().stats(); }

Result<Members> Gossipod::wait_until(const std::function<bool(const Members&)>& holds,
                                     Duration longest) {
  return held(impl_)->wait_until(holds, longest);
}

// --- Joining and leaving

Result<JoinReport> Gossipod::join(std::initializer_list<std::string_view> seeds, Duration longest) {
  return join(seeds, JoinOptions{.longest = longest});
}

Result<JoinReport> Gossipod::join(std::span<const std::string> seeds, Duration longest) {
  return join(seeds, JoinOptions{.longest = longest});
}

Result<JoinReport> Gossipod::join(std::initializer_list<std::string_view> seeds,
                                  const JoinOptions& options) {
  const std::vector<std::string> copies{seeds.begin(), seeds.end()};
  return join(copies, options);
}

Result<JoinReport> Gossipod::join(std::span<const std::string> seeds, const JoinOptions& options) {
  return held(impl_)->join(seeds, options);
}

Result<void> Gossipod::leave(Duration longest) {
  return held(impl_)->tell(
      longest, [](NodeCore& core, NodeCore::Done done) { core.leave(std::move(done)); });
}

// --- Messages

Result<void> Gossipod::send(std::string_view member, std::string_view data) {
  return held(impl_)->tell(
      Impl::answer_longest,
      [name = std::string{member}, bytes = std::string{data}](NodeCore& core, NodeCore::Done done) {
        core.send(name, bytes, false, std::move(done));
      });
}

Result<void> Gossipod::send_reliable(std::string_view member, std::string_view data,
                                     Duration longest) {
  return held(impl_)->tell(longest, [name = std::string{member}, bytes = std::string{data}](
                                        NodeCore& core, NodeCore::Done done) {
    core.send(name, bytes, true, std::move(done));
  });
}

Result<void> Gossipod::send_to(const Endpoint& to, std::string_view data) {
  if (to.port == 0 || to.is_unspecified()) {
    return Error{Errc::invalid_address, to_string(to), "leads to nobody"};
  }
  return held(impl_)->tell(Impl::answer_longest,
                           [to, bytes = std::string{data}](NodeCore& core, NodeCore::Done done) {
                             core.send_to(to, bytes, std::move(done));
                           });
}

Result<void> Gossipod::remove(std::string_view member) {
  return held(impl_)->tell(Impl::answer_longest,
                           [name = std::string{member}](NodeCore& core, NodeCore::Done done) {
                             core.remove(name, std::move(done));
                           });
}

Result<void> Gossipod::broadcast(std::string_view data) {
  return held(impl_)->tell(Impl::answer_longest,
                           [bytes = std::string{data}](NodeCore& core, NodeCore::Done done) {
                             core.broadcast(bytes, std::move(done));
                           });
}

Result<void> Gossipod::set_metadata(std::string_view metadata, Duration longest) {
  return held(impl_)->tell(longest,
                           [bytes = std::string{metadata}](NodeCore& core, NodeCore::Done done) {
                             core.set_metadata(bytes, std::move(done));
                           });
}

Result<Duration> Gossipod::ping(std::string_view member) {
  return held(impl_)->ask<Duration>(
      Impl::answer_longest, [name = std::string{member}](NodeCore& core, NodeCore::Done done) {
        core.ping(name, std::move(done));
      });
}

// --- Events

std::optional<Event> Gossipod::next_event() {
  if (impl_->forked() || impl_->core().has_handler()) return std::nullopt;
  return impl_->core().events().pop();
}

std::optional<Event> Gossipod::next_event(Duration longest) {
  const auto impl = held(impl_);
  NodeCore& core = impl->core();
  if (impl->forked() || core.has_handler()) return std::nullopt;
  Loop& loop = impl->loop();
  if (!loop.turned_by_caller()) return core.events().pop(longest);
  loop.turn(Duration{0});  // it may have stood still, and its time with it
  const TimePoint until = loop.now() + cluster::bounded(longest);
  while (true) {
    if (auto event = core.events().pop()) return event;
    if (!core.published().running() || loop.now() >= until) return std::nullopt;
    loop.turn(until - loop.now());
  }
}

int Gossipod::event_descriptor() const {
  NodeCore& core = impl_->core();
  return impl_->forked() || core.has_handler() ? -1 : core.events().descriptor();
}

// --- Keys

Result<void> Gossipod::add_key(Bytes key) {
  return held(impl_)->change_keys(key, &session::Keys::add);
}
Result<void> Gossipod::use_key(Bytes key) {
  return held(impl_)->change_keys(key, &session::Keys::use);
}
Result<void> Gossipod::remove_key(Bytes key) {
  return held(impl_)->change_keys(key, &session::Keys::remove);
}

std::vector<std::vector<std::uint8_t>> Gossipod::keys() const {
  using List = std::vector<std::vector<std::uint8_t>>;
  auto list = held(impl_)->ask<List>(
      Impl::answer_longest, [](NodeCore& core, const std::function<void(Result<List>)>& done) {
        const session::Keys* keys = core.keys();
        done(keys != nullptr ? keys->list() : List{});
      });
  return list ? *std::move(list) : List{};
}

}  // namespace gossipod::inline v0
