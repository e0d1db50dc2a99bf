#include "base/reporter.h"

#include <gossipod/limits.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace gossipod {

void Reporter::tell(TimePoint now, Fact::Level level, Fact::Id id,
                    std::initializer_list<Fact::Field> fields) {
  if (!wants(level)) return;
  observer_->on_fact({.level = level, .id = id, .at = now, .fields = fields});
}

void Reporter::tell_limited(TimePoint now, Fact::Level level, Fact::Id id,
                            std::initializer_list<Fact::Field> fields) {
  if (wants(level) && may_tell(now, id)) tell(now, level, id, fields);
}

void Reporter::tell_drop(TimePoint now, Counter why, const Endpoint& from) {
  constexpr Fact::Id id = Fact::Id::packet_dropped;
  if (!wants(Fact::Level::warning) || !may_tell(now, id)) return;
  std::string_view reason = to_string(why);
  reason.remove_prefix(std::min(reason.size(), std::string_view{"drop_"}.size()));
  const std::string sender = to_string(from);
  tell(now, Fact::Level::warning, id, {{"reason", reason}, {"from", std::string_view{sender}}});
}

bool Reporter::may_tell(TimePoint now, Fact::Id id) {
  auto known = std::ranges::find(windows_, id, &Window::id);
  if (known == windows_.end()) {
    known = windows_.insert(known, Window{.id = id, .told = 0, .since = now});
  }
  Window& window = *known;
  if (now >= window.since + std::chrono::seconds{1}) window = {.id = id, .told = 0, .since = now};
  if (window.told == limits::facts_per_second_max) {
    count(Counter::facts_suppressed);
    return false;
  }
  ++window.told;
  return true;
}

}  // namespace gossipod
