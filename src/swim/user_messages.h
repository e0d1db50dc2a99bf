// UserMessages: what applications say to each other: as a datagram, reliably by stream, or to
// everybody by gossip; and what arrives of it, in the order of arrival.
//
// Threads: none.
#pragma once

#include <gossipod/swim/node.h>

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

  void send(OperationId operation, const Peer& to, Bytes payload);
  void send_reliable(TimePoint now, OperationId operation, const Peer& to, Bytes payload);
  void broadcast(OperationId operation, Bytes payload);

 private:
  [[nodiscard]] IdentityRef known(const Peer& peer) const;
  void refuse(OperationId operation, std::size_t bytes, std::size_t bytes_max);

  Context& context_;
  MemberTable& table_;
  Dissemination& dissemination_;
  Transmitter& transmitter_;
  Exchanges& exchanges_;
};

}  // namespace gossipod::swim
