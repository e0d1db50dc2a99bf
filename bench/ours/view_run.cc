// One node that knows a crowd of members (crowd.h) and has told everybody: what does it cost idle,
// pinging one a second and being pinged once; what does comparing everything cost, in either
// direction; and how much memory does it take, between exchanges and at the peak?
#include <gossipod/gossipod.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "control.h"
#include "figures.h"
#include "process.h"
#include "runs.h"
#include "silent.h"

namespace gossipod::bench {
namespace {

using namespace std::chrono_literals;

constexpr double kib_per_mib = 1024;

}  // namespace

void run_view(const Options& options) {
  const std::size_t members = options.count("members", 10'000);
  const auto port = static_cast<std::uint16_t>(options.count("port", 0));
  const Duration patience = options.seconds("patience", 60);
  const auto config = options.config("alone").build();
  if (!config) give_up("failed", to_string(config.error()));
  Parts parts;
  parts.handler = std::make_shared<EventHandler>();
  parts.observer = std::make_shared<Silent>();
  auto node = Gossipod::start(*config, parts);
  if (!node) {
    const bool absent = node.error().code == Errc::unsupported;
    give_up(absent ? "absent" : "failed", to_string(node.error()));
  }
  const double alone_kib = resident_kib();
  const Endpoint self = node->local_endpoint();
  Control control{static_cast<std::uint16_t>(options.count("crowd", 0))};
  const std::string seed = "127.1.0.1:" + std::to_string(port);
  const auto compare = [&] {
    if (const auto joined = node->join({seed}, patience); !joined) {
      give_up("failed", to_string(joined.error()));
    }
  };
  compare();
  const auto whole = [&](const Members& all) { return all.size() == members + 1; };
  if (!node->wait_until(whole, patience)) give_up("failed", "it does not know all of the crowd");
  // Who joined so many asks once more, up to half a minute later; the window is without
  // push-pulls.
  const auto asked = [&] { return node->stats()[Counter::push_pulls] >= 2; };
  const auto until = std::chrono::steady_clock::now() + 40s;
  while (!asked() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(100ms);
  control.ask("drain", self);
  control.ask("ping", self);
  std::this_thread::sleep_for(2s);

  Figures figures;
  figures.note("body", node->stats().body);
  const double window = options.number("idle", 10);
  double cpu = processor_seconds();
  std::this_thread::sleep_for(std::chrono::duration<double>(window));
  const double idle = 1000 * (processor_seconds() - cpu) / window;

  const std::size_t exchanges = options.count("exchanges", 10);
  const auto per_exchange = [&] {
    return 1000 * (processor_seconds() - cpu) / static_cast<double>(exchanges);
  };
  forget_peak();
  cpu = processor_seconds();
  for (std::size_t i = 0; i < exchanges; ++i) compare();
  const double asking = per_exchange();
  cpu = processor_seconds();
  for (std::size_t i = 0; i < exchanges; ++i) control.ask("exchange", self);
  const double answering = per_exchange();
  figures.set("view_idle_ms", idle);
  figures.set("view_asking_ms", asking);
  figures.set("view_answering_ms", answering);
  // The LAN profile's interval, stretched for so many members: 30 s, times ten for 10,000.
  const double interval = options.number("every", 300);
  figures.set("view_with_ms", idle + (asking + answering) / interval);
  const double peak = peak_kib();
  std::this_thread::sleep_for(1s);
  const double after = resident_kib();
  figures.set("view_mib", (after - alone_kib) / kib_per_mib);
  figures.set("view_peak_mib", (std::max(peak, after) - alone_kib) / kib_per_mib);
  figures.set("members", static_cast<double>(node->members().size()));
  figures.print();
}

}  // namespace gossipod::bench
