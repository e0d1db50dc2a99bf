// Control: the way to tell the crowd beside this process what to do (crowd_run.cc).
#pragma once

#include <gossipod/endpoint.h>

#include <cstdint>
#include <string>

namespace gossipod::bench {

class Control {
 public:
  explicit Control(std::uint16_t port);  // gives up if there is no crowd
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  // Waits for the answer, and gives up if it is no.
  void ask(const std::string& what, const Endpoint& node);

 private:
  int socket_;
};

}  // namespace gossipod::bench
