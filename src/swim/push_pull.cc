#include "swim/push_pull.h"

#include <gossipod/assert.h>
#include <gossipod/limits.h>

#include <algorithm>

#include "swim/claim_checks.h"
#include "swim/formulas.h"
#include "wire/codec.h"

namespace gossipod::swim {
namespace {

// The versions that all live members can speak.
struct Range {
  std::uint8_t low = 0;
  std::uint8_t high = 0xff;
  void narrow(std::uint8_t least, std::uint8_t most) {
    low = std::max(low, least);
    high = std::min(high, most);
  }
  [[nodiscard]] bool holds(std::uint8_t version) const { return low <= version && version <= high; }
};
struct Ranges {
  Range protocol, delegate;
  void narrow(const Versions& v) {
    protocol.narrow(v.protocol_min, v.protocol_max);
    delegate.narrow(v.delegate_min, v.delegate_max);
  }
  [[nodiscard]] bool hold(const Versions& v) const {
    return protocol.holds(v.protocol_current) && delegate.holds(v.delegate_current);
  }
};

// Only what lives and says what it speaks has a say: one forgotten entry without versions would
// otherwise end all exchanges of whoever remembers it.
std::optional<Versions> speaking(const wire::Record& record) {
  const bool alive = record.state == static_cast<std::int64_t>(MemberState::alive);
  if (!alive || record.versions.size() < limits::versions_bytes) return std::nullopt;
  return versions_of(record.versions);
}

}  // namespace

void PushPull::begin(TimePoint now) {
  joined_at_ = now;
  const Duration interval = context_.config.push_pull_interval;
  if (interval == Duration{0} || context_.config.level == Level::basic) return;
  next_at_ = now + context_.rng.below(interval) + interval * push_pull_scale(table_.size());
}

void PushPull::on_deadline(TimePoint now) {
  if (busy_at_ <= now) ask_the_busy(now);
  if (again_at_ <= now) {
    // As long as members keep coming there is more to miss. One who was asked may have missed the
    // same as we, hardly two.
    quiet_ = learned_asked_ == claims_.learned() ? quiet_ + 1 : 0;
    const bool over = quiet_ >= quiet_enough_ || now - joined_at_ > joining;
    again_at_ = never;
    if (!over) {
      dial_somebody(now, true);
      learned_asked_ = claims_.learned();
      ask_again(now);
    }
  }
  if (next_at_ > now) return;
  next_at_ = now + context_.config.push_pull_interval * push_pull_scale(table_.size());
  dial_somebody(now, false);
}

void PushPull::watch(TimePoint now) {
  const std::uint64_t learned = claims_.learned() - taught_;
  // Of a large burst, gossip would still be telling when everybody has asked.
  claims_.keep_to_ourselves(again_at_ != never && table_.size() > told_on_below);
  if (learned == learned_before_) return;
  if (now > window_start_ + burst_window) {
    window_start_ = now;
    learned_before_ = learned - 1;
  }
  const bool many = learned - learned_before_ > burst;
  if (!many || now - joined_at_ > joining) return;
  quiet_enough_ = quiet_in_a_burst;
  if (again_at_ != never) return;
  begin_asking(now);
  window_start_ = now;
  learned_before_ = learned;
}

void PushPull::begin_asking(TimePoint now) {
  learned_asked_ = 0;
  quiet_ = 0;
  ask_again(now);
}

void PushPull::on_unanswered(TimePoint now) {
  learned_asked_ = 0;
  if (again_at_ == never) begin_asking(now);
}

// When the claims that are on their way will have come, and not all at once; and less often the
// larger the answers are.
void PushPull::ask_again(TimePoint now) {
  const auto shares = static_cast<std::int64_t>(table_.size() / again_share);
  const Duration pause = again_pause * std::max<std::int64_t>(1, shares);
  again_at_ = now + pause + context_.rng.below(pause);
}

void PushPull::dial_somebody(TimePoint now, bool again) {
  const std::size_t slots = table_.slots();
  const std::size_t oldest = again ? slots - std::max(slots / latest_share, std::size_t{1}) : 0;
  const auto wanted = [&](MemberIndex member) {
    return member.value() >= oldest && member != context_.self &&
           table_[member].state == MemberState::alive;
  };
  table_.pick(1, wanted, partner_);
  if (partner_.empty()) return;
  const IdentityRef& identity = table_[partner_.front()].identity;
  context_.reporter.count(Counter::push_pulls);
  open(now, {.to = identity->endpoint(), .peer = identity, .again = again});
}

void PushPull::dial(TimePoint now, OperationId operation, const Peer& to, bool join) {
  Exchange exchange{.to = to.endpoint, .operation = operation, .join = join, .since = now};
  if (!to.name.empty() && to.name.size() <= limits::name_bytes_max) {
    exchange.peer =
        context_.pool->intern({.name = to.name, .address = {}, .metadata = {}, .versions = {}});
  }
  if (join && operation != 0) joined_at_ = now;
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
  if (!exchange.again) return state(exchange.join);
  return std::make_shared<const LargeBytes>(encode(false, user_state(false), Who::ourselves));
}

SharedBytes PushPull::state(bool join) {
  const Bytes users = user_state(join);
  Cached& cached = cached_[join ? 1 : 0];
  if (cached.epoch == table_.epoch() && std::ranges::equal(cached.user_state, users)) {
    if (SharedBytes bytes = cached.bytes.lock()) return bytes;
  }
  cached.user_state.assign(users.begin(), users.end());
  cached.epoch = table_.epoch();
  auto bytes = std::make_shared<const LargeBytes>(encode(join, cached.user_state, Who::all));
  cached.bytes = bytes;
  return bytes;
}

LargeBytes PushPull::encode(bool join, Bytes user_state, Who who) const {
  LargeBytes out;
  const auto append = [&](std::size_t bytes, const auto& message) {
    const std::size_t start = out.size();
    out.resize(start + bytes);
    wire::Writer writer{MutableBytes{out}.subspan(start)};
    wire::encode(writer, message);
    GOSSIPOD_ASSERT(writer.ok());
    out.resize(start + writer.size());
  };
  const auto append_row = [&](const Row& row) {
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
  constexpr std::size_t header_bytes_max = 64;
  const std::size_t count = who == Who::all ? table_.size() : 1;
  append(header_bytes_max,
         wire::PushPullHeader{.join = join,
                              .nodes = static_cast<std::int64_t>(count),
                              .user_state_length = static_cast<std::int64_t>(user_state.size())});
  if (who == Who::ourselves) append_row(table_[context_.self]);
  for (std::uint32_t place = 0; who == Who::all && place < table_.slots(); ++place) {
    if (table_[MemberIndex{place}].identity) append_row(table_[MemberIndex{place}]);
  }
  out.insert(out.end(), user_state.begin(), user_state.end());
  out.shrink_to_fit();
  return out;
}

std::optional<std::string> PushPull::incompatible(const wire::PushPull& remote) const {
  Ranges ranges;
  std::optional<Versions> first;
  bool all_alike = true;
  const auto narrow = [&](const Versions& versions) {
    if (!first) first = versions;
    if (versions == *first && all_alike) return;
    if (all_alike) ranges.narrow(*first);
    all_alike = false;
    ranges.narrow(versions);
  };
  wire::Records records{remote};
  while (const auto record = records.next()) {
    if (const auto versions = speaking(*record)) narrow(*versions);
  }
  const auto each_local = [&](auto&& f) {
    for (std::uint32_t place = 0; place < table_.slots(); ++place) {
      const Row& row = table_[MemberIndex{place}];
      const bool speaks =
          row.identity && row.state == MemberState::alive && row.identity->knows_versions();
      if (speaks) f(*row.identity);
    }
  };
  each_local([&](const Identity& identity) { narrow(identity.versions()); });
  // The usual case, and thousands need not be looked at twice.
  if (all_alike) {
    if (first) ranges.narrow(*first);
    if (!first || ranges.hold(*first)) return std::nullopt;
  }

  std::optional<std::string> odd_one;
  each_local([&](const Identity& identity) {
    if (!ranges.hold(identity.versions())) odd_one = identity.name();
  });
  wire::Records again{remote};
  while (const auto record = again.next()) {
    const auto versions = speaking(*record);
    if (versions && !ranges.hold(*versions)) odd_one = record->name;
  }
  return odd_one;
}

std::optional<Error> PushPull::merge(TimePoint now, const wire::PushPull& remote,
                                     const Exchange* ours) {
  if (const auto member = incompatible(remote)) {
    return Error{Errc::protocol, "versions",
                 "no version is spoken by all: " + *member + " does not fit"};
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
  const bool common = ours != nullptr && (ours->again || alone);
  const std::uint64_t learned = claims_.learned();
  claims_.keep_to_ourselves(common);
  const std::string self{claims_.self()->name()};
  wire::Records records{remote};
  while (const auto record = records.next()) {
    switch (record->state) {
      case static_cast<std::int64_t>(MemberState::alive):
        claims_.on_alive(now, {.incarnation = record->incarnation,
                               .node = record->name,
                               .address = record->address,
                               .port = record->port,
                               .metadata = record->metadata,
                               .versions = record->versions});
        break;
      case static_cast<std::int64_t>(MemberState::left):
        claims_.on_dead(
            now, {.incarnation = record->incarnation, .node = record->name, .from = record->name});
        break;
      case static_cast<std::int64_t>(MemberState::suspect):
      case static_cast<std::int64_t>(MemberState::dead):
        claims_.on_suspect(
            now, {.incarnation = record->incarnation, .node = record->name, .from = self});
        break;
      default:
        break;  // a state of the future
    }
  }
  if (common) taught_ += claims_.learned() - learned;
  if (alone && ours != nullptr && again_at_ == never) {
    quiet_enough_ = 1;
    begin_asking(now);
  }
  claims_.keep_to_ourselves(false);
  if (!remote.user_state().empty() && context_.delegate != nullptr) {
    context_.delegate->merge_remote_state(remote.user_state(), remote.join());
  }
  return std::nullopt;
}

}  // namespace gossipod::swim
