#include "swim/push_pull.h"

#include <gossipod/assert.h>
#include <gossipod/limits.h>

#include <algorithm>
#include <utility>

#include "swim/compatibility.h"
#include "swim/formulas.h"
#include "wire/codec.h"

namespace gossipod::swim {

void PushPull::begin(TimePoint now) {
  catch_up_.on_join(now);
  const Duration interval = context_.config.push_pull_interval;
  if (interval == Duration{0} || context_.config.level == Level::basic) return;
  next_at_ = now + context_.rng.below(interval) + interval_by_size();
}

void PushPull::on_deadline(TimePoint now) {
  if (busy_at_ <= now) ask_the_busy(now);
  if (catch_up_.next_deadline() <= now) ask_again(now);
  if (next_at_ > now) return;
  next_at_ = now + interval_by_size();
  pick_anybody();
  if (!partner_.empty()) dial(now, partner_.front());
}

Duration PushPull::interval_by_size() const {
  return context_.config.push_pull_interval * push_pull_scale(table_.size());
}

void PushPull::ask_for_an_opinion(TimePoint now) {
  if (!is_regular() || now < opinion_at_) return;
  // Where one way is closed, streams do not get through either. Once: the next time it may have
  // become unreachable as well.
  const IdentityRef reached = std::exchange(context_.reached, IdentityRef{});
  partner_.clear();
  if (const auto member = reached ? table_.find(reached->name()) : std::nullopt) {
    if (is_asked(*member)) partner_.push_back(*member);
  }
  if (partner_.empty()) pick_anybody();
  if (partner_.empty()) return;
  opinion_at_ = now + interval_by_size() / opinions_per_interval;
  context_.reporter.count(Counter::opinions_asked);
  ask(now, partner_.front());
}

void PushPull::watch(TimePoint now) {
  catch_up_.on_heard(now, claims_.learned() - taught_, table_.size());
  const bool kept = catch_up_.keeps_to_itself(table_.size());
  if (kept != kept_) claims_.forget_newcomers();  // all ask, or have asked
  kept_ = kept;
  claims_.keep_to_ourselves(kept);
}

void PushPull::ask_again(TimePoint now) {
  partner_.clear();
  const auto places = static_cast<std::uint32_t>(table_.slots());
  for (auto place = static_cast<std::uint32_t>(CatchUp::oldest_asked(places)); place < places;
       ++place) {
    const MemberIndex member{place};
    if (table_[member].identity && is_asked(member)) partner_.push_back(member);
  }
  if (partner_.empty()) pick_anybody();
  if (partner_.empty()) return catch_up_.on_no_answer(now, table_.size());
  const auto count = static_cast<std::uint32_t>(partner_.size());
  catch_up_.on_asked(now, claims_.learned());
  dial(now, partner_[context_.rng.below(count)], {.again = true});
}

void PushPull::on_unanswered(TimePoint now) { catch_up_.on_no_answer(now, table_.size()); }

void PushPull::remind() {
  std::size_t left = CatchUp::reminded(table_.size());
  for (std::size_t place = table_.slots(); place > 0 && left > 0; --place) {
    const MemberIndex member{static_cast<std::uint32_t>(place - 1)};
    if (!table_[member].identity) continue;
    claims_.remind(member);
    --left;
  }
}

void PushPull::pick_anybody() {
  const auto wanted = [&](MemberIndex member) { return is_asked(member); };
  table_.pick(1, wanted, partner_);
}

bool PushPull::is_asked(MemberIndex member) const {
  return member != context_.self && table_[member].state == MemberState::alive;
}

void PushPull::dial(TimePoint now, MemberIndex member, Exchange exchange) {
  exchange.peer = table_[member].identity;
  exchange.to = exchange.peer->endpoint();
  context_.reporter.count(Counter::push_pulls);
  open(now, std::move(exchange));
}

void PushPull::dial(TimePoint now, OperationId operation, const Peer& to, bool join) {
  Exchange exchange{.to = to.endpoint, .operation = operation, .join = join, .since = now};
  if (!to.name.empty() && to.name.size() <= limits::name_bytes_max) {
    exchange.peer =
        context_.pool->intern({.name = to.name, .address = {}, .metadata = {}, .versions = {}});
  }
  if (join && operation != 0) catch_up_.on_join(now);
  context_.reporter.count(Counter::push_pulls);
  open(now, std::move(exchange));
}

void PushPull::open(TimePoint now, Exchange exchange) {
  exchanges_.open(now + context_.config.stream_timeout, std::move(exchange));
}

bool PushPull::ask_later(TimePoint now, const Exchange& exchange) {
  if (exchange.operation == 0 || now - exchange.since > busy_longest) return false;
  const Duration wait = busy_first * (1 << std::min(exchange.tries, busy_doublings));
  Later later{now + wait + context_.rng.below(wait), exchange};
  ++later.exchange.tries;
  busy_at_ = std::min(busy_at_, later.at);
  later_.push_back(std::move(later));
  return true;
}

void PushPull::ask_the_busy(TimePoint now) {
  busy_at_ = never;
  std::erase_if(later_, [&](Later& later) {
    if (later.at > now) {
      busy_at_ = std::min(busy_at_, later.at);
      return false;
    }
    open(now, std::move(later.exchange));
    return true;
  });
}

Bytes PushPull::user_state(bool join) const {
  Bytes state;
  if (context_.delegate != nullptr) state = context_.delegate->local_state(join);
  return state.size() > limits::user_state_max ? Bytes{} : state;  // no peer would take it
}

SharedBytes PushPull::question(const Exchange& exchange) {
  if (!exchange.again && !exchange.brief) return state(exchange.join);
  const auto places = static_cast<std::uint32_t>(table_.slots());
  About about{.first = places};
  if (exchange.brief) about.also = table_.find(exchange.peer->name());
  if (exchange.again && places > CatchUp::large_from) about.first = places - told_when_asking;
  return std::make_shared<const LargeBytes>(encode(false, user_state(false), about));
}

SharedBytes PushPull::state(bool join) {
  const Bytes users = user_state(join);
  Cached& cached = cached_[join ? 1 : 0];
  if (cached.epoch == table_.epoch() && std::ranges::equal(cached.user_state, users)) {
    if (SharedBytes bytes = cached.bytes.lock()) return bytes;
  }
  cached.user_state.assign(users.begin(), users.end());
  cached.epoch = table_.epoch();
  auto bytes = std::make_shared<const LargeBytes>(encode(join, cached.user_state, {}));
  cached.bytes = bytes;
  return bytes;
}

LargeBytes PushPull::encode(bool join, Bytes user_state, const About& about) const {
  LargeBytes out;
  const auto append = [&](std::size_t bytes, const auto& message) {
    const std::size_t start = out.size();
    if (start + bytes > out.capacity()) reserve(out, 2 * (start + bytes));
    out.resize(start + bytes);
    wire::Writer writer{MutableBytes{out}.subspan(start)};
    wire::encode(writer, message);
    GOSSIPOD_ASSERT(writer.ok());
    out.resize(start + writer.size());
  };
  const auto append_row = [&](MemberIndex member) {
    const Row& row = table_[member];
    const Versions& v = row.identity->versions();
    const std::array<std::uint8_t, limits::versions_bytes> versions{
        v.protocol_min, v.protocol_max, v.protocol_current,
        v.delegate_min, v.delegate_max, v.delegate_current};
    const wire::Record record{.name = row.identity->name(),
                              .address = row.identity->address(),
                              .port = row.identity->endpoint().port,
                              .metadata = row.identity->metadata(),
                              .incarnation = row.incarnation,
                              .state = static_cast<std::int64_t>(row.state),
                              .versions = versions};
    append(wire::encoded_size(record), record);
  };
  const auto for_each_told = [&](const auto& tell) {
    if (about.also) tell(*about.also);
    const auto places = static_cast<std::uint32_t>(table_.slots());
    for (std::uint32_t place = about.first; place < places; ++place) {
      const MemberIndex member{place};
      if (member != context_.self && table_[member].identity) tell(member);
    }
  };
  std::size_t count = 1;
  for_each_told([&](MemberIndex) { ++count; });
  constexpr std::size_t header_bytes_max = 64;
  out.reserve(header_bytes_max + count * row_bytes_usual + user_state.size());
  append(header_bytes_max,
         wire::PushPullHeader{.join = join,
                              .nodes = static_cast<std::int64_t>(count),
                              .user_state_length = static_cast<std::int64_t>(user_state.size())});
  append_row(context_.self);
  for_each_told(append_row);
  gossipod::append(out, user_state);
  shrink_to_fit(out);
  return out;
}

void PushPull::take_some(wire::Records& records, std::vector<wire::Record>& some) const {
  some.clear();
  std::array<std::string_view, MemberTable::expected_max> names;
  while (some.size() < names.size()) {
    auto record = records.next();
    if (!record) break;
    names[some.size()] = record->name;
    some.push_back(std::move(*record));
  }
  table_.expect(std::span{names}.first(some.size()));
}

void PushPull::take(TimePoint now, const wire::Record& record, std::string_view self) {
  switch (record.state) {
    case static_cast<std::int64_t>(MemberState::alive):
      return claims_.on_alive(now, {.incarnation = record.incarnation,
                                    .node = record.name,
                                    .address = record.address,
                                    .port = record.port,
                                    .metadata = record.metadata,
                                    .versions = record.versions});
    case static_cast<std::int64_t>(MemberState::left):
      return claims_.on_dead(
          now, {.incarnation = record.incarnation, .node = record.name, .from = record.name});
    case static_cast<std::int64_t>(MemberState::suspect):
      return claims_.on_hearsay(
          now, {.incarnation = record.incarnation, .node = record.name, .from = self});
    case static_cast<std::int64_t>(MemberState::dead):
      return claims_.on_suspect(
          now, {.incarnation = record.incarnation, .node = record.name, .from = self});
    default:
      return;  // a state of the future
  }
}

std::optional<Error> PushPull::merge(TimePoint now, const wire::PushPull& remote,
                                     const Exchange* ours) {
  if (const auto member = incompatible(table_[context_.self].identity->versions(), remote)) {
    return Error{Errc::protocol, "versions",
                 "nobody there speaks our version: " + *member + " does not"};
  }
  if (remote.join() && context_.delegate != nullptr) {
    if (std::string reason = context_.delegate->refuse_merge(remote); !reason.empty()) {
      return Error{Errc::vetoed, "merge", std::move(reason)};
    }
  }
  // Alone, we have nobody to tell: those who are told of in an answer know one another. Few we tell
  // of all the same: where a few start together each word counts, and costs little. And it says
  // nothing of a burst that a cluster is large.
  const bool alone = table_.size() == 1 && remote.size() > told_on_up_to;
  const bool again = ours != nullptr && ours->again;
  // In a large burst others are told by who tells us, or will ask; but a joiner nobody knows yet.
  const bool burst = catch_up_.keeps_to_itself(table_.size()) && !remote.join();
  const bool common = again || burst || (ours != nullptr && alone);
  const std::uint64_t learned = claims_.learned();
  claims_.keep_to_ourselves(common);
  const std::string self{claims_.self()->name()};
  wire::Records records{remote};
  std::vector<wire::Record> some;
  some.reserve(MemberTable::expected_max);
  do {
    take_some(records, some);
    for (const wire::Record& record : some) take(now, record, self);
  } while (!some.empty());
  if (common) taught_ += claims_.learned() - learned;
  claims_.keep_to_ourselves(false);
  if (again && catch_up_.on_answer(now, claims_.learned(), table_.size())) remind();
  if (alone && ours != nullptr) catch_up_.on_seed_kept(now, table_.size());
  if (!remote.user_state().empty() && context_.delegate != nullptr) {
    context_.delegate->merge_remote_state(remote.user_state(), remote.join());
  }
  return std::nullopt;
}

}  // namespace gossipod::swim
