// What a node tells its observer of itself.
#include <array>
#include <cstddef>
#include <string>

#include "cluster/node_core.h"

namespace gossipod::cluster {

void NodeCore::tell(TimePoint now, Fact::Level level, Fact::Id id,
                    std::span<const Fact::Field> fields) {
  Observer& observer = *parts_.observer;
  if (level < observer.level()) return;
  observer.on_fact({level, id, now, fields});
}

void NodeCore::tell_started(TimePoint now, const Config& config) {
  const std::string address = to_string(link_->local());
  const std::string features = context_->loop().features();
  const std::string& why = context_->why().words;
  std::array<Fact::Field, 5> fields{
      Fact::Field{"name", config.name}, {"address", address}, {"body", context_->loop().body()}};
  std::size_t count = 3;
  if (!features.empty()) fields[count++] = {"features", features};
  if (!why.empty()) fields[count++] = {"why", why};
  const auto level = context_->warn_of_why() ? Fact::Level::warning : Fact::Level::info;
  tell(now, level, Fact::Id::started, std::span{fields}.first(count));
}

}  // namespace gossipod::cluster
