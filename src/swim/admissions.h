// Admissions: how many new members, and bytes of names and metadata, each source has told of
// lately, so that one stranger cannot fill the table of a cluster without keys within a moment.
//
// A source is whoever a claim came from last, which for gossip is any member: so its share is
// large, and the true bound is Config::members_max. Sources of datagrams can be forged: beyond
// limits::admission_sources_max of them within a window all others share one account.
//
// Threads: none. Allocates: for the first new member of a source within a window.
#pragma once

#include <gossipod/limits.h>
#include <gossipod/stats.h>
#include <gossipod/time.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "base/source.h"

namespace gossipod::swim {

class Admissions {
 public:
  explicit Admissions(std::uint32_t per_source_max) : per_source_max_{per_source_max} {}

  // What a claim brings that we have not.
  struct Share {
    std::uint32_t members = 0;
    std::size_t bytes = 0;
  };

  // Why no more may come in from there, if so; else it is counted.
  [[nodiscard]] std::optional<Counter> admit(TimePoint now, const Endpoint& from, Share more) {
    if (now >= since_ + window) {
      shares_.clear();
      others_ = {};
      since_ = now;
    }
    const Source source = source_of(from);
    auto at = shares_.find(source);
    if (at == shares_.end() && shares_.size() < limits::admission_sources_max) {
      at = shares_.emplace(source, Share{}).first;
    }
    Share& share = at == shares_.end() ? others_ : at->second;
    if (share.members + more.members > per_source_max_) return Counter::drop_source_members;
    if (share.bytes + more.bytes > limits::identity_bytes_per_source_max) {
      return Counter::drop_source_names;
    }
    share.members += more.members;
    share.bytes += more.bytes;
    return std::nullopt;
  }
  [[nodiscard]] std::size_t sources() const { return shares_.size(); }

 private:
  static constexpr Duration window = std::chrono::seconds{limits::admission_window_seconds};
  std::uint32_t per_source_max_;
  std::map<Source, Share> shares_;
  Share others_;
  TimePoint since_{};
};

}  // namespace gossipod::swim
