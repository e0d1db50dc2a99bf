#include "world.h"

#include <gossipod/assert.h>
#include <gossipod/session/session.h>

#include <algorithm>
#include <map>
#include <utility>

#include "runtime/driver.h"
#include "runtime/turn_buffers.h"

namespace gossipod::sim {

// What the members of one world share, as the members of one loop do.
struct World::Shared {
  explicit Shared(std::uint64_t seed) : pool{std::make_shared<swim::IdentityPool>(seed)} {}
  std::shared_ptr<swim::IdentityPool> pool;
  runtime::TurnBuffers buffers;
  session::Scratch scratch;
};

struct World::Running {
  using Session = session::Session<swim::Node>;
  Counters counters;
  std::optional<runtime::Driver<Session>> driver;
  std::unique_ptr<Link> link;
  std::optional<Session> session;
  std::uint32_t turns = 0;
  std::uint32_t overdue_turns = 0;  // running
  // The largest incarnation it was told of each member, at one address.
  std::map<std::string, std::pair<Endpoint, Incarnation>, std::less<>> newest;

  ~Running() {
    if (driver) driver->part();
    link.reset();
    session.reset();
  }
};

World::World(std::uint64_t seed, WorldOptions options)
    : seed_{seed},
      options_{std::move(options)},
      loop_{{.seed = seed, .conditions = options_.weather}},
      shared_{std::make_unique<Shared>(seed)},
      members_(options_.members) {}

World::~World() {
  for (Member& member : members_) member.node.reset();
}

std::string World::name_of(std::size_t member) { return "m" + std::to_string(member); }

Endpoint World::endpoint_of(std::size_t member) {
  const std::string ip =
      "10.0." + std::to_string(member / 250) + "." + std::to_string(1 + member % 250);
  return *Endpoint::from_ip(ip, 7946);
}

Config World::config_of(std::size_t member) const {
  ConfigBuilder builder;
  builder.with_name(name_of(member))
      .with_bind(to_string(endpoint_of(member)))
      .with_network_type(options_.network)
      .with_metadata(members_[member].metadata);
  auto config = builder.build();
  GOSSIPOD_ASSERT(config.has_value());
  if (options_.configure) options_.configure(member, *config);
  return *std::move(config);
}

void World::start(std::size_t index) {
  Member& member = members_[index];
  GOSSIPOD_ASSERT(member.node == nullptr);
  const Config config = config_of(index);
  auto node = std::make_unique<Running>();
  node->driver.emplace(shared_->buffers, node->counters,
                       [this, index](TimePoint now) { on_turn(index, now); });
  auto link = loop_.attach({config.bind, config.socket_buffer_bytes}, *node->driver);
  GOSSIPOD_ASSERT(link.has_value());
  node->link = std::move(*link);
  Observer* const observer = options_.observer ? options_.observer(index) : nullptr;
  // Each life of each member has dice of its own.
  const std::uint64_t dice = seed_ * 1'000'003 + index * 1009 + member.lives++;
  const swim::NodeContext context{.seed = dice,
                                  .local = node->link->local(),
                                  .sends_from_local = node->link->sends_from_local(),
                                  .pool = shared_->pool,
                                  .delegate = nullptr,
                                  .observer = observer,
                                  .counters = &node->counters};
  const session::SessionContext around{.entropy = &loop_.entropy(),
                                       .scratch = &shared_->scratch,
                                       .observer = observer,
                                       .counters = &node->counters,
                                       .link_secured = false};
  node->session.emplace(config, around, swim::Node{config, context, loop_.now()});
  node->driver->join(*node->session, *node->link, config.packet_bytes);
  member.node = std::move(node);
  loop_.reschedule(*member.node->driver);
}

void World::start_all_joined() {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    start(i);
    if (i > 0) join(i, 0);
    run_for(std::chrono::milliseconds{20});
  }
}

swim::Node& World::machine(std::size_t member) {
  GOSSIPOD_ASSERT(runs(member));
  return members_[member].node->session->machine();
}

void World::join(std::size_t member, std::size_t seed) {
  machine(member).join(now(), 0, {endpoint_of(seed), {}});
  members_[member].node->driver->touch();
  loop_.reschedule(*members_[member].node->driver);
}

void World::leave(std::size_t member) {
  machine(member).leave(now(), 0);
  members_[member].node->driver->touch();
  loop_.reschedule(*members_[member].node->driver);
}

void World::set_metadata(std::size_t member, std::string_view metadata) {
  members_[member].metadata = metadata;
  machine(member).set_metadata(now(), 0, metadata);
  members_[member].node->driver->touch();
  loop_.reschedule(*members_[member].node->driver);
}

void World::broadcast(std::size_t member, std::string_view data) {
  machine(member).broadcast(now(), 0, as_bytes(data));
  members_[member].node->driver->touch();
  loop_.reschedule(*members_[member].node->driver);
}

