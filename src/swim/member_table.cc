#include "swim/member_table.h"

#include <gossipod/assert.h>

#include <algorithm>
#include <array>

namespace gossipod::swim {
namespace {
constexpr std::size_t page_rows = 64;
}

std::optional<MemberIndex> MemberTable::find(std::string_view name) const {
  if (index_.empty()) return std::nullopt;
  const std::uint32_t hash = pool_.hash(name);
  const std::size_t mask = index_.size() - 1;
  for (std::size_t at = hash & mask; !index_[at].empty(); at = (at + 1) & mask) {
    const Slot slot = index_[at];
    if (slot.may_be(hash) && rows_[slot.row()].identity->name() == name) {
      return MemberIndex{slot.row()};
    }
  }
  return std::nullopt;
}

void MemberTable::expect(std::span<const std::string_view> names) const {
  constexpr std::size_t in_cache_anyway = 512;  // members; found by measuring
  if (rows_.size() < in_cache_anyway) return;
  GOSSIPOD_ASSERT(names.size() <= expected_max);
  const std::size_t mask = index_.size() - 1;
  std::array<std::uint32_t, expected_max> hashes;
  for (std::size_t i = 0; i < names.size(); ++i) {
    hashes[i] = pool_.hash(names[i]);
    __builtin_prefetch(&index_[hashes[i] & mask]);
  }
  std::array<std::uint32_t, expected_max> rows;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::size_t at = hashes[i] & mask;
    while (!index_[at].empty() && !index_[at].may_be(hashes[i])) at = (at + 1) & mask;
    rows[i] = index_[at].empty() ? no_slot : index_[at].row();
    if (rows[i] != no_slot) __builtin_prefetch(&rows_[rows[i]]);
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (rows[i] == no_slot) continue;
    const auto* identity = reinterpret_cast<const char*>(rows_[rows[i]].identity.get());
    __builtin_prefetch(identity);
    __builtin_prefetch(identity + 64);
  }
}

MemberIndex MemberTable::add(IdentityRef identity, Belief belief, TimePoint now) {
  std::uint32_t place = free_;
  if (place != Row::no_place) {
    free_ = rows_[place].order_at;
  } else {
    place = static_cast<std::uint32_t>(rows_.size());
    // By an eighth, not by as much again: rows are most of what a node takes.
    const std::size_t size = rows_.size();
    if (size == rows_.capacity()) rows_.reserve(size + std::max<std::size_t>(size / 8, 8));
    rows_.emplace_back();
  }
  const MemberIndex index{place};
  index_add(identity->name_hash(), place);
  Row& row = rows_[place];
  row = Row{.identity = std::move(identity),
            .changed = now,
            .incarnation = belief.incarnation,
            .state = belief.state};
  row.set_order_at(order_.size());
  order_.push_back(index);
  if (order_.size() > 1) {
    const std::uint32_t at = rng_.below(static_cast<std::uint32_t>(order_.size() - 1));
    std::swap(order_[at], order_.back());
    rows_[order_[at].value()].set_order_at(at);
    rows_[order_.back().value()].set_order_at(order_.size() - 1);
  }
  ++counts_[static_cast<std::size_t>(belief.state)];
  touch(index);
  return index;
}

void MemberTable::remove(MemberIndex index) {
  Row& row = rows_[index.value()];
  GOSSIPOD_ASSERT(row.identity && row.suspicion == no_slot && row.told == no_slot);
  index_remove(row.identity->name_hash(), index.value());
  --counts_[static_cast<std::size_t>(row.state)];
  // Fill the gap so that nobody is skipped or probed twice in this round: from the end if the gap
  // lies ahead of the cursor, else by way of the last one that was probed.
  std::uint32_t gap = row.order_at;
  const auto fill = [&](std::size_t from) {
    if (from == gap) return;  // whoever stands there has been moved already, or is the one to go
    order_[gap] = order_[from];
    rows_[order_[gap].value()].set_order_at(gap);
    gap = static_cast<std::uint32_t>(from);
  };
  if (gap < cursor_) fill(--cursor_);
  fill(order_.size() - 1);
  order_.pop_back();
  row = Row{};
  row.set_order_at(free_);
  free_ = index.value();
  touch(index);
}

void MemberTable::set_identity(MemberIndex index, IdentityRef identity) {
  Row& row = rows_[index.value()];
  row.identity = std::move(identity);
  touch(index);
}

void MemberTable::set_incarnation(MemberIndex index, Incarnation incarnation) {
  rows_[index.value()].incarnation = incarnation;
  touch(index);
}

void MemberTable::set_state(MemberIndex index, MemberState state, TimePoint now) {
  Row& row = rows_[index.value()];
  --counts_[static_cast<std::size_t>(row.state)];
  ++counts_[static_cast<std::size_t>(state)];
  row.state = state;
  row.changed = now;
  touch(index);
}

std::size_t MemberTable::bytes() const {
  return rows_.capacity() * sizeof(Row) + index_.capacity() * sizeof(Slot) +
         order_.capacity() * sizeof(MemberIndex) + draw_.capacity() * sizeof(MemberIndex);
}

std::optional<MemberIndex> MemberTable::next_in_order() {
  if (cursor_ < order_.size()) return order_[cursor_++];
  cursor_ = 0;
  rng_.shuffle(std::span{order_});
  for (std::uint32_t at = 0; at < order_.size(); ++at) rows_[order_[at].value()].set_order_at(at);
  return std::nullopt;
}

std::optional<std::size_t> MemberTable::poll_changed_page() {
  if (changed_pages_.empty()) return std::nullopt;
  const std::size_t page = changed_pages_.back();
  changed_pages_.pop_back();
  page_changed_[page] = false;
  return page;
}

void MemberTable::touch(MemberIndex index) {
  ++epoch_;
  const std::size_t page = index.value() / page_rows;
  if (page >= page_changed_.size()) page_changed_.resize(page + 1);
  if (page_changed_[page]) return;
  page_changed_[page] = true;
  changed_pages_.push_back(static_cast<std::uint32_t>(page));
}

void MemberTable::index_add(std::uint32_t hash, std::uint32_t row) {
  if ((order_.size() + 1) * 4 > index_.size() * 3) {
    std::vector<Slot> old(std::max<std::size_t>(16, index_.size() * 2));
    old.swap(index_);
    for (const Slot& slot : old) {
      if (slot.empty()) continue;
      std::size_t at = hash_of(slot) & (index_.size() - 1);
      while (!index_[at].empty()) at = (at + 1) & (index_.size() - 1);
      index_[at] = slot;
    }
  }
  const std::size_t mask = index_.size() - 1;
  std::size_t at = hash & mask;
  while (!index_[at].empty()) at = (at + 1) & mask;
  index_[at] = Slot{hash, row};
}

void MemberTable::index_remove(std::uint32_t hash, std::uint32_t row) {
  const std::size_t mask = index_.size() - 1;
  std::size_t hole = hash & mask;
  while (index_[hole].row() != row) hole = (hole + 1) & mask;
  // As in IdentityPool: move back whoever would no longer be found across the gap.
  for (std::size_t next = (hole + 1) & mask; !index_[next].empty(); next = (next + 1) & mask) {
    const std::size_t home = hash_of(index_[next]) & mask;
    if (((next - home) & mask) >= ((next - hole) & mask)) {
      index_[hole] = index_[next];
      hole = next;
    }
  }
  index_[hole] = Slot{};
}

}  // namespace gossipod::swim
