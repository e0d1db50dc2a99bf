// Waits: who waits for something of a node without a thread of his own: for the next event, for
// members as he wants them.
//
// Threads: the loop's. Nothing is allocated while nobody waits.
#pragma once

#include <gossipod/event.h>
#include <gossipod/members.h>

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "cluster/event_queue.h"
#include "cluster/once.h"

namespace gossipod::cluster {

class Waits {
 public:
  using EventOnce = std::shared_ptr<Once<Event>>;
  using MembersOnce = std::shared_ptr<Once<Members>>;

  void add(EventOnce once, EventQueue& queue);
  void add(MembersOnce once, std::function<bool(const Members&)> holds, const Members& now);

  // Something may have come.
  void serve(EventQueue& queue);
  void look(const Members& members);
  // Forgets those who were cancelled.
  void sweep();
  // Nothing comes any more.
  void end(const Error& why);

 private:
  struct Watch {
    MembersOnce once;
    std::function<bool(const Members&)> holds;
  };
  static bool told(const Watch& watch, const Members& members);

  std::deque<EventOnce> events_;
  std::vector<Watch> watches_;
};

}  // namespace gossipod::cluster
