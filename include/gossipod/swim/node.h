// swim::Node: one member's view of the protocol. SWIM with all of Lifeguard, memberlist's wire.
//
// A machine, not a process: `on_*` tells it what happened and when, `poll_*` asks what it wants
// done, `next_deadline` says when to come back. It does no I/O, reads no clock, rolls no dice but
// those it was given, and holds no thread. Deterministic: the same arguments, calls and delegate's
// answers give the same outputs, byte for byte.
//
// Order of a turn: all inputs; on_deadline if it has come; then poll each output until it is empty.
// `now` never goes back. Threads: one. In the steady state (no change, between push-pulls) nothing
// is allocated.
#pragma once

#include <gossipod/cause.h>
#include <gossipod/config.h>
#include <gossipod/export.h>
#include <gossipod/link.h>
#include <gossipod/observer.h>
#include <gossipod/stats.h>
#include <gossipod/swim/delegate.h>
#include <gossipod/swim/identity.h>
#include <gossipod/wire/message.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gossipod::swim {

// Ties the outcome of something asked for to the question; the caller's to choose. 0: not asked.
using OperationId = std::uint64_t;

struct Transmit {
  Peer to;                 // the name is borrowed until the next call
  std::size_t bytes = 0;   // how much of the lent buffer was used
  bool wants_crc = false;  // the receiver speaks protocol 5
};

// What the machine wants of a stream. For each stream: open (unless it came in), any number of
// writes, then finish or reset.
struct StreamOrder {
  enum class Kind : std::uint8_t {
    open,    // connect to `peer`; be done altogether by `deadline`
    write,   // `bytes`: one whole message, type byte first
    finish,  // close when written; nothing more is expected from the peer
    reset,   // gone at once
  };
  Kind kind = Kind::open;
  StreamId stream;
  Peer peer;
  TimePoint deadline;
  SharedBytes bytes;
};

struct Event {
  enum class Kind : std::uint8_t {
    join,      // a member we did not have, or had lost
    leave,     // it said goodbye
    dead,      // it is believed to have failed
    suspect,   // it may have failed
    alive,     // a suspect that is well again
    update,    // its metadata changed
    refuted,   // somebody accused us; incarnation is our new one
    conflict,  // `who` is known, `other` claims its name
    message,   // payload, from
    done,      // the operation is over; error says why it failed
    pong,      // the operation, an on-demand ping, was answered after `round_trip`
  };
  Kind kind = Kind::join;
  IdentityRef who;
  IdentityRef other;  // conflict: the claimant; suspect, dead, refuted: who said so, if known
  Incarnation incarnation;
  Cause cause = Cause::unknown;     // suspect, dead, leave, refuted
  IdentityRef accuser;              // dead: who began the suspicion, if there was one
  std::uint32_t confirmations = 0;  // dead by suspicion: how many others agreed
  std::vector<std::uint8_t> payload;
  Endpoint from;          // message: the address it came from
  bool reliable = false;  // message
  OperationId operation = 0;
  std::optional<Error> error;
  Duration round_trip{};
};

// What is believed of one member; borrowed until the next input.
struct MemberView {
  const Identity* identity = nullptr;  // null: an empty place
  Incarnation incarnation;
  MemberState state = MemberState::alive;
  TimePoint changed;
};

// All that a node needs to begin and does not find in Config.
struct NodeContext {
  std::uint64_t seed = 0;
  Endpoint local;                 // what was bound; the advertised endpoint derives from it
  bool sends_from_local = false;  // datagrams leave from `local`; see Link
  Incarnation incarnation{1};     // to begin with; see Config::incarnation_from_clock
  std::shared_ptr<IdentityPool> pool;
  Delegate* delegate = nullptr;  // may be null; must outlive the node
  Observer* observer = nullptr;  // may be null; must outlive the node
  Counters* counters = nullptr;  // must outlive the node
};

class GOSSIPOD_EXPORT Node {
 public:
  using Event = swim::Event;

  // Alive, alone, with a first event: our own join.
  Node(const Config& config, const NodeContext& context, TimePoint now);
  Node(Node&&) noexcept;
  ~Node();

  // These messages are about to come, in this order: what they are about is fetched into the
  // processor's cache, all at once. Changes nothing, and need not be called.
  void expect(std::span<const wire::Message> messages) const;

  // So many streams were accepted that have not said yet what they want: it may be the same as what
  // another wanted, and is then answered together with it. Need not be called.
  void expect_streams(std::size_t unheard);

  // --- Inputs: what happened
  void on_message(TimePoint now, const Arrival& arrival, const wire::Message& message);
  void on_stream_opened(TimePoint now, StreamId stream);
  void on_stream_message(TimePoint now, StreamId stream, const Endpoint& from,
                         const wire::StreamMessage& message);
  // Ended, or failed: no order about it follows.
  void on_stream_closed(TimePoint now, StreamId stream, const Error* why);
  void on_deadline(TimePoint now);  // told late, it accuses nobody for that

  // --- Inputs: what the application wants. Each ends in one event `done` of that operation
  void join(TimePoint now, OperationId operation, const Peer& seed);
  void leave(TimePoint now, OperationId operation);
  void set_metadata(TimePoint now, OperationId operation, std::string_view metadata);
  void send(TimePoint now, OperationId operation, const Peer& to, Bytes payload);
  void send_reliable(TimePoint now, OperationId operation, const Peer& to, Bytes payload);
  void broadcast(TimePoint now, OperationId operation, Bytes payload);
  void ping(TimePoint now, OperationId operation, std::string_view name);
  // Forgets a member as if it had said goodbye; one that is dead is not looked for any more. Serf:
  // force-leave
  void remove(TimePoint now, OperationId operation, std::string_view name);

  // --- Outputs: what to do next

  // Writes one message, type byte first and plain, into `out` with as much gossip as fits.
  std::optional<Transmit> poll_transmit(TimePoint now, MutableBytes out);
  std::optional<StreamOrder> poll_stream();
  std::optional<Event> poll_event();
  [[nodiscard]] TimePoint next_deadline() const;  // `never` when there is none

  // --- Looking in
  [[nodiscard]] MemberIndex self() const;
  [[nodiscard]] std::size_t slots() const;  // indices below this are places, some of them empty
  [[nodiscard]] MemberView member(MemberIndex index) const;
  [[nodiscard]] std::optional<MemberIndex> find(std::string_view name) const;
  // Pages of 64 places in which something changed since it was last asked; none: no more.
  [[nodiscard]] std::optional<std::size_t> poll_changed_page();
  void fill(Stats& stats) const;  // the gauges
  void check_invariants() const;  // for tests and the simulator, after each step; costly

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace gossipod::swim
