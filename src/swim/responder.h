// Responder: answers pings, and pings for others (SWIM 3.1, PING-REQ).
//
// As a relay we say nack early, at three fifths of the ack timeout, so that it can still count at
// the one who asked (memberlist's comes at its end, after the verdict), and go on waiting for a
// late ack.
//
// With Config::answer_members_only an answer goes only to a member that we know, at its address: it
// has to name itself in its ping, as all but very old versions do.
//
// Answers go where the question says, which may be a third party. So few of one datagram are
// answered (limits::answers_per_packet_max).
//
// Threads: none. Bounded: limits::relays_max, and limits::relays_per_source_max.
#pragma once

#include <gossipod/swim/node.h>

#include <optional>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "swim/context.h"
#include "swim/member_table.h"
#include "swim/transmitter.h"

namespace gossipod::swim {

class Responder {
 public:
  Responder(Context& context, MemberTable& table, Transmitter& transmitter)
      : context_{context}, table_{table}, transmitter_{transmitter} {}

  // Another datagram: what was answered of the last one does not count any more.
  void on_datagram() { answered_ = 0; }
  void on_ping(TimePoint now, const Endpoint& from, const wire::Ping& ping);
  void on_indirect_ping(TimePoint now, const Endpoint& from, const wire::IndirectPing& request);
  bool on_ack(SequenceNumber sequence);  // false: not ours
  void on_deadline(TimePoint now);
  [[nodiscard]] TimePoint next_deadline() const;
  // The process was stopped: nobody waits for these any more.
  void excuse() { relays_.clear(); }

 private:
  struct Relay {
    SequenceNumber ours;
    SequenceNumber theirs;
    Endpoint requester;
    Source asked_by;
    TimePoint nack_at;  // never: not wanted, or said
    TimePoint ends_at;
    bool answered = false;
  };
  [[nodiscard]] bool welcome(const Endpoint& answer, std::string_view claimed_name) const;
  // Why no further ping for others can be sent, if so.
  [[nodiscard]] std::optional<Counter> no_room(const Source& source) const;
  [[nodiscard]] bool may_answer(TimePoint now, const Endpoint& from);

  Context& context_;
  MemberTable& table_;
  Transmitter& transmitter_;
  std::size_t answered_ = 0;   // of the datagram that is being handled
  std::vector<Relay> relays_;  // in the order of their deadlines: all wait equally long
};

}  // namespace gossipod::swim
