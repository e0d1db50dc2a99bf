// Figures: what one run found, printed as one line of JSON.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gossipod::bench {

class Figures {
 public:
  void set(std::string_view name, double value) { values_.emplace_back(name, value); }
  void note(std::string_view name, std::string_view text) { notes_.emplace_back(name, text); }
  // The median, the 99th percentile and the largest, as <name>_p50, <name>_p99 and <name>_max.
  void spread(std::string_view name, std::vector<double> values);
  void print() const;

 private:
  std::vector<std::pair<std::string, double>> values_;
  std::vector<std::pair<std::string, std::string>> notes_;
};

// Ends a run that cannot go on. The reason is its only figure: under "failed" or, for what this
// build or this kernel does not have, "absent".
[[noreturn]] void give_up(std::string_view kind, std::string_view reason);

}  // namespace gossipod::bench
