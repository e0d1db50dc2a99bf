#include "swim/dissemination.h"

#include <gossipod/assert.h>
#include <gossipod/limits.h>

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>

namespace gossipod::swim {
namespace {

std::array<std::uint8_t, 6> bytes_of(const Versions& versions) {
  return {versions.protocol_min, versions.protocol_max, versions.protocol_current,
          versions.delegate_min, versions.delegate_max, versions.delegate_current};
}

}  // namespace

wire::Alive Dissemination::alive_of(const Item& item) const {
  return wire::Alive{.incarnation = item.incarnation,
                     .node = item.ref->name(),
                     .address = item.ref->address(),
                     .port = item.ref->endpoint().port,
                     .metadata = item.ref->metadata(),
                     .versions = {}};
}

void Dissemination::tell_alive(MemberIndex about, OperationId operation, bool first) {
  const Row& row = table_[about];
  Item item{.ref = row.identity,
            .about = about.value(),
            .incarnation = row.incarnation,
            .kind = Kind::alive,
            .first = first};
  wire::Alive message = alive_of(item);
  const auto versions = bytes_of(item.ref->versions());
  if (item.ref->knows_versions()) message.versions = versions;
  item.length = static_cast<std::uint16_t>(wire::encoded_size(message));
  queue(std::move(item), {}, operation);
}

void Dissemination::tell_accusation(MemberIndex about, MemberState state, const IdentityRef& from,
                                    OperationId operation) {
  const Kind kind = state == MemberState::suspect ? Kind::suspect : Kind::dead;
  queue_accusation(about, kind, Rank::claim, from, operation);
}

void Dissemination::tell_farewell(MemberIndex self, OperationId operation) {
  queue_accusation(self, Kind::dead, Rank::farewell, table_[self].identity, operation);
}

void Dissemination::queue_accusation(MemberIndex about, Kind kind, Rank rank,
                                     const IdentityRef& from, OperationId operation) {
  const Row& row = table_[about];
  Item item{.ref = from,
            .about = about.value(),
            .incarnation = row.incarnation,
            .kind = kind,
            .rank = rank};
  // Both kinds have the same shape, and so the same length.
  item.length = static_cast<std::uint16_t>(wire::encoded_size(wire::Dead{
      .incarnation = row.incarnation, .node = row.identity->name(), .from = from->name()}));
  queue(std::move(item), {}, operation);
}

bool Dissemination::tell_user(Bytes payload, std::size_t bytes_max, std::int64_t broadcast) {
  if (user_bytes_ + payload.size() > bytes_max) return false;
  if (users_live_ >= limits::user_broadcasts_max) return false;  // they may be empty
  user_bytes_ += payload.size();
  ++users_live_;
  Item item{.kind = Kind::user, .rank = Rank::user};
  item.length =
      static_cast<std::uint16_t>(payload.size() + (broadcast == 0 ? 1 : broadcast_overhead));
  extra_of(item).broadcast = broadcast;
  queue(std::move(item), payload, 0);
  return true;
}

void Dissemination::forget(MemberIndex about) {
  const std::uint32_t slot = table_[about].told;
  if (slot == no_slot) return;
  if (direct_) {
    if (waiting_.front() == slot) place_ = 0;
    std::erase(waiting_, slot);
    return finish(slot);
  }
  Tier& tier = tier_of(items_[slot]);
  const auto at = std::lower_bound(tier.begin(), tier.end(), slot,
                                   [this](auto a, auto b) { return before(a, b); });
  GOSSIPOD_ASSERT(at != tier.end() && *at == slot);
  tier.erase(at);
  finish(slot);
}

bool Dissemination::wait_for(MemberIndex about, OperationId operation) {
  const std::uint32_t slot = table_[about].told;
  if (slot == no_slot) return false;
  extra_of(items_[slot]).operations.push_back(operation);
  return true;
}

Dissemination::Extra& Dissemination::extra_of(Item& item) {
  if (item.extra == no_slot && free_extras_.empty()) {
    item.extra = static_cast<std::uint32_t>(extras_.size());
    extras_.emplace_back();
  } else if (item.extra == no_slot) {
    item.extra = free_extras_.back();
    free_extras_.pop_back();
  }
  return extras_[item.extra];
}

void Dissemination::queue(Item item, Bytes payload, OperationId operation) {
  if (item.kind != Kind::user) forget(MemberIndex{item.about});
  item.id = next_id_++;
  if (item.kind == Kind::user) extra_of(item).payload.assign(payload.begin(), payload.end());
  if (operation != 0) extra_of(item).operations.push_back(operation);
  std::uint32_t slot = static_cast<std::uint32_t>(items_.size());
  if (free_.empty()) {
    items_.push_back(std::move(item));
  } else {
    slot = free_.back();
    free_.pop_back();
    items_[slot] = std::move(item);
  }
  if (items_[slot].kind != Kind::user) table_.row(MemberIndex{items_[slot].about}).told = slot;
  ++live_;
  if (direct_) {
    waiting_.push_back(slot);
  } else {
    insert(slot);
  }
}

void Dissemination::finish(std::uint32_t slot) {
  Item& item = items_[slot];
  if (item.kind != Kind::user) {
    table_.row(MemberIndex{item.about}).told = no_slot;
  } else {
    --users_live_;
  }
  if (item.extra != no_slot) {
    Extra& extra = extras_[item.extra];
    finished_.insert(finished_.end(), extra.operations.begin(), extra.operations.end());
    user_bytes_ -= extra.payload.size();
    extra = Extra{};
    free_extras_.push_back(item.extra);
  }
  item = Item{};
  free_.push_back(slot);
  --live_;
}

bool Dissemination::before(std::uint32_t a, std::uint32_t b) const {
  const Item& left = items_[a];
  const Item& right = items_[b];
  return left.length != right.length ? left.length > right.length : left.id > right.id;
}

void Dissemination::take(wire::PacketBuilder& packet, std::uint32_t limit, Delegate* delegate,
                         const PacketTrace* trace) {
  if (live_ == 0 && delegate == nullptr) return;
  taken_.clear();
  if (delegate != nullptr) delegate->begin_packet();
  take_from(Rank::farewell, packet, packet.room(), trace);
  // The claims first, but for what the users have saved up: something long has its turn as well.
  const bool users_wait = users_live_ > 0 || delegate != nullptr;
  users_credit_ = users_wait && live_ > users_live_
                      ? std::min(users_credit_ + packet.room() / users_share, packet.room())
                      : 0;
  take_from(Rank::claim, packet, packet.room() - users_credit_, trace);
  std::size_t used = take_from(Rank::user, packet, packet.room(), trace);
  if (delegate != nullptr) used += take_from(*delegate, packet, packet.room(), trace);
  users_credit_ -= std::min(users_credit_, used);
  const std::size_t left = packet.room();
  take_from(Rank::claim, packet, left, trace);
  if (used == 0 && packet.room() > left / users_share) users_credit_ = 0;  // there was nothing

  // Only now do they move on, so that nothing is told twice in one packet.
  constexpr std::uint32_t most = std::numeric_limits<std::uint8_t>::max();
  const std::uint32_t claims_limit = std::clamp<std::uint32_t>(limit, 1, most);
  const std::uint32_t broadcasts_limit = std::clamp<std::uint32_t>(limit + limit / 2, 1, most);
  for (const std::uint32_t slot : taken_) {
    const bool broadcast = is_broadcast(items_[slot]);
    if (++items_[slot].told >= (broadcast ? broadcasts_limit : claims_limit)) {
      finish(slot);
    } else {
      insert(slot);
    }
  }
  if (live_ == 0) give_up_memory();
}

std::size_t Dissemination::take_from(Rank rank, wire::PacketBuilder& packet, std::size_t bytes_max,
                                     const PacketTrace* trace) {
  const std::size_t room = packet.room();
  std::size_t used = 0;
  for (Tier& tier : tiers_[static_cast<std::size_t>(rank)]) {
    // The longest come first: whatever is too long for what is left is passed over at once. In a
    // long queue most packets are full before its end.
    const auto too_long = [&](std::uint32_t slot) {
      return items_[slot].length > std::min(bytes_max - used, packet.room());
    };
    auto kept = tier.end();  // from the first that was taken: where the next that stays goes
    auto seen = tier.begin();
    while (seen != tier.end() && used < bytes_max && !too_long(tier.back())) {
      const auto at = std::partition_point(seen, tier.end(), too_long);
      if (kept != tier.end()) kept = std::move(seen, at, kept);
      seen = at + 1;
      if (add_to(packet, items_[*at], trace)) {
        taken_.push_back(*at);
        used = std::min(room - packet.room(), bytes_max);
        if (kept == tier.end()) kept = at;
      } else if (kept != tier.end()) {
        *kept++ = *at;
      }
    }
    if (kept != tier.end()) tier.erase(kept, seen);
  }
  return used;
}

std::size_t Dissemination::take_from(Delegate& delegate, wire::PacketBuilder& packet,
                                     std::size_t bytes_max, const PacketTrace* trace) {
  const std::size_t room = packet.room();
  std::size_t used = 0;
  while (used + 1 < bytes_max && packet.room() > 1) {  // one byte is for the type
    const std::size_t most = std::min(packet.room(), bytes_max - used) - 1;
    const Bytes payload = delegate.next_broadcast(most);
    // A delegate that ignores the limit is not listened to.
    if (payload.data() == nullptr || payload.size() > most ||
        !add_traced(packet, wire::User{.payload = payload}, trace)) {
      break;
    }
    used = std::min(room - packet.room(), bytes_max);
  }
  return used;
}

std::optional<MemberIndex> Dissemination::tell_next(wire::PacketBuilder& packet, MemberIndex self,
                                                    const PacketTrace* trace) {
  while (!greeted_.empty()) {
    const MemberIndex member = greeted_.back();
    greeted_.pop_back();
    Item us{.ref = table_[self].identity, .incarnation = table_[self].incarnation, .first = true};
    if (!is_gone(table_[self].state) && table_[member].identity &&
        add_directly(packet, us, member, trace)) {
      return member;
    }
  }
  for (; !waiting_.empty(); place_ = 0) {
    const std::uint32_t slot = waiting_.front();
    while (place_ < table_.slots()) {
      const MemberIndex member{place_++};
      if (must_hear(member, items_[slot], self) &&
          add_directly(packet, items_[slot], member, trace)) {
        return member;
      }
    }
    waiting_.erase(waiting_.begin());
    finish(slot);
  }
  return std::nullopt;
}

// The accused as well, or it could not answer.
bool Dissemination::must_hear(MemberIndex member, const Item& item, MemberIndex self) const {
  const Row& row = table_[member];
  if (!row.identity || member == self) return false;
  return !is_gone(row.state) || member.value() == item.about;
}

void Dissemination::give_up_memory() {
  constexpr std::size_t items_kept = 16;
  if (items_.capacity() <= items_kept) return;
  const auto give_up = [](auto& vector) {
    std::remove_reference_t<decltype(vector)>{}.swap(vector);
  };
  give_up(items_);  // and not `= {}`, which would keep the memory
  give_up(free_);
  give_up(extras_);
  give_up(free_extras_);
  give_up(taken_);
  for (Tiers& tiers : tiers_) give_up(tiers);
}

bool Dissemination::add_directly(wire::PacketBuilder& packet, const Item& item, MemberIndex to,
                                 const PacketTrace* trace) const {
  if (trace == nullptr) return add_to(packet, item, nullptr);
  const PacketTrace known{trace->reporter, trace->now, table_[to].identity->endpoint()};
  return add_to(packet, item, &known);
}

bool Dissemination::add_to(wire::PacketBuilder& packet, const Item& item,
                           const PacketTrace* trace) const {
  switch (item.kind) {
    case Kind::alive: {
      wire::Alive message = alive_of(item);
      const auto versions = bytes_of(item.ref->versions());
      if (item.ref->knows_versions()) message.versions = versions;
      return add_traced(packet, message, trace, item.first);
    }
    case Kind::suspect:
      return add_traced(packet,
                        wire::Suspect{.incarnation = item.incarnation,
                                      .node = table_[MemberIndex{item.about}].identity->name(),
                                      .from = item.ref->name()},
                        trace);
    case Kind::dead:
      return add_traced(packet,
                        wire::Dead{.incarnation = item.incarnation,
                                   .node = table_[MemberIndex{item.about}].identity->name(),
                                   .from = item.ref->name()},
                        trace);
    case Kind::user: {
      const Extra& extra = extras_[item.extra];
      // Both or neither: the item's length leaves room for the two.
      if (packet.parts() + 2 > limits::compound_parts_max) return false;
      if (extra.broadcast != 0 &&
          !add_traced(packet, wire::Nack{.broadcast = extra.broadcast}, trace)) {
        return false;
      }
      return add_traced(packet, wire::User{.payload = extra.payload}, trace);
    }
  }
  return false;
}

bool Dissemination::is_broadcast(const Item& item) const {
  return item.kind == Kind::user && item.extra != no_slot && extras_[item.extra].broadcast != 0;
}

Dissemination::Tier& Dissemination::tier_of(const Item& item) {
  Tiers& tiers = tiers_[static_cast<std::size_t>(item.rank)];
  if (tiers.size() <= item.told) tiers.resize(item.told + std::size_t{1});
  return tiers[item.told];
}

void Dissemination::insert(std::uint32_t slot) {
  Tier& tier = tier_of(items_[slot]);
  tier.insert(std::lower_bound(tier.begin(), tier.end(), slot,
                               [this](auto a, auto b) { return before(a, b); }),
              slot);
}

}  // namespace gossipod::swim
