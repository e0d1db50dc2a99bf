// Dissemination: which claims and user broadcasts ride on the next packet (SWIM 4.1).
//
// Our own farewell goes before everything. Of the room of a packet a quarter is the users', if they
// have something to say, and the rest the claims': so neither starves the other, however much comes
// of either. What one leaves, the other takes.
//
// Told least often first; among those the longest, which packs tightest; among those the newest.
// Each is told retransmit_limit() times, then it is done. Of a member there is one claim, the
// newest. memberlist: TransmitLimitedQueue (but ids are never used again).
//
// A claim is kept as a reference and encoded when it is told: 40 bytes each, whatever its length.
// Without gossip (Level::basic) nothing rides along: each thing is told to each member once, in a
// packet of its own, one thing after another: see tell_next().
//
// Threads: none. Allocates: when something is queued; what a burst took is given back.
#pragma once

#include <gossipod/swim/delegate.h>
#include <gossipod/swim/identity.h>
#include <gossipod/swim/node.h>
#include <gossipod/wire/message.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "swim/member_table.h"
#include "swim/trace.h"
#include "wire/packet_builder.h"

namespace gossipod::swim {

class Dissemination {
 public:
  explicit Dissemination(MemberTable& table, Level level = Level::suspicion)
      : table_{table}, direct_{level == Level::basic} {}

  // Newest claim about a member; replaces the older one, whose operation is over by that.
  // Alive: what the table says of it; `first` (for traces only): nobody has said so before.
  void tell_alive(MemberIndex about, OperationId operation = 0, bool first = false);
  void tell_accusation(MemberIndex about, MemberState state, const IdentityRef& from,
                       OperationId operation = 0);  // suspect or dead, at the table's incarnation
  void tell_farewell(MemberIndex self, OperationId operation);
  // Something of the user's. False: too much is waiting, or too many.
  // With an id it is a broadcast that others pass on (see wire::Nack::broadcast); without, for
  // those who hear it from us.
  bool tell_user(Bytes payload, std::size_t bytes_max, std::int64_t broadcast = 0);
  // What a broadcast may take of a packet besides its payload.
  static constexpr std::size_t broadcast_overhead = 1 + 2 + (1 + 1 + 10 + 9 + 6 + 1) + 8;
  void forget(MemberIndex about);
  // Something is told of the member that nobody had said before, and no operation waits for it.
  [[nodiscard]] bool tells_of_newcomer(MemberIndex about) const {
    const std::uint32_t slot = table_[about].told;
    return slot != no_slot && items_[slot].first && items_[slot].extra == no_slot;
  }
  // Another operation waits for what is being told about the member; false: nothing is.
  bool wait_for(MemberIndex about, OperationId operation);

  // Adds to the packet what fits and is due; `limit`: how often each is told in all. A delegate has
  // its own broadcasts, which share the users' room. What is told is traced, if somebody gives a
  // trace.
  void take(wire::PacketBuilder& packet, std::uint32_t limit, Delegate* delegate = nullptr,
            const PacketTrace* trace = nullptr);
  // Without gossip: adds the next thing that somebody has to be told to an empty packet.
  std::optional<MemberIndex> tell_next(wire::PacketBuilder& packet, MemberIndex self,
                                       const PacketTrace* trace = nullptr);
  // Without gossip: this member has to be told of us, and of nothing else.
  void greet(MemberIndex member) { greeted_.push_back(member); }

  [[nodiscard]] bool empty() const { return live_ == 0; }
  [[nodiscard]] std::size_t size() const { return live_; }
  [[nodiscard]] std::size_t users() const { return users_live_; }
  // Operations whose claim has been told often enough or was replaced; cleared by the caller.
  [[nodiscard]] std::vector<OperationId>& finished() { return finished_; }

 private:
  enum class Kind : std::uint8_t { alive, suspect, dead, user };
  enum class Rank : std::uint8_t { farewell, claim, user };
  struct Item {
    std::uint64_t id = 0;  // grows, never used again
    IdentityRef ref{};     // alive: who it is; suspect, dead: who says so
    std::uint32_t about = no_slot;
    Incarnation incarnation{};
    std::uint32_t extra = no_slot;  // slot in extras_: a payload or an operation
    std::uint16_t length = 0;
    std::uint8_t told = 0;
    Kind kind = Kind::alive;
    Rank rank = Rank::claim;
    bool first = false;  // alive: of a member that is new to us as well
  };
  struct Extra {
    std::vector<std::uint8_t> payload;
    std::vector<OperationId> operations;  // that are over when it has been told
    std::int64_t broadcast = 0;
  };
  using Tier = std::vector<std::uint32_t>;  // slots of items told equally often, in order
  using Tiers = std::vector<Tier>;

  static constexpr std::size_t users_share = 4;  // one part in so many

  void queue_accusation(MemberIndex about, Kind kind, Rank rank, const IdentityRef& from,
                        OperationId operation);
  void queue(Item item, Bytes payload, OperationId operation);
  Extra& extra_of(Item& item);
  void finish(std::uint32_t slot);  // already out of its tier
  // Told half as often again as a claim: no push-pull brings what gossip has missed, and each
  // member misses it with a probability of e^-(times it is told).
  [[nodiscard]] bool is_broadcast(const Item& item) const;
  Tier& tier_of(const Item& item);
  std::size_t take_from(Rank rank, wire::PacketBuilder& packet, std::size_t bytes_max,
                        const PacketTrace* trace);
  static std::size_t take_from(Delegate& delegate, wire::PacketBuilder& packet,
                               std::size_t bytes_max, const PacketTrace* trace);
  [[nodiscard]] bool must_hear(MemberIndex member, const Item& item, MemberIndex self) const;
  [[nodiscard]] bool before(std::uint32_t a, std::uint32_t b) const;
  // After a burst, when all is told: there may be hundreds of nodes in this process.
  void give_up_memory();
  bool add_to(wire::PacketBuilder& packet, const Item& item, const PacketTrace* trace) const;
  bool add_directly(wire::PacketBuilder& packet, const Item& item, MemberIndex to,
                    const PacketTrace* trace) const;
  void insert(std::uint32_t slot);  // into the tier for how often it was told
  [[nodiscard]] wire::Alive alive_of(const Item& item) const;

  MemberTable& table_;
  std::vector<Item> items_;
  std::vector<std::uint32_t> free_;
  std::vector<Extra> extras_;
  std::vector<std::uint32_t> free_extras_;
  std::array<Tiers, 3> tiers_;  // by rank
  Tier taken_;                  // scratch
  const bool direct_;
  std::vector<MemberIndex> greeted_;
  std::vector<std::uint32_t> waiting_;  // direct_: slots of items, in the order in which they came
  std::uint32_t place_ = 0;             // direct_: who is next to hear the first of them
  std::size_t users_credit_ = 0;        // bytes that the users may take before the claims
  std::vector<OperationId> finished_;
  std::uint64_t next_id_ = 1;
  std::size_t live_ = 0;
  std::size_t users_live_ = 0;  // of them: users' messages
  std::size_t user_bytes_ = 0;
};

}  // namespace gossipod::swim
