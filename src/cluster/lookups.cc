#include "cluster/lookups.h"

#include <utility>

namespace gossipod::cluster {

void Lookups::begin(Loop& loop, const Config& config) {
  loop_ = &loop;
  question_.v4_first = config.bind.is_v4();
  question_.longest = config.stream_timeout;
  question_.servers = config.dns_servers;
}

void Lookups::add(const Place& place, std::function<bool()> wanted, Done done) {
  if (loop_ == nullptr) return done(Error{Errc::stopped, place.host, "the node no longer runs"});
  if (!loop_->can_watch()) {
    return done(Error{Errc::unsupported, place.host,
                      "host names are not looked up on this loop, which cannot wait for an answer "
                      "(" +
                          std::string{loop_->body()} + "): give an IP address"});
  }
  const std::uint64_t number = ++last_;
  runtime::Question question = question_;
  question.host = place.host;
  question.port = place.endpoint.port;
  auto resolver = runtime::resolve(
      *loop_, question,
      [this, number](const runtime::Resolver::Answer& answer) { finish(number, answer); });
  open_.emplace(number, Open{std::move(wanted), std::move(done), std::move(resolver)});
}

void Lookups::finish(std::uint64_t number, const runtime::Resolver::Answer& answer) {
  auto open = open_.extract(number);
  if (!open.empty()) open.mapped().done(answer);
}

void Lookups::sweep() {
  std::erase_if(open_, [](const auto& entry) { return !entry.second.wanted(); });
}

void Lookups::end(const Error& why) {
  loop_ = nullptr;
  for (auto& [number, open] : std::exchange(open_, {})) open.done(why);
}

}  // namespace gossipod::cluster
