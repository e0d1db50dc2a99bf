// AddressList: the addresses of one name, each once and not too many; in the end both families
// alternately, so that many of the one do not hide the few of the other.
//
// Threads: none.
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/limits.h>

#include <algorithm>
#include <array>
#include <vector>

namespace gossipod::runtime {

class AddressList {
 public:
  void add(const Endpoint& endpoint) {
    if (endpoint.is_unspecified()) return;  // "nowhere", as some filters have it
    std::vector<Endpoint>& family = families_[endpoint.is_v4() ? 0 : 1];
    if (family.size() >= limits::addresses_per_name_max) return;
    if (std::ranges::find(family, endpoint) == family.end()) family.push_back(endpoint);
  }
  [[nodiscard]] bool empty() const { return families_[0].empty() && families_[1].empty(); }

  [[nodiscard]] std::vector<Endpoint> take(bool v4_first) const {
    const std::array order{&families_[v4_first ? 0 : 1], &families_[v4_first ? 1 : 0]};
    std::vector<Endpoint> all;
    for (std::size_t row = 0; row < limits::addresses_per_name_max; ++row) {
      for (const std::vector<Endpoint>* family : order) {
        const bool room = all.size() < limits::addresses_per_name_max;
        if (room && row < family->size()) all.push_back((*family)[row]);
      }
    }
    return all;
  }

 private:
  std::array<std::vector<Endpoint>, 2> families_;  // v4, v6
};

}  // namespace gossipod::runtime
