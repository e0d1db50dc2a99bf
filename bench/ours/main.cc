// measure: one run of one measurement in a process of its own, one line of JSON. bench/run.py calls
// it in turn with bench/peer, which does the same with Go memberlist.
#include <array>
#include <cstdio>
#include <string_view>

#include "options.h"
#include "runs.h"

int main(int argc, char** argv) {
  using namespace gossipod::bench;
  struct Run {
    std::string_view name;
    void (*run)(const Options&);
  };
  constexpr std::array runs{
      Run{"cluster", run_cluster}, Run{"reliable", run_reliable}, Run{"packet", run_packet},
      Run{"decode", run_decode},   Run{"seal", run_seal},         Run{"crowd", run_crowd},
      Run{"load", run_load},       Run{"view", run_view},         Run{"bare", run_bare}};
  const auto options = Options::parse(argc, argv);
  if (!options) return 2;
  for (const Run& run : runs) {
    if (run.name != options->what()) continue;
    run.run(*options);
    return 0;
  }
  std::fprintf(stderr, "no such run: %s\n", options->what().c_str());
  return 2;
}
