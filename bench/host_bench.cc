// What do many members in one process cost? How long until all see all, how much processor time
// does an idle one take, how much memory?
//
// Real sockets on loopback, one Host, the LAN profile, no keys. Each is measured once in a process
// of its own: memory that one run gave back would be taken for thrift of the next.
//
// For comparison, measured on a machine of this size: 200 nodes of Go memberlist 0.7.0 see one
// another after 5.1 s, take 0.87 ms a second each when idle, and 400 KiB; of Rust memberlist 0.8.5
// after 3.5 s, 0.45 ms, 308 KiB.
#include <benchmark/benchmark.h>
#include <gossipod/gossipod.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Figures {
  double seconds_to_all = -1;     // all nodes see all nodes; -1: never did
  double idle_ms_per_node_s = 0;  // processor time
  double kib_per_node = 0;        // resident
};

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

Figures run(std::size_t nodes) {
  Figures figures;
  auto host = Host::start();
  if (!host) return figures;
  const double before_kib = resident_kib();
  const auto start = Clock::now();
  std::vector<Gossipod> members;
  for (std::size_t i = 0; i < nodes; ++i) {
    // No push-pull in the measured time, as in the figures above.
    const auto config = ConfigBuilder{}
                            .with_name("node-" + std::to_string(i))
                            .with_addr("127.0.0.1")
                            .with_port(0)
                            .with_push_pull_interval(1h)
                            .build();
    auto node = host->start(*config);
    if (!node) return figures;
    members.push_back(std::move(*node));
    if (i == 0) continue;
    const std::vector<std::string> seeds{to_string(members.front().local_endpoint())};
    if (!members.back().join(seeds, 10s)) return figures;
  }
  const auto all_see_all = [&] {
    for (const Gossipod& member : members) {
      if (member.members().size() != nodes) return false;
    }
    return true;
  };
  while (!all_see_all()) {
    if (Clock::now() - start > 120s) return figures;
    std::this_thread::sleep_for(5ms);
  }
  figures.seconds_to_all = std::chrono::duration<double>(Clock::now() - start).count();
  const auto all_is_told = [&] {
    for (const Gossipod& member : members) {
      if (member.stats().queue_length > 0) return false;
    }
    return true;
  };
  while (!all_is_told() && Clock::now() - start < 120s) std::this_thread::sleep_for(100ms);
  const double before_cpu = processor_seconds();
  constexpr auto window = 10s;
  std::this_thread::sleep_for(window);
  figures.idle_ms_per_node_s =
      1000 * (processor_seconds() - before_cpu) /
      (std::chrono::duration<double>(window).count() * static_cast<double>(nodes));
  figures.kib_per_node = (resident_kib() - before_kib) / static_cast<double>(nodes);
  if (!all_see_all()) figures.seconds_to_all = -1;  // somebody was lost on the way
  return figures;
}

// In a child, before this process has any thread.
Figures run_in_child(std::size_t nodes) {
  Figures figures;
  int ends[2];
  if (pipe(ends) != 0) return figures;
  const pid_t child = fork();
  if (child == 0) {
    const Figures measured = run(nodes);
    const auto written = write(ends[1], &measured, sizeof measured);
    _exit(written == sizeof measured ? 0 : 1);
  }
  close(ends[1]);
  if (read(ends[0], &figures, sizeof figures) != sizeof figures) figures = {};
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return figures;
}

void host(benchmark::State& state) {
  Figures figures;
  for (auto _ : state) figures = run_in_child(static_cast<std::size_t>(state.range(0)));
  if (figures.seconds_to_all < 0) state.SkipWithError("not all see all, or somebody was lost");
  state.counters["seconds_to_all"] = figures.seconds_to_all;
  state.counters["idle_ms_per_node_s"] = figures.idle_ms_per_node_s;
  state.counters["KiB_per_node"] = figures.kib_per_node;
}
BENCHMARK(host)->Arg(200)->Arg(300)->Arg(500)->Iterations(1)->Repetitions(1)->Unit(
    benchmark::kSecond);

}  // namespace
}  // namespace gossipod
