// DemoCluster: the processes of the demo, all that they said, and waiting for what they should say.
//
// Threads: one. Ctrl-C ends every wait; the destructor ends every process.
#pragma once

#include <gossipod/error.h>

#include <chrono>
#include <deque>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/child_process.h"

namespace gossipod::cli {

class DemoCluster {
 public:
  struct Node {
    std::string name;
    ChildProcess process;
    std::vector<nlohmann::json> said{};  // objects with a "kind"; other lines are left out
    [[nodiscard]] bool has_said(std::string_view kind, std::string_view about = {}) const;
    [[nodiscard]] const nlohmann::json* last(std::string_view kind) const;
  };

  DemoCluster();
  ~DemoCluster();
  DemoCluster(const DemoCluster&) = delete;
  DemoCluster& operator=(const DemoCluster&) = delete;

  // References stay good. What the program said before is not forgotten by the next one.
  [[nodiscard]] Result<Node*> start(std::string name, const std::vector<std::string>& argv);
  [[nodiscard]] std::deque<Node>& nodes() { return nodes_; }

  // Reads what the processes say until it is true. False: it took too long, or Ctrl-C.
  [[nodiscard]] bool wait(const std::function<bool()>& true_now, std::chrono::milliseconds longest);
  [[nodiscard]] bool interrupted() const { return interrupted_; }

 private:
  void read_for(std::chrono::milliseconds longest);
  void take_lines(Node& node);
  std::deque<Node> nodes_;
  int signals_;
  bool interrupted_ = false;
};

}  // namespace gossipod::cli