void World::kill(std::size_t member) {
  GOSSIPOD_ASSERT(runs(member));
  loop_.kill(endpoint_of(member));
  members_[member].node.reset();
}

void World::restart(std::size_t member, std::string_view metadata) {
  if (runs(member)) kill(member);
  members_[member].metadata = metadata;
  start(member);
}

void World::stall(std::size_t member, Duration how_long) {
  members_[member].stalled_until = now() + how_long;
  loop_.stall(endpoint_of(member), how_long);
}

void World::cut(std::size_t from, std::size_t to) { loop_.cut(endpoint_of(from), endpoint_of(to)); }

void World::deafen(std::size_t member) {
  for (std::size_t other = 0; other < members_.size(); ++other) {
    if (other != member) loop_.cut_datagrams(endpoint_of(other), endpoint_of(member));
  }
}

void World::split(std::size_t first_of_second_half) {
  for (std::size_t i = first_of_second_half; i < members_.size(); ++i) {
    loop_.set_group(endpoint_of(i), 1);
  }
}

void World::heal() { loop_.heal_all(); }

bool World::until(const std::function<bool()>& holds, Duration within) {
  const TimePoint end = now() + within;
  while (!holds()) {
    if (now() >= end) return false;
    run_for(std::min<Duration>(std::chrono::milliseconds{50}, end - now()));
  }
  return true;
}

std::optional<MemberState> World::sees(std::size_t who, std::size_t whom) const {
  const swim::Node& node = members_[who].node->session->machine();
  const auto index = node.find(name_of(whom));
  if (!index) return std::nullopt;
  return node.member(*index).state;
}

bool World::everyone_sees(std::size_t whom, MemberState state) const {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (i != whom && runs(i) && sees(i, whom) != state) return false;
  }
  return true;
}

bool World::anyone_sees(std::size_t whom, MemberState state) const {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (i != whom && runs(i) && sees(i, whom) == state) return true;
  }
  return false;
}

bool World::gone_everywhere(std::size_t whom) const {
  return !anyone_sees(whom, MemberState::alive) && !anyone_sees(whom, MemberState::suspect);
}

bool World::settled() const {
  for (std::size_t whom = 0; whom < members_.size(); ++whom) {
    const bool fine = runs(whom) ? everyone_sees(whom, MemberState::alive) : gone_everywhere(whom);
    if (!fine) return false;
  }
  return true;
}

Incarnation World::incarnation(std::size_t member) const {
  const swim::Node& node = members_[member].node->session->machine();
  return node.member(node.self()).incarnation;
}

std::string World::metadata(std::size_t who, std::size_t whom) const {
  const swim::Node& node = members_[who].node->session->machine();
  const auto index = node.find(name_of(whom));
  return index ? std::string{as_text(node.member(*index).identity->metadata())} : std::string{};
}

std::size_t World::count(swim::Event::Kind kind) const {
  return static_cast<std::size_t>(std::ranges::count(heard_, kind, &Heard::kind));
}

std::uint64_t World::counter(std::size_t member, Counter counter) const {
  return members_[member].node->counters[counter];
}

void World::on_turn(std::size_t index, TimePoint now) {
  Running& running = *members_[index].node;
  listen(index, now);
  // Nothing stays due in the past, but for the few turns in which a flood comes first.
  const bool overdue = running.session->machine().next_deadline() <= now;
  running.overdue_turns = overdue ? running.overdue_turns + 1 : 0;
  GOSSIPOD_ASSERT(running.overdue_turns <= 9);
  if (running.turns++ % options_.check_every == 0) running.session->machine().check_invariants();
}

void World::listen(std::size_t index, TimePoint now) {
  Running& running = *members_[index].node;
  while (const auto event = running.session->poll_event()) {
    if (event->kind == swim::Event::Kind::message) {
      received_.push_back({index, {event->payload.begin(), event->payload.end()}});
    }
    if (!event->who) continue;
    Heard& heard = heard_.emplace_back();
    heard.at = now;
    heard.by = index;
    heard.kind = event->kind;
    heard.about = event->who->name();
    heard.incarnation = event->incarnation;
    if (event->other) heard.accuser = event->other->name();

    // Incarnations only grow, unless the name moved to another address.
    auto& [endpoint, newest] = running.newest[heard.about];
    if (event->kind != swim::Event::Kind::conflict) {
      GOSSIPOD_ASSERT(endpoint != event->who->endpoint() || event->incarnation >= newest ||
                      event->kind == swim::Event::Kind::join);
      endpoint = event->who->endpoint();
      newest = event->incarnation;
    }
    if (event->kind != swim::Event::Kind::dead) continue;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const bool healthy = runs(i) && members_[i].stalled_until <= now;
      if (healthy && heard.about == name_of(i)) ++false_positives_;
    }
  }
}

}  // namespace gossipod::sim
