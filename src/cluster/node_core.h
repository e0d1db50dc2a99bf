// NodeCore: one running node on a loop: its link, its session and the driver that joins them; the
// commands of the application on their way in, their outcomes and the events on their way out.
//
// Commands are asynchronous: each takes a function that is called once with the outcome, on the
// loop's thread, at the end of a turn or before the command returns. Waiting for it is the face's.
//
// Threads: the loop's, but for what says otherwise. Ownership: the face and the tasks it posts keep
// it; it keeps neither loop nor context, and closed it does not touch them.
#pragma once

#include <gossipod/gossipod.h>
#include <gossipod/session/session.h>
#include <gossipod/swim/node.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/broadcast_bridge.h"
#include "cluster/event_queue.h"
#include "cluster/handler_runner.h"
#include "cluster/lookups.h"
#include "cluster/loop_context.h"
#include "cluster/members_builder.h"
#include "cluster/published.h"
#include "cluster/seed_names.h"
#include "cluster/waits.h"
#include "runtime/driver.h"

namespace gossipod::cluster {

class NodeCore : public std::enable_shared_from_this<NodeCore> {
 public:
  // The time is a ping's round trip, and nothing for everything else.
  using Done = std::function<void(Result<Duration>)>;

  explicit NodeCore(const Parts& parts);
  ~NodeCore();
  NodeCore(const NodeCore&) = delete;
  NodeCore& operator=(const NodeCore&) = delete;

  // Binds and begins; a cluster of one when it returns. An error: nothing is left of it.
  Result<void> open(LoopContext& context, const Config& config);
  // Ends; what still runs ends with `stopped`. Idempotent.
  void close();
  // After close(), any thread but the loop's: no handler is called from now on.
  void stop_handler();

  // --- Commands. Closed, they end with `stopped`
  void join(const Peer& seed, Done done);
  void leave(Done done);
  void set_metadata(std::string_view metadata, Done done);
  void send(std::string_view member, std::string_view data, bool reliable, Done done);
  void send_to(const Endpoint& to, std::string_view data, Done done);
  void broadcast(std::string_view data, Done done);
  void remove(std::string_view member, Done done);
  void ping(std::string_view member, Done done);
  [[nodiscard]] session::Keys* keys();  // null: closed
  void next_event(Waits::EventOnce once);
  void wait_until(Waits::MembersOnce once, std::function<bool(const Members&)> holds);
  // Forgets who does not wait any more.
  void sweep() {
    waits_.sweep();
    lookups_.sweep();
  }

  // --- For joins. As Lookups::add.
  void look_up(const Place& place, std::function<bool()> wanted, Lookups::Done done);
  // A host's name is looked up again while we are alone.
  void remember(const Seed& seed);
  [[nodiscard]] bool is_own(const Endpoint& endpoint) const;

  // --- Any thread
  [[nodiscard]] Published& published() { return published_; }
  [[nodiscard]] EventQueue& events() { return *events_; }
  [[nodiscard]] bool has_handler() const { return handled_; }
  [[nodiscard]] std::uint16_t bind_port() const { return bind_port_; }

 private:
  using Session = session::Session<swim::Node>;
  using Driver = runtime::Driver<Session>;

  Result<void> attach(LoopContext& context, const Config& config);
  [[nodiscard]] swim::Delegate* delegate();
  void abandon();
  void publish(TimePoint now);
  bool take_event(swim::Event&& event);
  [[nodiscard]] MemberState state_of(const swim::Event& event) const;
  void complete(const swim::Event& event);
  void tell(TimePoint now, Fact::Level level, Fact::Id id, std::span<const Fact::Field> fields);
  void tell(TimePoint now, Fact::Level level, Fact::Id id,
            std::initializer_list<Fact::Field> fields) {
    tell(now, level, id, std::span{fields.begin(), fields.size()});
  }
  void tell_started(TimePoint now, const Config& config);
  void make_runner(LoopContext& context);
  void retry(const std::vector<Seed>& names);
  // Calls the machine between turns, as an operation if there is a node.
  template <class Command>
  void command(Done done, Command command);

  const Parts parts_;
  std::optional<BroadcastBridge> bridge_;  // to the user's own queue
  const bool handled_;
  Published published_;
  std::uint16_t bind_port_ = 0;
  std::shared_ptr<EventQueue> events_;
  std::shared_ptr<HandlerRunner> runner_;  // none: no handler, or not begun

  LoopContext* context_ = nullptr;  // null: closed
  MembersBuilder members_;
  std::optional<Driver> driver_;
  std::unique_ptr<Loop::Turns> turns_;  // of a link that is not the loop's
  std::unique_ptr<Link> link_;
  std::optional<Session> session_;
  std::map<swim::OperationId, Done> operations_;
  Waits waits_;
  Lookups lookups_;
  SeedNames names_;
  swim::OperationId last_operation_ = 0;
};

}  // namespace gossipod::cluster
