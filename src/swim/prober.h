// Prober: whom to ping next, when to ask others, and the verdict (SWIM 3.1, 4.3; Lifeguard's
// LHA-Probe). One member at a time, in random round robin order.
//
//   start ── ping ──────────────────────────────► ack: alive
//     + ack_timeout ── ping-req to k others ────► ack, relayed or late: alive
//                   └─ ping by stream ──────────► ack: alive, and a warning
//     + indirect_ack_timeout ── verdict ────────► suspect
//
// Both times are stretched by local health. memberlist-compatible, but the ack timeout is stretched
// too, as Lifeguard has it, and the first probe comes at a really random time.
#pragma once

#include <gossipod/swim/node.h>

#include <optional>
#include <vector>

#include "swim/claims.h"
#include "swim/context.h"
#include "swim/member_table.h"
#include "swim/reaper.h"
#include "swim/transmitter.h"

namespace gossipod::swim {

class Prober {
 public:
  Prober(Context& context, MemberTable& table, Claims& claims, Reaper& reaper,
         Transmitter& transmitter)
      : context_{context},
        table_{table},
        claims_{claims},
        reaper_{reaper},
        transmitter_{transmitter} {}

  void begin(TimePoint now);
  void on_deadline(TimePoint now);
  [[nodiscard]] TimePoint next_deadline() const;

  // False: not ours.
  bool on_ack(TimePoint now, TimePoint arrived, const wire::Ack& ack);
  bool on_nack(SequenceNumber sequence);
  void on_stream_ack(SequenceNumber sequence);
  // The process was stopped: what runs is void.
  void excuse(TimePoint now);

  // A member whose datagrams go unanswered and that is to be asked by stream.
  struct Fallback {
    IdentityRef target;
    SequenceNumber sequence;
    TimePoint deadline;
  };
  [[nodiscard]] std::optional<Fallback> poll_fallback();
  [[nodiscard]] bool wants_fallback() const { return fallback_.has_value(); }

  // A ping the application asked for: one datagram, no consequences.
  void ping(TimePoint now, OperationId operation, MemberIndex member);

 private:
  struct Probe {
    MemberIndex target;
    IdentityRef identity;
    Incarnation incarnation;
    SequenceNumber sequence;
    TimePoint started;
    TimePoint ask_others_at;
    TimePoint verdict_at;
    std::uint32_t nacks_expected = 0;
    std::uint32_t nacks_received = 0;
    bool asked_others = false;
    bool contacted = false;  // by stream
  };
  struct Ping {
    OperationId operation = 0;
    IdentityRef target;
    SequenceNumber sequence;
    TimePoint started;
    TimePoint deadline;
  };
  void begin_ticking(TimePoint now);
  void start(TimePoint now);
  void ask_others();
  void judge(TimePoint now);
  void succeed(TimePoint now);
  void end_probe(TimePoint now);
  [[nodiscard]] std::optional<MemberIndex> next_target(TimePoint now);
  void expire_pings(TimePoint now);
  void tell_health(TimePoint now, std::uint32_t before);

  Context& context_;
  MemberTable& table_;
  Claims& claims_;
  Reaper& reaper_;
  Transmitter& transmitter_;
  std::optional<Probe> probe_;
  std::optional<Fallback> fallback_;
  std::vector<Ping> pings_;
  std::vector<MemberIndex> helpers_;  // scratch
  TimePoint tick_at_ = never;
};

}  // namespace gossipod::swim
