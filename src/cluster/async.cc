#include <gossipod/async.h>

#include <memory>
#include <type_traits>
#include <utility>

#include "cluster/gossipod_impl.h"
#include "cluster/join_operation.h"
#include "cluster/once.h"

namespace gossipod::inline v0 {

using cluster::JoinOperation;
using cluster::NodeCore;
using cluster::Once;

struct Async::Inside {
  template <class T>
  using OncePointer = std::shared_ptr<Once<T>>;

  // Begins on the loop's thread, unless it was cancelled before.
  template <class T>
  static void begin(const Gossipod& node, OncePointer<T> once,
                    std::function<void(NodeCore&, const OncePointer<T>&)> what) {
    const bool posted = node.impl_->post([once, what = std::move(what)](NodeCore& core) {
      if (!once->over()) what(core, once);
    });
    if (!posted) once->tell(node.impl_->why_not());
  }

  // What has no result but its outcome, or a round trip.
  template <class T>
  static void command(const Gossipod& node, const std::stop_token& cancel, Done<T> done,
                      std::function<void(NodeCore&, NodeCore::Done)> what) {
    auto once = std::make_shared<Once<T>>(std::move(done));
    once->cancel_with(cancel, {});
    begin<T>(node, std::move(once),
             [what = std::move(what)](NodeCore& core, const OncePointer<T>& told) {
               what(core, [told](const Result<Duration>& result) {
                 if (!result) return told->tell(result.error());
                 if constexpr (std::is_void_v<T>) {
                   told->tell({});
                 } else {
                   told->tell(*result);
                 }
               });
             });
  }

  // What may wait for ever: the node forgets who was cancelled.
  template <class T>
  static OncePointer<T> wait(const Gossipod& node, const std::stop_token& cancel, Done<T> done) {
    auto once = std::make_shared<Once<T>>(std::move(done));
    once->cancel_with(cancel, node.impl_->sweeper());
    return once;
  }
};

void Async::join(const Gossipod& node, std::span<const std::string> seeds,
                 const JoinOptions& options, Done<JoinReport> done) {
  if (node.impl_->forked()) return done(node.impl_->why_not());
  const auto operation =
      std::make_shared<JoinOperation>(node.impl_->parse(seeds), options.at_once, std::move(done));
  if (const auto nonsense = operation->nonsense()) return operation->refuse(*nonsense);
  operation->cancel_with(options.cancel, node.impl_->sweeper());
  if (!node.impl_->post([operation](NodeCore& core) { operation->start(core); })) {
    operation->give_up(Errc::stopped);
  }
}

void Async::leave(const Gossipod& node, std::stop_token cancel, Done<void> done) {
  Inside::command<void>(node, cancel, std::move(done),
                        [](NodeCore& core, NodeCore::Done told) { core.leave(std::move(told)); });
}

void Async::send(const Gossipod& node, std::string_view member, std::string_view data,
                 std::stop_token cancel, Done<void> done) {
  Inside::command<void>(
      node, cancel, std::move(done),
      [name = std::string{member}, bytes = std::string{data}](NodeCore& core, NodeCore::Done told) {
        core.send(name, bytes, false, std::move(told));
      });
}

void Async::send_reliable(const Gossipod& node, std::string_view member, std::string_view data,
                          std::stop_token cancel, Done<void> done) {
  Inside::command<void>(
      node, cancel, std::move(done),
      [name = std::string{member}, bytes = std::string{data}](NodeCore& core, NodeCore::Done told) {
        core.send(name, bytes, true, std::move(told));
      });
}

void Async::broadcast(const Gossipod& node, std::string_view data, std::stop_token cancel,
                      Done<void> done) {
  Inside::command<void>(node, cancel, std::move(done),
                        [bytes = std::string{data}](NodeCore& core, NodeCore::Done told) {
                          core.broadcast(bytes, std::move(told));
                        });
}

void Async::set_metadata(const Gossipod& node, std::string_view metadata, std::stop_token cancel,
                         Done<void> done) {
  Inside::command<void>(node, cancel, std::move(done),
                        [bytes = std::string{metadata}](NodeCore& core, NodeCore::Done told) {
                          core.set_metadata(bytes, std::move(told));
                        });
}

void Async::ping(const Gossipod& node, std::string_view member, std::stop_token cancel,
                 Done<Duration> done) {
  Inside::command<Duration>(node, cancel, std::move(done),
                            [name = std::string{member}](NodeCore& core, NodeCore::Done told) {
                              core.ping(name, std::move(told));
                            });
}

void Async::next_event(const Gossipod& node, std::stop_token cancel, Done<Event> done) {
  Inside::begin<Event>(node, Inside::wait<Event>(node, cancel, std::move(done)),
                       [](NodeCore& core, const auto& once) { core.next_event(once); });
}

void Async::wait_until(const Gossipod& node, std::function<bool(const Members&)> holds,
                       std::stop_token cancel, Done<Members> done) {
  Inside::begin<Members>(node, Inside::wait<Members>(node, cancel, std::move(done)),
                         [holds = std::move(holds)](NodeCore& core, const auto& once) {
                           core.wait_until(once, holds);
                         });
}

}  // namespace gossipod::inline v0
