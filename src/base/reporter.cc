#include "base/reporter.h"

#include <algorithm>

namespace gossipod {

void Reporter::tell(TimePoint now, Fact::Level level, Fact::Id id,
                    std::initializer_list<Fact::Field> fields) {
  if (!wants(level)) return;
  observer_->on_fact({.level = level, .id = id, .at = now, .fields = fields});
}

void Reporter::tell_limited(TimePoint now, Fact::Level level, Fact::Id id,
                            std::initializer_list<Fact::Field> fields) {
  if (!wants(level)) return;
  auto known = std::ranges::find(windows_, id, &Window::id);
  if (known == windows_.end()) {
    known = windows_.insert(known, Window{.id = id, .told = 0, .since = now});
  }
  Window& window = *known;
  if (now >= window.since + std::chrono::seconds{1}) window = {.id = id, .told = 0, .since = now};
  if (window.told == burst) {
    count(Counter::facts_suppressed);
    return;
  }
  ++window.told;
  tell(now, level, id, fields);
}

}  // namespace gossipod
