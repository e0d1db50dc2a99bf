// LastCalls: before a suspicion can end, the suspect is asked again, several times.
//
// Where many packets are lost, somebody now and then misses every copy of a contradiction, and
// would bury a member that all others see alive. So from a little before the earliest end of a
// suspicion on, the suspect gets pings that tell it what it is accused of, each second time through
// others too, and sometimes, from a few of all members, the same by a stream: who lives
// contradicts, and its answer rides on the ack, or goes round.
//
// An ack without a contradiction is no proof that the accusation was refuted (memberlist's members
// contradict an accusation once only, and it may be this answer that was lost); but the dead do not
// answer. So the suspicion begins anew, and we ask the suspect by a stream for everything it
// knows. Whoever is dead answers nothing, and is found to be dead no later than without all this.
//
// Where fewer agree than could, or nobody could, the others may know better, and what they said has
// missed us; the suspect itself we may not reach at all. So now and then one of the others is asked
// for everything, as at a push-pull, which is too rare for that where members are many.
//
// Costs: nothing while nobody is suspected, nor where no packet was lost lately (LossWatch): who
// has missed nothing has not missed a contradiction. Else, during a suspicion that nobody
// contradicts, a few packets, and a stream now and then. Of many suspects at once only a few are
// asked at a time, and others for an opinion at most 16 times as often as by push-pulls.
//
// Threads: none. Ours: no paper and no peer has it.
#pragma once

#include <gossipod/swim/node.h>

#include <vector>

#include "swim/claims.h"
#include "swim/context.h"
#include "swim/member_table.h"
#include "swim/push_pull.h"
#include "swim/transmitter.h"

namespace gossipod::swim {

class LastCalls {
 public:
  LastCalls(Context& context, MemberTable& table, Claims& claims, PushPull& push_pull,
            Transmitter& transmitter)
      : context_{context},
        table_{table},
        claims_{claims},
        push_pull_{push_pull},
        transmitter_{transmitter} {}

  // Comes when Claims has something due, before it judges.
  void on_deadline(TimePoint now);
  bool on_ack(TimePoint now, SequenceNumber sequence);  // false: not ours

 private:
  // Enough for what a lossy network brings, and little when half of the cluster is cut off.
  static constexpr std::size_t calls_per_ack_timeout = 16;
  // The fourth call is the last one before the earliest end of a suspicion, when all that agree
  // have said so. From then on it is one in eight, about five till the latest end.
  static constexpr std::uint32_t calls_before_an_opinion = 3;
  static constexpr std::uint32_t calls_per_opinion = 8;
  // Of all members together, so many call a suspect by a stream at a time.
  static constexpr std::uint32_t streams_of_all = 8;

  struct Asked {
    IdentityRef whom;  // none: a free place
    SequenceNumber sequence;
    TimePoint at;
  };
  [[nodiscard]] static bool asks_more(const Suspicions::Call& call);
  [[nodiscard]] bool calls_by_stream(const Suspicions::Call& call) const;
  void ask(TimePoint now, MemberIndex member, bool through_others);

  Context& context_;
  MemberTable& table_;
  Claims& claims_;
  PushPull& push_pull_;
  Transmitter& transmitter_;
  std::vector<Asked> asked_;  // a ring, from the first call on
  std::size_t next_ = 0;
  std::vector<MemberIndex> helpers_;  // scratch
};

}  // namespace gossipod::swim
