// Dissemination: which claims and user broadcasts ride on the next packet (SWIM 4.1).
//
// Told least often first; among those the longest, which packs tightest; among those the newest.
// Each is told retransmit_limit() times, then it is done. Of a member there is one claim, the
// newest. memberlist: TransmitLimitedQueue (but ids are never used again).
//
// A claim is kept as a reference and encoded when it is told: 40 bytes each, whatever its length.
// Threads: none. Allocates: when something is queued; what a burst took is given back.
#pragma once

#include <gossipod/swim/identity.h>
#include <gossipod/swim/node.h>
#include <gossipod/wire/message.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "swim/member_table.h"
#include "wire/packet_builder.h"

namespace gossipod::swim {

class Dissemination {
 public:
  explicit Dissemination(MemberTable& table) : table_{table} {}

  // Newest claim about a member; replaces the older one, whose operation is over by that.
  void tell_alive(MemberIndex about, OperationId operation = 0);  // what the table says of it
  void tell_accusation(MemberIndex about, MemberState state, const IdentityRef& from,
                       OperationId operation = 0);  // suspect or dead, at the table's incarnation
  // Something of the user's. False: too much is waiting.
  bool tell_user(Bytes payload, std::size_t bytes_max);
  void forget(MemberIndex about);
  // Another operation waits for what is being told about the member; false: nothing is.
  bool wait_for(MemberIndex about, OperationId operation);

  // Adds to the packet what fits and is due; `limit`: how often each is told in all.
  void take(wire::PacketBuilder& packet, std::uint32_t limit);

  [[nodiscard]] bool empty() const { return live_ == 0; }
  [[nodiscard]] std::size_t size() const { return live_; }
  // Operations whose claim has been told often enough or was replaced; cleared by the caller.
  [[nodiscard]] std::vector<OperationId>& finished() { return finished_; }

 private:
  enum class Kind : std::uint8_t { alive, suspect, dead, user };
  struct Item {
    std::uint64_t id = 0;  // grows, never used again
    IdentityRef ref{};     // alive: who it is; suspect, dead: who says so
    std::uint32_t about = no_slot;
    Incarnation incarnation{};
    std::uint32_t extra = no_slot;  // slot in extras_: a payload or an operation
    std::uint16_t length = 0;
    std::uint8_t told = 0;
    Kind kind = Kind::alive;
  };
  struct Extra {
    std::vector<std::uint8_t> payload;
    std::vector<OperationId> operations;  // that are over when it has been told
  };
  using Tier = std::vector<std::uint32_t>;  // slots of items told equally often, in order

  void queue(Item item, Bytes payload, OperationId operation);
  Extra& extra_of(Item& item);
  void finish(std::uint32_t slot);  // already out of its tier
  [[nodiscard]] bool before(std::uint32_t a, std::uint32_t b) const;
  // After a burst, when all is told: there may be hundreds of nodes in this process.
  void give_up_memory();
  bool add_to(wire::PacketBuilder& packet, const Item& item) const;
  void insert(std::uint32_t slot);  // into the tier for how often it was told
  [[nodiscard]] wire::Alive alive_of(const Item& item) const;

  MemberTable& table_;
  std::vector<Item> items_;
  std::vector<std::uint32_t> free_;
  std::vector<Extra> extras_;
  std::vector<std::uint32_t> free_extras_;
  std::vector<Tier> tiers_;
  Tier taken_;  // scratch
  std::vector<OperationId> finished_;
  std::uint64_t next_id_ = 1;
  std::size_t live_ = 0;
  std::size_t user_bytes_ = 0;
};

}  // namespace gossipod::swim
