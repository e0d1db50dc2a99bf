// UserMessages: what applications say to each other: as a datagram, reliably by stream, or to
// everybody by gossip; and what arrives of it, in the order of arrival.
//
// A broadcast is passed on by whoever gets it, once: memberlist leaves that to applications, and so
// does nothing for those its author does not happen to tell. It travels as a user message like any
// other, which all implementations deliver, behind a mark that only we understand.
//
// Threads: none.
#pragma once

#include <gossipod/swim/node.h>

#include "swim/broadcast_log.h"
#include "swim/context.h"
#include "swim/dissemination.h"
#include "swim/exchanges.h"
#include "swim/member_table.h"
#include "swim/transmitter.h"

namespace gossipod::swim {

class UserMessages {
 public:
  UserMessages(Context& context, MemberTable& table, Dissemination& dissemination,
               Transmitter& transmitter, Exchanges& exchanges)
      : context_{context},
        table_{table},
        dissemination_{dissemination},
        transmitter_{transmitter},
        exchanges_{exchanges} {}

  void deliver(const Endpoint& from, Bytes payload, bool reliable);
  // The user message that comes next from there is a broadcast.
  void on_mark(const Arrival& arrival, std::int64_t broadcast) {
    marked_ = {arrival.from, arrival.at, broadcast};
  }
  void on_message(const Arrival& arrival, Bytes payload);

  void send(OperationId operation, const Peer& to, Bytes payload);
  void send_reliable(TimePoint now, OperationId operation, const Peer& to, Bytes payload);
  void broadcast(TimePoint now, OperationId operation, Bytes payload);

 private:
  [[nodiscard]] IdentityRef known(const Peer& peer) const;
  struct Mark {
    Endpoint from;
    TimePoint at;
    std::int64_t broadcast = 0;
  };
  void refuse(OperationId operation, std::size_t bytes, std::size_t bytes_max);

  Context& context_;
  MemberTable& table_;
  Dissemination& dissemination_;
  Transmitter& transmitter_;
  Exchanges& exchanges_;
  Mark marked_;
  BroadcastLog known_;
};

}  // namespace gossipod::swim
