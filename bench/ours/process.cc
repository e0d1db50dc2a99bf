#include "process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace gossipod::bench {

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double resident_kib() {
  std::ifstream file{"/proc/self/statm"};
  double total = 0;
  double resident = 0;
  file >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
}

void forget_peak() { std::ofstream{"/proc/self/clear_refs"} << "5"; }

double peak_kib() {
  std::ifstream file{"/proc/self/status"};
  for (std::string word; file >> word;) {
    double kib = 0;
    if (word == "VmHWM:" && file >> kib) return kib;
  }
  return 0;
}

}  // namespace gossipod::bench
