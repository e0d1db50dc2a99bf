// NodeCore's part in finding seeds by name: what is asked for, and what is tried again.
#include <algorithm>
#include <utility>

#include "cluster/join_operation.h"
#include "cluster/node_core.h"

namespace gossipod::cluster {

void NodeCore::look_up(const Place& place, std::function<bool()> wanted, Lookups::Done done) {
  // Closed, it ends with `stopped`, as everything does; the node need not be there to tell.
  lookups_.add(place, std::move(wanted),
               [this, done = std::move(done)](const runtime::Resolver::Answer& found) {
                 if (!found && context_ != nullptr) {
                   const std::string why = to_string(found.error());
                   tell(context_->loop().now(), Fact::Level::info, Fact::Id::unresolved,
                        {{"name", found.error().field}, {"reason", why}});
                 }
                 done(found);
               });
}

bool NodeCore::is_own(const Endpoint& endpoint) const {
  if (context_ == nullptr) return false;
  const swim::Node& node = session_->machine();
  const swim::MemberView own = node.member(node.self());
  return endpoint == link_->local() || endpoint == own.identity->endpoint();
}

void NodeCore::remember(const Seed& seed) { names_.remember(seed); }

void NodeCore::retry(const std::vector<Seed>& names) {
  if (context_ == nullptr) return;
  if (members_.current().size() > 1) return names_.retried();
  constexpr std::size_t at_once = 8;
  const auto operation = std::make_shared<JoinOperation>(
      names, at_once, [this](const Result<JoinReport>&) { names_.retried(); });
  operation->start(*this);
}

}  // namespace gossipod::cluster
