#include "base/reporter.h"

#include <gossipod/assert.h>

namespace gossipod {

void Reporter::tell(TimePoint now, Fact::Level level, Fact::Id id,
                    std::initializer_list<Fact::Field> fields) {
  if (!wants(level)) return;
  observer_->on_fact({.level = level, .id = id, .at = now, .fields = fields});
}

void Reporter::tell_limited(TimePoint now, Fact::Level level, Fact::Id id,
                            std::initializer_list<Fact::Field> fields) {
  if (!wants(level)) return;
  const auto index = static_cast<std::size_t>(id);
  GOSSIPOD_ASSERT(index < windows_.size());
  Window& window = windows_[index];
  if (now >= window.since + std::chrono::seconds{1}) window = {.since = now, .told = 0};
  if (window.told == burst) {
    count(Counter::facts_suppressed);
    return;
  }
  ++window.told;
  tell(now, level, id, fields);
}

}  // namespace gossipod
