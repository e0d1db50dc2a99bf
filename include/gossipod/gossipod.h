// gossipod: cluster membership and failure detection for any process.
//
//   auto config = gossipod::ConfigBuilder{}.with_name("a").with_addr("127.0.0.1").build();
//   auto node = gossipod::Gossipod::start(*config);
//   node->join({"127.0.0.1:7947"}, 5s);
//   for (const auto& member : node->members()) ...
#pragma once

#include <gossipod/broadcasts.h>
#include <gossipod/config.h>
#include <gossipod/error.h>
#include <gossipod/event.h>
#include <gossipod/export.h>
#include <gossipod/join.h>
#include <gossipod/loop.h>
#include <gossipod/members.h>
#include <gossipod/observer.h>
#include <gossipod/stats.h>
#include <gossipod/swim/delegate.h>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gossipod::inline v0 {

// The parts of a node that can be brought along; each may be absent. They must not be shared
// between nodes unless they are made for that.
struct Parts {
  std::shared_ptr<EventHandler> handler;            // absent: fetch events with next_event()
  std::shared_ptr<swim::Delegate> delegate;         // on the protocol's thread
  std::shared_ptr<Observer> observer;               // default: warnings to stderr
  std::shared_ptr<UserBroadcasts> user_broadcasts;  // default: ours, least sent first
  // Default: a private one, on a thread of its own. One brought along must be turned as long as
  // any of its nodes runs; and if nobody turns it but its callers (Loop::turned_by_caller), call
  // the node on the loop's thread only: who waits for something turns it meanwhile, and handlers
  // run on it too.
  std::shared_ptr<Loop> loop;
  LinkFactory link_factory;  // default: the loop's own sockets
  // Runs the handler's calls; must keep their order and run one at a time. Default: a thread.
  std::function<void(std::function<void()>)> executor;
};

// A running member of one cluster.
//
// Threads: any function may be called from any thread, also in a handler (but not in a delegate or
//   an observer). The protocol runs on one thread of its own, or on the loop that was brought
//   along. Who destroys a node ends the calls that still wait for it: they say `stopped`.
// Ownership: nothing passed in is kept but Parts; everything returned is the caller's.
// Time: functions that wait take the longest time to wait. timed_out: it may still happen.
// After stop() every function that can fail says `stopped`. So it is in the child of a process that
//   forks: a copy does nothing, knows no members, and its destructor leaves everything to the
//   parent. The child may start nodes of its own.
class GOSSIPOD_EXPORT Gossipod {
 public:
  // Binds, starts the protocol, and is a cluster of one when it returns.
  // invalid_config, address_in_use, system: nothing was started.
  [[nodiscard]] static Result<Gossipod> start(const Config& config, Parts parts = {});
  Gossipod(Gossipod&&) noexcept;
  Gossipod& operator=(Gossipod&&) noexcept;

  // Stops without a word, as a crash would: others will suspect us. See leave(). May run in a
  // handler.
  ~Gossipod();

  // Compares everything with each seed ("host", "host:port", "[v6]:port"; without a port our own
  // bind port), several at once. invalid_address: no seed makes sense. no_seed_answered: still
  // running, still alone; again is fine. cancelled, stopped: before any seed had answered.
  Result<JoinReport> join(std::initializer_list<std::string_view> seeds, Duration longest);
  Result<JoinReport> join(std::span<const std::string> seeds, Duration longest);
  Result<JoinReport> join(std::initializer_list<std::string_view> seeds,
                          const JoinOptions& options);
  Result<JoinReport> join(std::span<const std::string> seeds, const JoinOptions& options);

  // Says goodbye and waits until the word is out. The node keeps answering until it is stopped.
  // Safe to call twice.
  Result<void> leave(Duration longest);

  // Removes a member from the cluster, as if it had said goodbye itself: one that is gone for good
  // and need not be looked for any more. One that is alive contradicts, and is back.
  // unknown_member.
  Result<void> remove(std::string_view member);

