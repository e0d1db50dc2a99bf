// MemberTable: what is believed of each member, ourselves included.
//
// A member is a dense index; its row, its entry in the index by name and its place in the probe
// order take some 48 bytes. Who it says it is lives in the pool. Places of forgotten members are
// used again. Nothing here decides anything: see Claims.
#pragma once

#include <gossipod/assert.h>
#include <gossipod/limits.h>
#include <gossipod/swim/identity.h>
#include <gossipod/swim/node.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "swim/merge_rule.h"

namespace gossipod::swim {

inline constexpr std::uint32_t no_slot = 0xffff'ffffu;

struct Row {
  IdentityRef identity;  // none: a free place
  TimePoint changed;     // when the state last changed
  Incarnation incarnation;
  std::uint32_t suspicion = no_slot;  // Suspicions' slot, while suspect
  std::uint32_t told = no_slot;       // Dissemination's slot, while there is something to tell
  static constexpr std::uint32_t place_bits = 30;
  static constexpr std::uint32_t no_place = (1u << place_bits) - 1;
  std::uint32_t order_at : place_bits = no_place;  // of a free place: the next free one
  MemberState state : 32 - place_bits = MemberState::alive;

  [[nodiscard]] Belief belief() const { return {state, incarnation}; }
  void set_order_at(std::size_t place) {
    GOSSIPOD_ASSERT(place <= no_place);
    order_at = static_cast<std::uint32_t>(place) & no_place;
  }
};
static_assert(sizeof(Row) <= 32 && limits::members_max < Row::no_place);

class MemberTable {
 public:
  MemberTable(IdentityPool& pool, Rng& rng) : pool_{pool}, rng_{rng} {}

  [[nodiscard]] std::optional<MemberIndex> find(std::string_view name) const;
  // These will be looked for: asks the memory for all of them together, or each would be waited for
  // three times, one after another: its index entry, its row, its identity.
  static constexpr std::size_t expected_max = 32;
  void expect(std::span<const std::string_view> names) const;
  [[nodiscard]] const Row& operator[](MemberIndex index) const { return rows_[index.value()]; }
  // For the slots that the parts keep in a row; beliefs change through the functions below.
  [[nodiscard]] Row& row(MemberIndex index) { return rows_[index.value()]; }

  // A new member, placed at random in the probe order so that it is probed within this round or the
  // next (SWIM 4.3).
  MemberIndex add(IdentityRef identity, Belief belief, TimePoint now);
  void remove(MemberIndex index);
  void set_identity(MemberIndex index, IdentityRef identity);  // of the same name
  void set_incarnation(MemberIndex index, Incarnation incarnation);
  void set_state(MemberIndex index, MemberState state, TimePoint now);

  // How many are known, ourselves and the dead included: N in all formulas.
  [[nodiscard]] std::size_t size() const { return order_.size(); }
  [[nodiscard]] std::size_t slots() const { return rows_.size(); }
  [[nodiscard]] std::size_t count(MemberState state) const {
    return counts_[static_cast<std::size_t>(state)];
  }
  [[nodiscard]] std::size_t bytes() const;
  // Grows with every change anybody could see.
  [[nodiscard]] std::uint64_t epoch() const { return epoch_; }

  // --- Probe order: random round robin
  // The next in the order; nothing at the end of a round, which also starts the next one,
  // reshuffled.
  [[nodiscard]] std::optional<MemberIndex> next_in_order();
  [[nodiscard]] const std::vector<MemberIndex>& order() const { return order_; }

  // Up to `k` different members for which `wanted` holds, at random, into `out`. Exhaustive while
  // the table is small, else drawn 3 N times at most; may be fewer. memberlist-compatible.
  template <class Wanted>
  void pick(std::size_t k, Wanted wanted, std::vector<MemberIndex>& out);

  // Pages of 64 places that changed since this was asked last.
  [[nodiscard]] std::optional<std::size_t> poll_changed_page();

 private:
  // A row, and enough of the hash of its name that others are hardly ever looked at.
  class Slot {
   public:
    Slot() = default;
    Slot(std::uint32_t hash, std::uint32_t row) : bits_{(hash & tag_mask) | row} {}
    [[nodiscard]] bool empty() const { return bits_ == no_slot; }
    [[nodiscard]] bool may_be(std::uint32_t hash) const {
      return (bits_ & tag_mask) == (hash & tag_mask);
    }
    [[nodiscard]] std::uint32_t row() const { return bits_ & ~tag_mask; }

   private:
    // No row has the last number, so that no slot looks empty.
    static constexpr std::uint32_t row_bits = 21;
    static constexpr std::uint32_t tag_mask = ~((1u << row_bits) - 1);
    static_assert(limits::members_max < (1u << row_bits) - 1);
    std::uint32_t bits_ = no_slot;
  };
  [[nodiscard]] std::uint32_t hash_of(Slot slot) const {
    return rows_[slot.row()].identity->name_hash();
  }
  void touch(MemberIndex index);
  void index_add(std::uint32_t hash, std::uint32_t row);
  void index_remove(std::uint32_t hash, std::uint32_t row);

  IdentityPool& pool_;
  Rng& rng_;
  std::vector<Row> rows_;
  std::vector<Slot> index_;  // open addressing by name, a power of two
  std::vector<MemberIndex> order_;
  std::vector<std::uint32_t> changed_pages_;
  std::vector<bool> page_changed_;
  std::vector<MemberIndex> draw_;
  std::array<std::size_t, 4> counts_{};
  std::uint64_t epoch_ = 0;
  std::size_t cursor_ = 0;
  std::uint32_t free_ = Row::no_place;
};

template <class Wanted>
void MemberTable::pick(std::size_t k, Wanted wanted, std::vector<MemberIndex>& out) {
  out.clear();
  const std::size_t n = order_.size();
  if (n < 3 * k) {
    draw_ = order_;
    for (std::size_t left = n; left > 0 && out.size() < k; --left) {
      const std::uint32_t at = rng_.below(static_cast<std::uint32_t>(left));
      if (wanted(draw_[at])) out.push_back(draw_[at]);
      draw_[at] = draw_[left - 1];
    }
    return;
  }
  for (std::size_t tries = 0; tries < 3 * n && out.size() < k; ++tries) {
    const MemberIndex drawn = order_[rng_.below(static_cast<std::uint32_t>(n))];
    bool taken = false;
    for (const MemberIndex other : out) taken = taken || other == drawn;
    if (!taken && wanted(drawn)) out.push_back(drawn);
  }
}

}  // namespace gossipod::swim
