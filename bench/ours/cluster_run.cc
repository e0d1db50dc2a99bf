// Many nodes, phase by phase: they start and join; are idle; some change their metadata, broadcast,
// join; one is killed. The options say how often each happens; all phases share one cluster, whose
// idle traffic is what the costs of single events are counted above.
#include <chrono>
#include <cstdio>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "cluster.h"
#include "figures.h"
#include "process.h"
#include "runs.h"
#include "swim/formulas.h"

namespace gossipod::bench {
namespace {

using namespace std::chrono_literals;

// Per node and second, nothing happening.
struct Rate {
  double packets = 0;
  double bytes = 0;
};

class ClusterRun {
 public:
  explicit ClusterRun(const Options& options)
      : options_{options}, nodes_{options.count("nodes", 50)}, cluster_{options} {}

  void run() {
    start();
    idle();
    changes();
    broadcasts();
    joins();
    kill();
    figures_.print();
  }

 private:
  // A stretch of time in which something happens `events` times; what it cost above idling.
  class Cost {
   public:
    explicit Cost(ClusterRun& run)
        : run_{run}, before_{run.cluster_.traffic()}, start_{Clock::now()} {}
    void more_nodes(double seconds) { node_seconds_ += seconds; }
    void report(const std::string& name, double events, std::size_t nodes) {
      const Traffic spent = run_.cluster_.traffic() - before_;
      node_seconds_ += seconds_since(start_) * static_cast<double>(nodes);
      run_.figures_.set(name + "_packets",
                        (spent.packets - run_.rate_.packets * node_seconds_) / events);
      run_.figures_.set(
          name + "_bytes",
          (spent.packet_bytes + spent.stream_bytes - run_.rate_.bytes * node_seconds_) / events);
      run_.figures_.set(name + "_streams", spent.streams / events);
    }

   private:
    ClusterRun& run_;
    Traffic before_;
    Clock::time_point start_;
    double node_seconds_ = 0;
  };

  [[noreturn]] void end(const std::string& reason);  // with what it has found so far
  void start();
  void settle();
  void rest();
  void idle();
  void changes();
  void broadcasts();
  void joins();
  void kill();
  [[nodiscard]] double bound() const;