  // Ends the protocol without a word; idempotent. No handler is called after it returns (but for
  // the one it is called from).
  void stop();
  [[nodiscard]] bool is_running() const;

  // Snapshots, as of the last turn; these never wait for the protocol.
  [[nodiscard]] Members members() const;
  [[nodiscard]] Member local_member() const;
  [[nodiscard]] Endpoint local_endpoint() const;  // advertised
  [[nodiscard]] Stats stats() const;
  // The first snapshot of which `holds` is true, at once if the present one is: no need to ask
  // again and again. `holds` is called here, once per snapshot at most, and may take its time.
  // timed_out, stopped.
  Result<Members> wait_until(const std::function<bool(const Members&)>& holds, Duration longest);

  // A datagram to a live member: may get lost. unknown_member, too_large.
  Result<void> send(std::string_view member, std::string_view data);
  // The same to an address, whoever is there: also to one that is no member. invalid_address.
  Result<void> send_to(const Endpoint& to, std::string_view data);
  // By stream; success: the bytes are with the operating system. unknown_member, too_large,
  // connection_failed, timed_out.
  Result<void> send_reliable(std::string_view member, std::string_view data, Duration longest);
  // To everybody, by gossip: each member of ours gets it once, passes it on, and delivers it;
  // members of other implementations may get it several times, and do not pass it on. Best effort.
  // too_large: does not fit a packet. With Parts::user_broadcasts it goes there instead, and what
  // that says is the outcome.
  Result<void> broadcast(std::string_view data);
  // Changes our metadata, at most limits::metadata_bytes_max, and waits until the word is out.
  Result<void> set_metadata(std::string_view metadata, Duration longest);
  // Round trip to a member, directly. unknown_member, timed_out.
  Result<Duration> ping(std::string_view member);

  // The next event, if no handler was given: at once, or nothing; or waits for one.
  [[nodiscard]] std::optional<Event> next_event();
  [[nodiscard]] std::optional<Event> next_event(Duration longest);
  // Readable while an event waits; for poll(2). Owned by the node. Unsupported with a handler: -1.
  [[nodiscard]] int event_descriptor() const;

  // Keys, while running; see docs/operating.md on rotation. Each takes effect with the next
  // message.
  Result<void> add_key(Bytes key);
  Result<void> use_key(Bytes key);
  Result<void> remove_key(Bytes key);
  [[nodiscard]] std::vector<std::vector<std::uint8_t>> keys() const;

 private:
  friend class Async;
  friend class Host;
  class Impl;
  explicit Gossipod(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

struct HostOptions {
  Body body = Body::automatic;
  // So many loops, each on a thread of its own; at most limits::host_threads_max. One serves
  // hundreds of nodes; more help where thousands of them leave it no time.
  std::size_t threads = 1;
};

// Many nodes in one process, on one loop and one thread, or a few: for sidecars, for tests, for
// laboratories.
//
// Threads: start() may be called from any. The nodes are dealt out to the loops in turn; a node
//   stays on its loop, where its protocol, its delegate and its observer run, and no handler of it.
//   The handlers of all nodes of one loop share one more thread, unless Parts::executor is given: a
//   handler that blocks keeps those of the other nodes on its loop waiting, and only them. The
//   protocol goes on, for all. Who has slow handlers gives each node an executor of its own.
// Ownership: the nodes of one loop share memory for what they all know, those of different loops
//   share nothing. A node may outlive its host: it is stopped then.
class GOSSIPOD_EXPORT Host {
 public:
  // invalid_config: no such number of threads. unsupported: no such body here.
  [[nodiscard]] static Result<Host> start(Body body = Body::automatic);
  [[nodiscard]] static Result<Host> start(const HostOptions& options);
  Host(Host&&) noexcept;
  Host& operator=(Host&&) noexcept;
  ~Host();
  // As Gossipod::start, on a loop of the host's; parts.loop must be absent.
  [[nodiscard]] Result<Gossipod> start(const Config& config, Parts parts = {});

 private:
  class Impl;
  explicit Host(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gossipod::inline v0
