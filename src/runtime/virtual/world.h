// World: the virtual network's time, its links and its datagrams. Everything that happens is an
// event, ordered by time and, at one time, by who came first.
//
// An instant is handled in this order: what arrives goes into the receivers' inboxes; posted tasks
// run; every link that has something to hear or whose deadline has come makes one turn. A link that
// is stalled receives but makes no turns.
//
// Sinks may do anything from their calls, destroy links included; tasks may also turn the loop.
// Threads: one. Memory of packets and events is kept and used again: once the world has seen its
// peak it allocates nothing for datagrams.
#pragma once

#include <gossipod/link.h>
#include <gossipod/loop.h>
#include <gossipod/virtual.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/deadline_heap.h"
#include "runtime/endpoint_hash.h"
#include "runtime/virtual/trace.h"
#include "runtime/virtual/weather.h"

namespace gossipod::runtime {

class Connections;

// A link's place, and which of its occupants is meant.
struct LinkRef {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  friend bool operator==(const LinkRef&, const LinkRef&) = default;
};

// One side of one connection, see connections.h.
struct EndRef {
  std::uint32_t connection = 0;
  std::uint32_t generation = 0;
  std::uint32_t side = 0;
  friend bool operator==(const EndRef&, const EndRef&) = default;
};

struct WorldEvent {
  enum class Kind : std::uint8_t { packet, segment, retry, linger, wake };
  TimePoint at;
  std::uint64_t order = 0;  // given by World::schedule
  Kind kind = Kind::packet;
  std::uint32_t index = 0;  // packet, segment, connection or link
  std::uint32_t generation = 0;
  std::uint32_t side = 0;
};

struct VirtualPort {
  static constexpr std::uint32_t none = ~0u;

  Endpoint local;
  Sink* sink = nullptr;  // null: killed, or nobody there
  std::uint32_t generation = 0;
  std::size_t inbox_bytes_max = 0;
  std::size_t inbox_bytes = 0;
  std::uint32_t inbox_head = none;  // packets
  std::uint32_t inbox_tail = none;
  bool ready = false;  // waits for its turn
  TimePoint stalled_until = TimePoint::min();
  std::map<std::uint32_t, EndRef> streams;  // by StreamId
  std::vector<EndRef> eventful;             // streams about which there is something to tell
  std::uint32_t next_incoming = 1;
};

class World {
 public:
  explicit World(const VirtualOptions& options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Result<LinkRef> attach(const LinkOptions& options, Sink& sink);
  void detach(LinkRef link);
  void reschedule(Sink& sink);
  std::size_t send(LinkRef link, std::span<const TxDatagram> batch);
  void post(std::function<void()> task) { tasks_.push_back(std::move(task)); }
  void drop_tasks();  // without running them
  void turn(Duration longest);
  void stall(const Endpoint& member, Duration span);
  void kill(const Endpoint& member);

  [[nodiscard]] TimePoint now() const { return now_; }
  [[nodiscard]] Weather& weather() { return weather_; }
  [[nodiscard]] Trace& trace() { return trace_; }
  [[nodiscard]] const VirtualTally& tally() const { return tally_; }
  [[nodiscard]] Connections& connections() { return *connections_; }

  // --- For connections
  void schedule(WorldEvent event);
  // Null if it is gone.
  [[nodiscard]] VirtualPort* port(LinkRef link);
  // Who listens there.
  [[nodiscard]] std::optional<LinkRef> find(const Endpoint& endpoint) const;
  void mark_ready(LinkRef link);

 private:
  struct Packet {
    Endpoint from;
    Endpoint to;
    TimePoint arrived;
    std::vector<std::uint8_t> bytes;
    std::uint32_t next = VirtualPort::none;  // in an inbox
  };

  [[nodiscard]] bool pending() const { return !tasks_.empty() || ready_head_ < ready_.size(); }
  bool advance(Duration longest);
  void handle_events();
  void handle(const WorldEvent& event);
  void run_tasks();
  void run_links();

  void link_turn(LinkRef link);
  bool deliver_packets(LinkRef link);
  void set_deadline(LinkRef link);
  [[nodiscard]] bool stalled(const VirtualPort& port) const { return now_ < port.stalled_until; }
  void unbind(LinkRef link);

  std::uint32_t new_packet();
  void free_packet(std::uint32_t index) { free_packets_.push_back(index); }
  void launch(const Endpoint& from, const Endpoint& to, Bytes bytes);
  void arrive(std::uint32_t packet);
  [[nodiscard]] Result<Endpoint> choose_port(Endpoint wanted);

  TimePoint now_{};
  std::uint64_t next_order_ = 0;
  Weather weather_;
  Trace trace_;
  VirtualTally tally_;
  std::size_t turn_quota_;

  std::vector<WorldEvent> events_;  // a binary heap
  std::deque<std::function<void()>> tasks_;
  DeadlineHeap deadlines_;      // by slot
  std::vector<LinkRef> ready_;  // from ready_head_ on
  std::size_t ready_head_ = 0;

  std::vector<std::unique_ptr<VirtualPort>> ports_;  // by slot
  std::vector<std::uint32_t> free_slots_;
  std::unordered_map<Endpoint, LinkRef, EndpointHash> bound_;
  std::unordered_map<const Sink*, LinkRef> sinks_;  // only searched
  std::size_t wildcards_ = 0;
  std::uint16_t next_port_ = 0;

  std::vector<Packet> packets_;
  std::vector<std::uint32_t> free_packets_;
  std::vector<RxDatagram> batch_;  // scratch of deliver_packets
  std::vector<std::uint32_t> batch_packets_;
  std::unique_ptr<Connections> connections_;
};

}  // namespace gossipod::runtime
