#include "cli/demo_cluster.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "cli/signal_watch.h"

namespace gossipod::cli {

using nlohmann::json;

bool DemoCluster::Node::has_said(std::string_view kind, std::string_view about) const {
  return std::any_of(said.begin(), said.end(), [&](const json& line) {
    return line["kind"] == kind && (about.empty() || line.value("node", "") == about);
  });
}

const json* DemoCluster::Node::last(std::string_view kind) const {
  const auto found = std::find_if(said.rbegin(), said.rend(),
                                  [&](const json& line) { return line["kind"] == kind; });
  return found == said.rend() ? nullptr : &*found;
}

DemoCluster::DemoCluster() {
  block_stop_signals();
  signals_ = open_stop_signals();
}

DemoCluster::~DemoCluster() { close(signals_); }

Result<DemoCluster::Node*> DemoCluster::start(std::string name,
                                              const std::vector<std::string>& argv) {
  auto process = ChildProcess::spawn(argv);
  if (!process) return process.error();
  nodes_.push_back(Node{std::move(name), std::move(*process)});
  return &nodes_.back();
}

bool DemoCluster::wait(const std::function<bool()>& true_now, std::chrono::milliseconds longest) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  for (;;) {
    if (true_now()) return true;
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= left.zero() || interrupted_) return false;
    // Not longer, because a process that ends wakes nobody.
    constexpr std::chrono::milliseconds look_again{50};
    read_for(std::min(std::chrono::ceil<std::chrono::milliseconds>(left), look_again));
  }
}

void DemoCluster::read_for(std::chrono::milliseconds longest) {
  std::vector<pollfd> polled;
  for (const Node& node : nodes_) polled.push_back({node.process.output(), POLLIN, 0});
  polled.push_back({signals_, POLLIN, 0});
  if (poll(polled.data(), polled.size(), static_cast<int>(longest.count())) <= 0) return;
  if (polled.back().revents != 0) interrupted_ = true;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (polled[i].revents != 0) take_lines(nodes_[i]);
  }
}

void DemoCluster::take_lines(Node& node) {
  node.process.read_available();
  while (const auto line = node.process.next_line()) {
    json object = json::parse(*line, nullptr, false);
    if (object.is_object() && object.contains("kind")) node.said.push_back(std::move(object));
  }
}

}  // namespace gossipod::cli
