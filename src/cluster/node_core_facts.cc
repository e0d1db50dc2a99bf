// What a node tells its observer of itself.
#include <string>
#include <string_view>

#include "cluster/node_core.h"

namespace gossipod::cluster {

void NodeCore::tell(TimePoint now, Fact::Level level, Fact::Id id,
                    std::initializer_list<Fact::Field> fields) {
  Observer& observer = *parts_.observer;
  if (level < observer.level()) return;
  observer.on_fact({level, id, now, {fields.begin(), fields.size()}});
}

void NodeCore::tell_started(TimePoint now, const Config& config) {
  const std::string address = to_string(link_->local());
  const std::string_view body = context_->loop().body();
  if (context_->why().empty()) {
    tell(now, Fact::Level::info, Fact::Id::started,
         {{"name", config.name}, {"address", address}, {"body", body}});
  } else {
    tell(now, Fact::Level::info, Fact::Id::started,
         {{"name", config.name}, {"address", address}, {"body", body}, {"why", context_->why()}});
  }
}

}  // namespace gossipod::cluster
