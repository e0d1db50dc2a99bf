// Admissions: how many new members each source has told of lately, so that one stranger cannot fill
// the table of a cluster without keys within a moment.
//
// A source is whoever a claim came from last, which for gossip is any member: so its share is
// large, and the true bound is Config::members_max. Sources of datagrams can be forged: beyond
// limits::admission_sources_max of them within a window all others share one account.
//
// Threads: none. Allocates: for the first new member of a source within a window.
#pragma once

#include <gossipod/limits.h>
#include <gossipod/time.h>

#include <chrono>
#include <cstdint>
#include <map>

#include "base/source.h"

namespace gossipod::swim {

class Admissions {
 public:
  explicit Admissions(std::uint32_t per_source_max) : per_source_max_{per_source_max} {}

  // Whether one more may come in from there; if so it is counted.
  [[nodiscard]] bool admit(TimePoint now, const Endpoint& from) {
    if (now >= since_ + window) {
      counts_.clear();
      others_ = 0;
      since_ = now;
    }
    const Source source = source_of(from);
    auto at = counts_.find(source);
    if (at == counts_.end() && counts_.size() < limits::admission_sources_max) {
      at = counts_.emplace(source, 0).first;
    }
    std::uint32_t& count = at == counts_.end() ? others_ : at->second;
    if (count >= per_source_max_) return false;
    ++count;
    return true;
  }
  [[nodiscard]] std::size_t sources() const { return counts_.size(); }

 private:
  static constexpr Duration window = std::chrono::seconds{limits::admission_window_seconds};
  std::uint32_t per_source_max_;
  std::map<Source, std::uint32_t> counts_;
  std::uint32_t others_ = 0;
  TimePoint since_{};
};

}  // namespace gossipod::swim