  const Options& options_;
  std::size_t nodes_;
  double before_kib_ = resident_kib();  // before the host and its ring, which count
  Cluster cluster_;
  Figures figures_;
  Rate rate_;
};

void ClusterRun::start() {
  const std::size_t at_once = options_.count("at-once", 1);
  const Duration apart = options_.seconds("apart", 0);
  const auto begin = Clock::now();
  Joins joins;
  for (std::size_t i = 0; i < nodes_; ++i) {
    cluster_.start_node();
    if (at_once > 1 || i == 0) continue;
    const Joins one = cluster_.join(i, i + 1, 1);
    joins.seconds.insert(joins.seconds.end(), one.seconds.begin(), one.seconds.end());
    joins.failed += one.failed;
    if (one.failed > 0) joins.why = one.why;
    std::this_thread::sleep_for(apart);
  }
  auto joining = begin;
  if (at_once > 1) {
    joining = Clock::now();
    figures_.set("start_s", seconds_since(begin));
    joins = cluster_.join(1, nodes_, at_once);
  }
  figures_.note("body", cluster_.body());
  figures_.set("nodes", static_cast<double>(nodes_));
  figures_.set("join_s", seconds_since(joining));
  figures_.set("joins_failed", static_cast<double>(joins.failed));
  if (joins.failed > 0) figures_.note("join_failure", joins.why);
  for (double& seconds : joins.seconds) seconds *= 1000;
  figures_.spread("join_ms", joins.seconds);
  if (!cluster_.wait_for_all_to_see_all()) {
    end("not all see all, " + cluster_.who_misses_whom() + "; " + std::to_string(joins.failed) +
        " joins failed");
  }
  figures_.set("all_s", seconds_since(joining));
  figures_.set("total_s", seconds_since(begin));
}

void ClusterRun::end(const std::string& reason) {
  figures_.note("failed", reason);
  figures_.print();
  std::_Exit(0);
}

void ClusterRun::settle() {
  if (!cluster_.wait_until_all_is_told()) end("some queue is never empty");
}

// Nothing queued, and no stream opened for a second.
void ClusterRun::rest() {
  settle();
  if (options_.given("push-pull")) return;
  for (double streams = -1; streams != cluster_.traffic().streams;) {
    streams = cluster_.traffic().streams;
    std::this_thread::sleep_for(1s);
  }
}

void ClusterRun::idle() {
  const double window = options_.number("idle", 0);
  if (window <= 0) return;
  rest();
  if (options_.count("hold", 0) > 0) {  // somebody looks at this process from outside
    std::puts("{\"ready\": 1}");
    std::fflush(stdout);
    while (std::getchar() != '\n') {
    }
  }
  const double cpu = processor_seconds();
  const Traffic before = cluster_.traffic();
  const double late = cluster_.sum(Counter::late_turns);
  const double accusations = cluster_.sum(Counter::claims_suspect);
  const std::uint64_t calls = heap_calls();
  const auto begin = Clock::now();
  std::this_thread::sleep_for(std::chrono::duration<double>(window));
  const double seconds = seconds_since(begin);
  const std::uint64_t called = heap_calls() - calls;
  const Traffic spent = cluster_.traffic() - before;
  const double node_seconds = seconds * static_cast<double>(nodes_);
  const double used = processor_seconds() - cpu;
  rate_ = {spent.packets / node_seconds, (spent.packet_bytes + spent.stream_bytes) / node_seconds};
  // A ping and an ack per node and interval, of which a window may see one more than it is long.
  // Beyond that somebody was suspected, as happens where the machine has other work: such figures
  // are not of idle nodes, and costs above such idling would be nonsense.
  if (rate_.packets > 2 * (window + 1) / window + 1) end("never idle");
  figures_.set("idle_cpu_ms", 1000 * used / node_seconds);
  if (spent.packets > 0) figures_.set("idle_packet_us", 1e6 * used / spent.packets);
  figures_.set("idle_cores", used / seconds);
  figures_.set("idle_packets", rate_.packets);
  figures_.set("idle_bytes", rate_.bytes);
  figures_.set("idle_heap_calls", static_cast<double>(called) / seconds);
  figures_.set("idle_late_turns", cluster_.sum(Counter::late_turns) - late);
  figures_.set("idle_accusations", cluster_.sum(Counter::claims_suspect) - accusations);
  figures_.set("resident_kib", (resident_kib() - before_kib_) / static_cast<double>(nodes_));
  figures_.set("resident_gib", resident_kib() / (1 << 20));
  if (!cluster_.wait_for_all_to_see_all()) end("somebody was lost while idle");
}

void ClusterRun::changes() {
  const std::size_t changes = options_.count("changes", 0);
  if (changes == 0) return;
  settle();
  Cost cost{*this};
  std::vector<double> all;
  for (std::size_t i = 0; i < changes; ++i) {
    const std::string metadata = "metadata, version " + std::to_string(i);
    const std::size_t author = i % nodes_;
    cluster_.watch().expect(Event::Kind::update, metadata, author);
    const auto told = cluster_.node(author).set_metadata(metadata, cluster_.patience());
    if (!told) end(to_string(told.error()));
    const auto delays = cluster_.watch().wait(nodes_ - 1, cluster_.patience());
    if (delays.size() < nodes_ - 1) end("a change did not reach all");
    for (const double delay : delays) all.push_back(1000 * delay);
    settle();
  }
  cost.report("change", static_cast<double>(changes), nodes_);
  figures_.spread("change_ms", all);
}

void ClusterRun::broadcasts() {
  const std::size_t broadcasts = options_.count("broadcasts", 0);
  if (broadcasts == 0) return;
  settle();
  Cost cost{*this};
  std::vector<double> all;
  for (std::size_t i = 0; i < broadcasts; ++i) {
    const std::string data = "a broadcast, number " + std::to_string(i);
    const std::size_t author = i % nodes_;
    cluster_.watch().expect(Event::Kind::message, data, author);
    const auto queued = cluster_.node(author).broadcast(data);
    if (!queued) end(to_string(queued.error()));
    const auto delays = cluster_.watch().wait(nodes_ - 1, cluster_.patience());
    if (delays.size() < nodes_ - 1) end("a broadcast did not reach all");
    for (const double delay : delays) all.push_back(1000 * delay);
    settle();
  }
  cost.report("broadcast", static_cast<double>(broadcasts), nodes_);
  figures_.spread("broadcast_ms", all);
}

void ClusterRun::joins() {
  const std::size_t joins = options_.count("joins", 0);
  if (joins == 0) return;
  settle();
  Cost cost{*this};
  std::vector<double> joined, seen;
  std::vector<Clock::time_point> starts;
  for (std::size_t i = 0; i < joins; ++i) {
    starts.push_back(Clock::now());
    cluster_.start_node();
    const auto begin = Clock::now();
    const Joins one = cluster_.join(cluster_.size() - 1, cluster_.size(), 1);
    if (one.failed > 0) end(one.why);
    joined.push_back(1000 * one.seconds.front());
    if (!cluster_.wait_for_all_to_see_all()) end("a join was not seen by all");
    seen.push_back(1000 * seconds_since(begin));
    settle();
  }
  for (const auto& start : starts) cost.more_nodes(seconds_since(start));
  cost.report("one_join", static_cast<double>(joins), nodes_);
  figures_.spread("one_join_ms", joined);
  figures_.spread("one_join_all_ms", seen);
}

// Within two intervals somebody has probed it in vain, and with so many members, enough of them to
// suspect it for the shortest time. Until all have heard the gossip comes on top.
double ClusterRun::bound() const {
  const auto config = options_.config("any").build();
  if (!config) give_up("failed", to_string(config.error()));
  const Duration bound =
      2 * config->probing_interval +
      swim::suspicion_low(config->suspicion_multiplier, cluster_.size(), config->probing_interval);
  return std::chrono::duration<double>(bound).count();
}

// One after another, all forgotten by gossip before the next.
void ClusterRun::kill() {
  const std::size_t victims = options_.count("kill", 0);
  if (victims == 0) return;
  settle();
  Cost cost{*this};
  double first = 0;
  double all = 0;
  for (std::size_t victim = 1; victim <= victims; ++victim) {
    const auto begin = Clock::now();
    const std::size_t others = cluster_.size() - victim;
    cluster_.watch().expect(Event::Kind::dead, name_of(victim), victim);
    cluster_.kill(victim);
    const auto delays = cluster_.watch().wait(others, cluster_.patience());
    if (delays.size() < others) {
      end("only " + std::to_string(delays.size()) + " noticed a death");
    }
    first += delays.front();
    all += delays.back();
    settle();
    cost.more_nodes(seconds_since(begin) * static_cast<double>(others));
  }
  const auto events = static_cast<double>(victims);
  cost.report("kill", events, 0);
  figures_.set("kill_first_s", first / events);
  figures_.set("kill_all_s", all / events);
  figures_.set("kill_over_s", all / events - bound());
}

}  // namespace

void run_cluster(const Options& options) { ClusterRun{options}.run(); }

}  // namespace gossipod::bench
