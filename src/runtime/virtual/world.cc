#include "runtime/virtual/world.h"

#include <gossipod/assert.h>
#include <gossipod/limits.h>

#include <algorithm>
#include <array>
#include <utility>

#include "runtime/virtual/connections.h"

namespace gossipod::runtime {
namespace {

constexpr std::uint16_t first_free_port = 20'000;

struct Later {
  bool operator()(const WorldEvent& a, const WorldEvent& b) const {
    return a.at > b.at || (a.at == b.at && a.order > b.order);
  }
};

// 0.0.0.0 and ::, with that port.
std::array<Endpoint, 2> wildcards(std::uint16_t port) {
  Endpoint v4;
  v4.ip[10] = v4.ip[11] = 0xff;
  v4.port = port;
  Endpoint v6;
  v6.port = port;
  return {v4, v6};
}

}  // namespace

World::World(const VirtualOptions& options)
    : weather_{options.seed, options.conditions},
      turn_quota_{std::max<std::size_t>(options.turn_quota, 1)},
      connections_{std::make_unique<Connections>(*this)} {}

World::~World() = default;

void World::drop_tasks() {
  while (!tasks_.empty()) {
    const auto task = std::move(tasks_.front());
    tasks_.pop_front();
  }
}

// --- Links

Result<LinkRef> World::attach(const LinkOptions& options, Sink& sink) {
  auto local = choose_port(options.bind);
  if (!local) return local.error();
  std::uint32_t slot = 0;
  if (free_slots_.empty()) {
    slot = static_cast<std::uint32_t>(ports_.size());
    ports_.push_back(std::make_unique<VirtualPort>());
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  VirtualPort& port = *ports_[slot];
  const LinkRef link{slot, port.generation};
  port.local = *local;
  port.sink = &sink;
  port.inbox_bytes_max = options.socket_buffer_bytes;
  bound_.emplace(port.local, link);
  sinks_.emplace(&sink, link);
  if (port.local.is_unspecified()) ++wildcards_;
  set_deadline(link);
  return link;
}

Result<Endpoint> World::choose_port(Endpoint wanted) {
  if (wanted.port != 0) {
    if (!bound_.contains(wanted)) return wanted;
    return Error{Errc::address_in_use, "bind", to_string(wanted) + ": address already in use"};
  }
  for (std::uint32_t tries = 0; tries <= 0xffff; ++tries) {
    next_port_ =
        next_port_ < first_free_port ? first_free_port : static_cast<std::uint16_t>(next_port_ + 1);
    wanted.port = next_port_;
    if (wanted.port >= first_free_port && !bound_.contains(wanted)) return wanted;
  }
  return Error{Errc::address_in_use, "bind", ip_to_string(wanted) + ": no free port"};
}

// The sockets are gone; the slot is still its owner's.
void World::unbind(LinkRef link) {
  VirtualPort& port = *ports_[link.slot];
  if (port.sink == nullptr) return;
  connections_->abandon_all(link);
  while (port.inbox_head != VirtualPort::none) {
    const std::uint32_t packet = port.inbox_head;
    port.inbox_head = packets_[packet].next;
    free_packet(packet);
  }
  port.inbox_tail = VirtualPort::none;
  port.inbox_bytes = 0;
  bound_.erase(port.local);
  sinks_.erase(port.sink);
  if (port.local.is_unspecified()) --wildcards_;
  deadlines_.set(link.slot, never);
  port.sink = nullptr;
}

void World::detach(LinkRef link) {
  unbind(link);
  VirtualPort& port = *ports_[link.slot];
  const std::uint32_t generation = port.generation + 1;
  port = VirtualPort{};
  port.generation = generation;
  free_slots_.push_back(link.slot);
}

VirtualPort* World::port(LinkRef link) {
  VirtualPort& port = *ports_[link.slot];
  return port.generation == link.generation && port.sink != nullptr ? &port : nullptr;
}

std::optional<LinkRef> World::find(const Endpoint& endpoint) const {
  if (const auto found = bound_.find(endpoint); found != bound_.end()) return found->second;
  if (wildcards_ == 0) return std::nullopt;
  for (const Endpoint& any : wildcards(endpoint.port)) {
    if (const auto found = bound_.find(any); found != bound_.end()) return found->second;
  }
  return std::nullopt;
}

void World::mark_ready(LinkRef link) {
  VirtualPort& port = *ports_[link.slot];
  if (port.ready || stalled(port)) return;  // a stalled one is marked when it wakes
  port.ready = true;
  ready_.push_back(link);
}

void World::set_deadline(LinkRef link) {
  VirtualPort& port = *ports_[link.slot];
  deadlines_.set(link.slot, stalled(port) ? never : port.sink->next_deadline());
}

void World::reschedule(Sink& sink) {
  if (const auto found = sinks_.find(&sink); found != sinks_.end()) set_deadline(found->second);
}

void World::stall(const Endpoint& member, Duration span) {
  const auto found = bound_.find(member);
  if (found == bound_.end()) return;
  const LinkRef link = found->second;
  VirtualPort& port = *ports_[link.slot];
  const TimePoint until = span < never - now_ ? now_ + span : never;
  port.stalled_until = std::max(port.stalled_until, until);
  set_deadline(link);
  WorldEvent wake{.at = port.stalled_until, .kind = WorldEvent::Kind::wake};
  wake.index = link.slot;
  wake.generation = link.generation;
  schedule(wake);
}

void World::kill(const Endpoint& member) {
  if (const auto found = bound_.find(member); found != bound_.end()) unbind(LinkRef{found->second});
}

// --- Datagrams

std::uint32_t World::new_packet() {
  if (free_packets_.empty()) {
    packets_.emplace_back();
    return static_cast<std::uint32_t>(packets_.size() - 1);
  }
  const std::uint32_t index = free_packets_.back();
  free_packets_.pop_back();
  return index;
}

std::size_t World::send(LinkRef link, std::span<const TxDatagram> batch) {
  const VirtualPort* from = port(link);
  if (from == nullptr) return 0;
  for (const TxDatagram& datagram : batch) {
    ++tally_.sent;
    const bool twice = weather_.duplicates();
    const bool lost = weather_.loses() || !weather_.hears(from->local, datagram.to.endpoint) ||
                      datagram.bytes.size() > limits::udp_payload_max;
    if (lost) {
      ++tally_.lost;
      continue;
    }
    if (twice) ++tally_.sent;
    const int copies = twice ? 2 : 1;
    for (int i = 0; i < copies; ++i) launch(from->local, datagram.to.endpoint, datagram.bytes);
  }
  return batch.size();
}

void World::launch(const Endpoint& from, const Endpoint& to, Bytes bytes) {
  const std::uint32_t index = new_packet();
  Packet& packet = packets_[index];
  packet.from = from;
  packet.to = to;
  packet.bytes.assign(bytes.begin(), bytes.end());
  weather_.flip(packet.bytes);
  packet.next = VirtualPort::none;
  WorldEvent event{.at = now_ + weather_.latency(), .kind = WorldEvent::Kind::packet};
  event.index = index;
  schedule(event);
}

void World::arrive(std::uint32_t index) {
  Packet& packet = packets_[index];
  packet.arrived = now_;
  const auto link = find(packet.to);
  VirtualPort* port = link ? ports_[link->slot].get() : nullptr;
  if (port == nullptr || port->inbox_bytes + packet.bytes.size() > port->inbox_bytes_max) {
    ++(port == nullptr ? tally_.unclaimed : tally_.overflowed);
    free_packet(index);
    return;
  }
  port->inbox_bytes += packet.bytes.size();
  if (port->inbox_tail == VirtualPort::none) {
    port->inbox_head = index;
  } else {
    packets_[port->inbox_tail].next = index;
  }
  port->inbox_tail = index;
  mark_ready(*link);
}

// False if the quota left some for the next turn.
bool World::deliver_packets(LinkRef link) {
  VirtualPort& port = *ports_[link.slot];
  // Taken away for the call: whoever is called may turn the loop, and come back here.
  auto batch = std::exchange(batch_, {});
  auto taken = std::exchange(batch_packets_, {});
  batch.clear();
  taken.clear();
  while (port.inbox_head != VirtualPort::none && taken.size() < turn_quota_) {
    const std::uint32_t index = port.inbox_head;
    Packet& packet = packets_[index];
    port.inbox_head = packet.next;
    port.inbox_bytes -= packet.bytes.size();
    trace_.add(now_, packet.from, packet.to, packet.bytes);
    ++tally_.delivered;
    batch.push_back({{packet.from, packet.arrived}, packet.bytes, false});
    taken.push_back(index);
  }
  const bool drained = port.inbox_head == VirtualPort::none;
  if (drained) port.inbox_tail = VirtualPort::none;
  if (!batch.empty()) port.sink->on_packets(now_, batch);
  for (const std::uint32_t index : taken) free_packet(index);
  batch_ = std::move(batch);
  batch_packets_ = std::move(taken);
  return drained;
}

// --- Time

void World::schedule(WorldEvent event) {
  event.order = next_order_++;
  events_.push_back(event);
  std::push_heap(events_.begin(), events_.end(), Later{});
}

// False if nothing is due within that time.
bool World::advance(Duration longest) {
  if (pending()) return true;
  TimePoint next = deadlines_.next();
  if (!events_.empty()) next = std::min(next, events_.front().at);
  if (next == never || (next > now_ && next - now_ > longest)) {
    if (longest < never - now_) now_ += longest;
    return false;
  }
  now_ = std::max(now_, next);
  return true;
}

void World::turn(Duration longest) {
  if (!advance(longest)) return;
  handle_events();
  run_tasks();
  run_links();
}

void World::handle_events() {
  while (!events_.empty() && events_.front().at <= now_) {
    std::pop_heap(events_.begin(), events_.end(), Later{});
    const WorldEvent event = events_.back();
    events_.pop_back();
    handle(event);
  }
}

void World::handle(const WorldEvent& event) {
  switch (event.kind) {
    case WorldEvent::Kind::packet:
      return arrive(event.index);
    case WorldEvent::Kind::segment:
      return connections_->arrive(event.index);
    case WorldEvent::Kind::retry:
      return connections_->retry({event.index, event.generation, event.side});
    case WorldEvent::Kind::linger:
      return connections_->linger_is_over({event.index, event.generation, event.side});
    case WorldEvent::Kind::wake: {
      const LinkRef link{event.index, event.generation};
      if (port(link) != nullptr) mark_ready(link);
      return;
    }
  }
}

// Those that were posted before. One by one, because a task may turn the loop.
void World::run_tasks() {
  for (std::size_t left = tasks_.size(); left > 0 && !tasks_.empty(); --left) {
    const auto task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
  }
}

void World::run_links() {
  while (deadlines_.next() <= now_) {
    const std::uint32_t slot = deadlines_.top();
    deadlines_.pop();
    mark_ready({slot, ports_[slot]->generation});
  }
  for (std::size_t left = ready_.size() - ready_head_; left > 0 && ready_head_ < ready_.size();
       --left) {
    const LinkRef link = ready_[ready_head_++];
    if (ready_head_ == ready_.size()) {
      ready_.clear();
      ready_head_ = 0;
    }
    link_turn(link);
  }
}

void World::link_turn(LinkRef link) {
  VirtualPort* port = this->port(link);
  if (port == nullptr) return;
  port->ready = false;
  if (stalled(*port)) return;
  const bool drained = deliver_packets(link);
  connections_->deliver(link);
  if (this->port(link) == nullptr) return;
  port->sink->on_turn(now_, drained);
  if (this->port(link) == nullptr) return;
  set_deadline(link);
  if (!drained) mark_ready(link);
}

}  // namespace gossipod::runtime
