// Cluster: many nodes on one Host in this process, with real sockets on loopback.
#pragma once

#include <gossipod/gossipod.h>

#include <optional>
#include <string>
#include <vector>

#include "options.h"
#include "watch.h"

namespace gossipod::bench {

// What all nodes together have sent: datagrams, their bytes as handed to the operating system, the
// streams they opened, and bytes written to streams, those they answered on included.
struct Traffic {
  double packets = 0;
  double packet_bytes = 0;
  double streams = 0;
  double stream_bytes = 0;

  friend Traffic operator-(const Traffic& a, const Traffic& b) {
    return {a.packets - b.packets, a.packet_bytes - b.packet_bytes, a.streams - b.streams,
            a.stream_bytes - b.stream_bytes};
  }
};

struct Joins {
  std::vector<double> seconds;  // of each that was answered
  std::size_t failed = 0;
  std::string why;  // the first failure
};

class Cluster {
 public:
  explicit Cluster(const Options& options);  // gives up if the body is absent

  void start_node();  // one more, alone so far
  // Nodes first..end join the first node, so many at once; returns when all have an outcome.
  [[nodiscard]] Joins join(std::size_t first, std::size_t end, std::size_t at_once);
  void kill(std::size_t node);  // without a word; it does not count any more

  // False when patience is over.
  [[nodiscard]] bool wait_for_all_to_see_all();
  [[nodiscard]] std::string who_misses_whom() const;
  [[nodiscard]] bool wait_until_all_is_told();  // nothing is queued for gossip anywhere

  [[nodiscard]] Gossipod& node(std::size_t i) { return nodes_[i]; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] Traffic traffic() const;
  [[nodiscard]] double sum(Counter counter) const;  // over all nodes
  [[nodiscard]] std::string body() const;
  [[nodiscard]] Watch& watch() { return watch_; }
  [[nodiscard]] Duration patience() const { return patience_; }

 private:
  template <class Holds>
  bool wait_for(const Holds& holds);

  const Options& options_;
  Duration patience_;
  Watch watch_;  // outlives the nodes, whose handlers refer to it
  std::optional<Host> host_;
  std::vector<Gossipod> nodes_;
  std::vector<bool> killed_;
};

[[nodiscard]] std::string name_of(std::size_t node);

}  // namespace gossipod::bench
