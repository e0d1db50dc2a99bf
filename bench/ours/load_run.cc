// Many nodes of one host that are pinged by a stranger as fast as they answer (flood.h): what does
// a packet cost where waking up costs nothing? Each that is sent answers one that came.
#include <string>

#include "cluster.h"
#include "control.h"
#include "figures.h"
#include "process.h"
#include "runs.h"

namespace gossipod::bench {

void run_load(const Options& options) {
  const std::size_t nodes = options.count("nodes", 50);
  Cluster cluster{options};
  for (std::size_t i = 0; i < nodes; ++i) cluster.start_node();
  const Joins joins = cluster.join(1, nodes, 1);
  if (joins.failed > 0) give_up("failed", joins.why);
  if (!cluster.wait_for_all_to_see_all() || !cluster.wait_until_all_is_told()) {
    give_up("failed", "not all see all");
  }
  Control control{static_cast<std::uint16_t>(options.count("crowd", 0))};
  for (std::size_t i = 1; i < nodes; ++i) control.ask("aim", cluster.node(i).local_endpoint());
  const Traffic before = cluster.traffic();
  const double cpu = processor_seconds();
  const auto begin = Clock::now();
  control.ask("flood", cluster.node(0).local_endpoint());
  const double seconds = seconds_since(begin);
  const double used = processor_seconds() - cpu;
  const double packets = (cluster.traffic() - before).packets;
  Figures figures;
  figures.note("body", cluster.body());
  figures.set("load_packet_us", 1e6 * used / packets);
  figures.set("load_packets_s", packets / seconds);
  figures.set("load_cores", used / seconds);
  figures.print();
}

}  // namespace gossipod::bench
