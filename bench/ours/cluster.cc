#include "cluster.h"

#include <gossipod/async.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "figures.h"
#include "process.h"
#include "silent.h"

namespace gossipod::bench {
namespace {

using namespace std::chrono_literals;

// Many joins under way, so many at a time.
class JoinRun {
 public:
  explicit JoinRun(std::size_t at_once) : free_{at_once} {}

  void start(const Gossipod& node, const std::vector<std::string>& seeds) {
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [&] { return free_ > 0; });
      --free_;
      ++under_way_;
    }
    const auto begin = Clock::now();
    Async::join(node, seeds, {.cancel = cancel_.get_token()},
                [this, begin](const Result<JoinReport>& outcome) { done(begin, outcome); });
  }
  Joins finish(Duration patience) {
    std::unique_lock lock{mutex_};
    const auto all = [&] { return under_way_ == 0; };
    if (!changed_.wait_for(lock, patience, all)) {
      lock.unlock();
      cancel_.request_stop();
      lock.lock();
      changed_.wait(lock, all);
    }
    return std::move(joins_);
  }

 private:
  void done(Clock::time_point begin, const Result<JoinReport>& outcome) {
    const std::lock_guard lock{mutex_};
    if (outcome) {
      joins_.seconds.push_back(seconds_since(begin));
    } else {
      if (joins_.failed++ == 0) joins_.why = to_string(outcome.error());
    }
    ++free_;
    --under_way_;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t free_;
  std::size_t under_way_ = 0;
  std::stop_source cancel_;
  Joins joins_;
};

}  // namespace

std::string name_of(std::size_t node) { return "node-" + std::to_string(node); }

Cluster::Cluster(const Options& options)
    : options_{options}, patience_{options.seconds("patience", 60)} {
  auto host = Host::start({.body = options.body(), .threads = options.count("loops", 1)});
  if (!host) {
    const bool absent = host.error().code == Errc::unsupported;
    give_up(absent ? "absent" : "failed", to_string(host.error()));
  }
  host_.emplace(std::move(*host));
}

void Cluster::start_node() {
  const auto config = options_.config(name_of(nodes_.size())).build();
  if (!config) give_up("failed", to_string(config.error()));
  Parts parts;
  parts.handler = watch_.handler_of(nodes_.size());
  parts.observer = std::make_shared<Silent>();
  auto node = host_->start(*config, parts);
  if (!node) give_up("failed", to_string(node.error()));
  nodes_.push_back(std::move(*node));
  killed_.push_back(false);
}

Joins Cluster::join(std::size_t first, std::size_t end, std::size_t at_once) {
  const std::vector<std::string> seeds{to_string(nodes_.front().local_endpoint())};
  JoinRun run{at_once};
  for (std::size_t i = first; i < end; ++i) run.start(nodes_[i], seeds);
  return run.finish(patience_);
}

void Cluster::kill(std::size_t node) {
  nodes_[node].stop();
  killed_[node] = true;
}

template <class Holds>
bool Cluster::wait_for(const Holds& holds) {
  const auto until = Clock::now() + patience_;
  // Looks at one that is not so far yet until it is: asking all of them all the time would cost
  // what is measured.
  for (std::size_t looked_at = 0; looked_at < nodes_.size();) {
    if (killed_[looked_at] || holds(nodes_[looked_at])) {
      ++looked_at;
      continue;
    }
    if (Clock::now() > until) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

bool Cluster::wait_for_all_to_see_all() {
  std::size_t alive = 0;
  for (const bool killed : killed_) alive += killed ? 0 : 1;
  return wait_for([&](const Gossipod& node) { return node.members().size() == alive; });
}

std::string Cluster::who_misses_whom() const {
  std::size_t looking = 0;
  std::size_t short_sighted = 0;
  std::size_t least = nodes_.size();
  for (std::size_t i = 0; i < nodes_.size(); ++i) looking += killed_[i] ? 0 : 1;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const std::size_t seen = killed_[i] ? looking : nodes_[i].members().size();
    short_sighted += seen != looking ? 1 : 0;
    least = std::min(least, seen);
  }
  return std::to_string(short_sighted) + " of " + std::to_string(looking) +
         " do not, one sees only " + std::to_string(least);
}

bool Cluster::wait_until_all_is_told() {
  return wait_for([](const Gossipod& node) { return node.stats().queue_length == 0; });
}

Traffic Cluster::traffic() const {
  Traffic sum;
  for (const Gossipod& node : nodes_) {
    const Stats stats = node.stats();
    sum.packets += static_cast<double>(stats[Counter::packets_sent]);
    sum.packet_bytes += static_cast<double>(stats[Counter::packets_sent_bytes]);
    sum.streams += static_cast<double>(stats[Counter::streams_opened]);
    sum.stream_bytes += static_cast<double>(stats[Counter::streams_sent_bytes]);
  }
  return sum;
}

double Cluster::sum(Counter counter) const {
  double sum = 0;
  for (const Gossipod& node : nodes_) sum += static_cast<double>(node.stats()[counter]);
  return sum;
}

std::string Cluster::body() const {
  return nodes_.empty() ? std::string{} : std::string{nodes_.front().stats().body};
}

}  // namespace gossipod::bench
