// Async: those calls of Gossipod that wait, as calls that do not: each takes a function that is
// told the outcome, once. It is what gossipod/asio.h stands on; use it for another kind of loop.
//
// Threads: any. The outcome is told in the middle of things: mostly on the protocol's thread,
// sometimes within the call or on the thread that asks to stop. So be quick, do not throw, do not
// call the node: pass it on to where you want it. Ownership: nothing here keeps the node running.
// Time: there is none: ask `cancel` to stop when you have waited enough; the outcome is `cancelled`
// then, and what had begun may still complete. `stopped`: the node no longer runs.
#pragma once

#include <gossipod/gossipod.h>

#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace gossipod::inline v0 {

class GOSSIPOD_EXPORT Async {
 public:
  template <class T>
  using Done = std::function<void(Result<T>)>;

  // JoinOptions::longest does not count here.
  static void join(const Gossipod& node, std::span<const std::string> seeds,
                   const JoinOptions& options, Done<JoinReport> done);
  static void leave(const Gossipod& node, std::stop_token cancel, Done<void> done);
  static void send(const Gossipod& node, std::string_view member, std::string_view data,
                   std::stop_token cancel, Done<void> done);
  static void send_reliable(const Gossipod& node, std::string_view member, std::string_view data,
                            std::stop_token cancel, Done<void> done);
  static void broadcast(const Gossipod& node, std::string_view data, std::stop_token cancel,
                        Done<void> done);
  static void set_metadata(const Gossipod& node, std::string_view metadata, std::stop_token cancel,
                           Done<void> done);
  static void ping(const Gossipod& node, std::string_view member, std::stop_token cancel,
                   Done<Duration> done);
  // The next event, each to one who waits, in order. unsupported: a handler takes them.
  static void next_event(const Gossipod& node, std::stop_token cancel, Done<Event> done);
  // As Gossipod::wait_until; `holds` runs on the protocol's thread.
  static void wait_until(const Gossipod& node, std::function<bool(const Members&)> holds,
                         std::stop_token cancel, Done<Members> done);

 private:
  struct Inside;
};

}  // namespace gossipod::inline v0
