#include "cluster/node_core.h"

#include <gossipod/assert.h>
#include <gossipod/limits.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <utility>

#include "cluster/advertised.h"

namespace gossipod::cluster {
namespace {

Parts complete_parts(Parts parts) {
  if (parts.observer == nullptr) parts.observer = std::make_shared<StderrObserver>();
  parts.loop = nullptr;  // whoever runs on a loop must not keep it
  return parts;
}

// Seconds since 1970, by the wall clock: good until 2106, and below what is believed about us.
Incarnation clock_incarnation() {
  using std::chrono::seconds;
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const auto count = std::chrono::duration_cast<seconds>(since).count();
  constexpr std::int64_t most =
      std::numeric_limits<std::uint32_t>::max() - std::int64_t{limits::incarnation_guard} - 1;
  return Incarnation{static_cast<std::uint32_t>(std::clamp<std::int64_t>(count, 1, most))};
}

Error stopped() { return {Errc::stopped, {}, "the node no longer runs"}; }

}  // namespace

NodeCore::NodeCore(const Parts& parts)
    : parts_{complete_parts(parts)}, handled_{parts.handler != nullptr}, members_{nullptr} {}

NodeCore::~NodeCore() { GOSSIPOD_ASSERT(!session_); }

Result<void> NodeCore::open(LoopContext& context, const Config& config) {
  GOSSIPOD_ASSERT(context_ == nullptr && events_ == nullptr);
  Counters& counters = published_.counters();
  driver_.emplace(
      context.buffers(), counters, [this](TimePoint now) { publish(now); },
      runtime::DriverOptions{config.drain_before_judging});
  if (auto attached = attach(context, config); !attached) {
    abandon();
    return attached.error();
  }
  bind_port_ = link_->local().port;

  Config fitted = config;
  fitted.packet_bytes = std::min(config.packet_bytes, link_->datagram_bytes_max());
  if (!fitted.advertise && link_->local().is_unspecified()) {
    fitted.advertise = choose_advertised(link_->local(), own_addresses());
    if (!fitted.advertise) {
      abandon();
      return Error{Errc::invalid_config, "advertise",
                   "must be given: bound to all addresses, and none is fit to be told to others"};
    }
  }

  if (const Endpoint told = fitted.advertise.value_or(link_->local()); !config.allows(told)) {
    abandon();
    return Error{Errc::invalid_config, "allowed",
                 ip_to_string(told) + ", our own address, is in none of the networks"};
  }

  const TimePoint now = context.loop().now();
  swim::NodeContext node;
  node.seed = context.draw_seed();
  node.local = link_->local();
  node.sends_from_local = link_->sends_from_local();
  node.pool = context.pool();
  if (config.incarnation_from_clock) node.incarnation = clock_incarnation();
  node.delegate = delegate();
  node.observer = parts_.observer.get();
  node.counters = &counters;
  session::SessionContext around;
  around.entropy = &context.loop().entropy();
  around.scratch = &context.scratch();
  around.observer = parts_.observer.get();
  around.counters = &counters;
  around.link_secured = link_->secured();
  session_.emplace(fitted, around, swim::Node{fitted, node, now});
  driver_->join(*session_, *link_, fitted.packet_bytes);

  context_ = &context;
  context.nodes().push_back(this);
  events_ = std::make_shared<EventQueue>(config.event_queue_bytes);
  make_runner(context);
  lookups_.begin(context.loop(), config);
  names_.begin(context.loop(), config, [this](const std::vector<Seed>& names) { retry(names); });
  members_ = MembersBuilder{context.pool()};
  published_.set_self(session_->machine().self(), context.loop().body());
  published_.set_running(true);
  tell_started(now, config);
  publish(now);
  driver_->touch();
  context.loop().reschedule(*driver_);
  return {};
}

Result<void> NodeCore::attach(LoopContext& context, const Config& config) {
  const LinkOptions options{config.bind, config.socket_buffer_bytes};
  if (parts_.link_factory) turns_ = context.loop().drive(*driver_);
  auto link = parts_.link_factory ? parts_.link_factory(context.loop(), options, *driver_)
                                  : context.loop().attach(options, *driver_);
  if (!link) return link.error();
  if (*link == nullptr) return Error{Errc::invalid_config, "link_factory", "made no link"};
  link_ = std::move(*link);
  return {};
}

swim::Delegate* NodeCore::delegate() {
  if (parts_.user_broadcasts == nullptr) return parts_.delegate.get();
  bridge_.emplace(*parts_.user_broadcasts, parts_.delegate.get());
  return &*bridge_;
}

void NodeCore::make_runner(LoopContext& context) {
  if (!handled_) return;
  Executor executor = parts_.executor;
  if (!executor && context.loop().turned_by_caller()) {
    // Runs on the loop, so the loop is there.
    executor = [loop = &context.loop()](std::function<void()> task) {
      loop->post(std::move(task));
    };
  }
  if (!executor) executor = context.dispatcher().executor();
  // An observer is called on the loop's thread only.
  auto on_failure = [core = weak_from_this(), weak = context.weak_from_this()](std::string what) {
    const auto alive = weak.lock();
    if (alive == nullptr) return;
    alive->post([core, what = std::move(what)] {
      const auto node = core.lock();
      if (node == nullptr || node->context_ == nullptr) return;
      node->published_.counters().add(Counter::handler_exceptions);
      node->tell(node->context_->loop().now(), Fact::Level::error, Fact::Id::handler_failed,
                 {{"what", what}});
    });
  };
  runner_ = std::make_shared<HandlerRunner>(parts_.handler, events_, std::move(executor),
                                            std::move(on_failure));
}

void NodeCore::close() {
  if (context_ == nullptr) return;
  LoopContext& context = *std::exchange(context_, nullptr);
  published_.set_running(false);
  tell(context.loop().now(), Fact::Level::info, Fact::Id::stopped, {});
  driver_->part();
  abandon();
  members_ = MembersBuilder{nullptr};
  events_->close();
  std::erase(context.nodes(), this);
  names_.end();
  lookups_.end(stopped());
  for (auto& [operation, done] : std::exchange(operations_, {})) done(stopped());
  waits_.end(stopped());
}

void NodeCore::abandon() {
  link_.reset();  // before its sink
  turns_.reset();
  session_.reset();
  driver_.reset();
}

void NodeCore::stop_handler() {
  if (runner_ != nullptr) runner_->stop();
}

// --- Commands

template <class Command>
void NodeCore::command(Done done, Command command) {
  if (context_ == nullptr) return done(stopped());
  const swim::OperationId operation = ++last_operation_;
  operations_.emplace(operation, std::move(done));
  command(session_->machine(), context_->loop().now(), operation);
  driver_->touch();
  context_->loop().reschedule(*driver_);
}

void NodeCore::join(const Peer& seed, Done done) {
  command(std::move(done), [&](swim::Node& node, TimePoint now, swim::OperationId operation) {
    node.join(now, operation, seed);
  });
}

void NodeCore::leave(Done done) {
  names_.forget();
  command(std::move(done), [&](swim::Node& node, TimePoint now, swim::OperationId operation) {
    node.leave(now, operation);
  });
}

void NodeCore::set_metadata(std::string_view metadata, Done done) {
  command(std::move(done), [&](swim::Node& node, TimePoint now, swim::OperationId operation) {
    node.set_metadata(now, operation, metadata);
  });
}

void NodeCore::send(std::string_view member, std::string_view data, bool reliable, Done done) {
  if (context_ == nullptr) return done(stopped());
  const swim::Node& known = session_->machine();
  const auto index = known.find(member);
  const swim::MemberView to = index ? known.member(*index) : swim::MemberView{};
  const bool lives = to.state == MemberState::alive || to.state == MemberState::suspect;
  if (to.identity == nullptr || !lives) {
    return done(Error{Errc::unknown_member, std::string{member}, "no live member has that name"});
  }
  const Peer peer{to.identity->endpoint(), to.identity->name()};
  command(std::move(done), [&](swim::Node& node, TimePoint now, swim::OperationId operation) {
    if (reliable) {
      node.send_reliable(now, operation, peer, as_bytes(data));
    } else {
      node.send(now, operation, peer, as_bytes(data));
    }
  });
}

void NodeCore::send_to(const Endpoint& to, std::string_view data, Done done) {
  command(std::move(done), [&](swim::Node& node, TimePoint now, swim::OperationId operation) {
    node.send(now, operation, {to, {}}, as_bytes(data));
  });
}

void NodeCore::remove(std::string_view member, Done done) {
  command(std::move(done), [&](swim::Node& node, TimePoint now, swim::OperationId operation) {
    node.remove(now, operation, member);
  });
}

void NodeCore::broadcast(std::string_view data, Done done) {
  if (bridge_) {
    if (context_ == nullptr) return done(stopped());
    const auto added = parts_.user_broadcasts->add(data);
    if (!added) return done(added.error());
    published_.counters().add(Counter::user_messages_sent);
    return done(Duration{});
  }
  command(std::move(done), [&](swim::Node& node, TimePoint now, swim::OperationId operation) {
    node.broadcast(now, operation, as_bytes(data));
  });
}

void NodeCore::ping(std::string_view member, Done done) {
  command(std::move(done), [&](swim::Node& node, TimePoint now, swim::OperationId operation) {
    node.ping(now, operation, member);
  });
}

session::Keys* NodeCore::keys() { return context_ != nullptr ? &session_->keys() : nullptr; }

void NodeCore::next_event(Waits::EventOnce once) {
  if (context_ == nullptr) return once->tell(stopped());
  if (handled_) return once->tell(Error{Errc::unsupported, {}, "a handler takes the events"});
  waits_.add(std::move(once), *events_);
}

void NodeCore::wait_until(Waits::MembersOnce once, std::function<bool(const Members&)> holds) {
  if (context_ == nullptr) return once->tell(stopped());
  waits_.add(std::move(once), std::move(holds), published_.members());
}

// --- What comes out of a turn

void NodeCore::publish(TimePoint) {
  context_->pool()->collect();
  events_->reclaim();
  // First the members, then what happened to them: who hears of it can look.
  if (members_.update(session_->machine())) {
    published_.set_members(members_.current());
    waits_.look(members_.current());
  }
  bool arrived = false;
  while (auto event = session_->poll_event()) arrived = take_event(std::move(*event)) || arrived;
  if (arrived && runner_ != nullptr) runner_->wake();
  if (arrived) waits_.serve(*events_);
  Stats& gauges = context_->gauges();
  session_->machine().fill(gauges);
  gauges.streams_open = session_->streams();
  gauges.primary_key_seals = session_->keys().primary_seals();
  published_.set_gauges(gauges);
}

bool NodeCore::take_event(swim::Event&& event) {
  using Kind = swim::Event::Kind;
  if (event.kind == Kind::done || event.kind == Kind::pong) {
    complete(event);
    return false;
  }
  const MemberState state = state_of(event);
  const bool taken = events_->push(to_waiting(std::move(event), state));
  if (!taken) published_.counters().add(Counter::user_messages_dropped);
  return taken;
}

MemberState NodeCore::state_of(const swim::Event& event) const {
  switch (event.kind) {
    case swim::Event::Kind::leave:
      return MemberState::left;
    case swim::Event::Kind::dead:
      return MemberState::dead;
    case swim::Event::Kind::suspect:
      return MemberState::suspect;
    case swim::Event::Kind::update:
    case swim::Event::Kind::conflict:
      break;  // says nothing of the state
    default:
      return MemberState::alive;
  }
  const swim::Node& node = session_->machine();
  const auto index = event.who ? node.find(event.who->name()) : std::nullopt;
  return index ? node.member(*index).state : MemberState::alive;
}

void NodeCore::complete(const swim::Event& event) {
  auto operation = operations_.extract(event.operation);
  if (operation.empty()) return;
  if (event.error) return operation.mapped()(*event.error);
  operation.mapped()(event.round_trip);
}

}  // namespace gossipod::cluster
