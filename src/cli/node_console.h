// NodeConsole: what can be typed while a node runs, one command a line; prints the answer.
//
// Threads: one, the main one, but leave() may come from any; a command may wait for the protocol.
// Bounded: each wait has an end.
#pragma once

#include <gossipod/gossipod.h>

#include <span>
#include <string>
#include <string_view>

#include "cli/output.h"
#include "cli/presenter.h"

namespace gossipod::cli {

class NodeConsole {
 public:
  // Everything is borrowed.
  NodeConsole(Gossipod& node, const Presenter& presenter, Output& output)
      : node_{node}, presenter_{presenter}, output_{output} {}

  // False: it was `quit`, and the others have been told.
  bool obey(std::string_view line);

  void print_ready();
  void join(std::span<const std::string> seeds);
  void leave();
  void fail(std::string_view command, std::string_view why);

 private:
  void send(std::string_view arguments, bool reliable);
  void send_size(std::string_view arguments);
  void broadcast(std::string_view data);
  void set_metadata(std::string_view metadata);
  void ping(std::string_view member);
  void remove(std::string_view member);
  void change_key(std::string_view command, std::string_view text);
  void print_keys();
  void print_members();

  Gossipod& node_;
  const Presenter& presenter_;
  Output& output_;
};

}  // namespace gossipod::cli
