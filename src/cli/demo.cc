#include "cli/demo.h"

#include <gossipod/endpoint.h>
#include <gossipod/member.h>

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "cli/demo_cluster.h"
#include "cli/demo_guest.h"
#include "cli/people_lines.h"
#include "cli/text.h"

namespace gossipod::cli {
namespace {

using namespace std::chrono_literals;
using Node = DemoCluster::Node;
namespace fs = std::filesystem;

// Far beyond what each step takes: it is there so that the demo ends.
constexpr auto patience = 20s;
constexpr int members_at_first = 5;

MemberState state_from(std::string_view text) {
  for (const MemberState state : {MemberState::alive, MemberState::suspect, MemberState::dead}) {
    if (text == to_string(state)) return state;
  }
  return MemberState::left;
}

std::vector<Member> members_from(const nlohmann::json& line) {
  std::vector<Member> members;
  for (const nlohmann::json& row : line["list"]) {
    Member member;
    member.name = row.value("name", "");
    member.metadata = row.value("meta", "");
    member.incarnation = Incarnation{row.value("incarnation", 0u)};
    member.state = state_from(row.value("state", ""));
    if (const auto address = parse_host_port(row.value("addr", ""))) {
      member.endpoint =
          Endpoint::from_ip(address->host, address->port.value_or(0)).value_or(Endpoint{});
    }
    members.push_back(std::move(member));
  }
  return members;
}

class Demo {
 public:
  explicit Demo(const DemoOptions& options)
      : self_{fs::read_symlink("/proc/self/exe")},
        guest_{find_guest(options.guest, self_)},
        coloured_{isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr} {}

  int run() {
    ::signal(SIGPIPE, SIG_IGN);  // a child that is gone is found by its deadline
    fmt::print("A cluster of real processes on loopback, probing every 400 ms.\n\n");
    const bool all = start() && join() && invite() && change_metadata() && pause_and_resume() &&
                     kill_one() && one_leaves() && show_members() && everybody_leaves();
    if (cluster_.interrupted()) {
      fmt::print("\nInterrupted; all processes are ended.\n");
      return 130;
    }
    if (!all) return 1;
    fmt::print("\nAll of this happened and was checked, in {:.1f} s.\n", seconds());
    return 0;
  }

 private:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }
  void say(std::string_view text) const {
    fmt::print("{:5.1f} s  {}\n", seconds(), text);
    std::fflush(stdout);
  }

  // One step: what is done was said; now wait for what must follow.
  bool expect(std::string_view what, const std::function<bool()>& true_now) {
    if (cluster_.wait(true_now, patience)) {
      say(fmt::format("  {} {}", coloured_ ? "\033[32m\u2713\033[0m" : "\u2713", what));
      return true;
    }
    if (cluster_.interrupted()) return false;
    say(fmt::format("  \u2717 this did not happen within {} s: {}", patience.count(), what));
    for (Node& node : cluster_.nodes()) {
      fmt::print("--- {}{}\n", node.name, node.process.exit_code() ? ", which has ended" : "");
      for (const auto& line : node.said) fmt::print("{}\n", line.dump());
      fmt::print("{}", node.process.complaints());
    }
    return false;
  }

  // All of our own nodes that still take part, but for one of them.
  [[nodiscard]] std::vector<Node*> others(const Node* than) const {
    std::vector<Node*> found;
    for (Node* node : ours_) {
      if (node != than) found.push_back(node);
    }
    return found;
  }
  bool all_others_said(const Node& node, std::string_view kind) {
    for (const Node* other : others(&node)) {
      if (!other->has_said(kind, node.name)) return false;
    }
    return true;
  }
  void remove(const Node* gone, MemberState why) {
    std::erase(ours_, gone);
    in_the_end_[gone->name] = why;
  }

  Node* add(std::string name, const std::vector<std::string>& argv) {
    auto node = cluster_.start(std::move(name), argv);
    if (node) return *node;
    say(fmt::format("cannot start {}: {}", argv.front(), to_string(node.error())));
    return nullptr;
  }

  bool start() {
    say("five nodes start, each a process of its own");
    for (int i = 1; i <= members_at_first; ++i) {
      const std::string name = fmt::format("node-{}", i);
      std::vector<std::string> argv{self_, "node", "--json", "--name", name};
      // The timings of a data centre, faster. The profile `local` would tell each change so few
      // times that some of five members would now and then hear of it only when all is compared.
      argv.insert(argv.end(), {"--profile", "lan", "--bind", "127.0.0.1:0"});
      argv.insert(argv.end(), {"--probing-interval", "400ms", "--ack-timeout", "150ms"});
      argv.insert(argv.end(), {"--suspicious-timeout", "2s", "--gossip-interval", "50ms"});
      argv.insert(argv.end(), {"--push-pull-interval", "4s", "--meta", "made by demo"});
      // Serf asks of all members that they name these versions.
      if (guest_ && guest_->serf) argv.insert(argv.end(), {"--delegate-protocol", "2:5:5"});
      Node* node = add(name, argv);
      if (node == nullptr) return false;
      ours_.push_back(node);
      in_the_end_[name] = MemberState::alive;
    }
    return expect("all of them listen", [this] {
      return std::all_of(ours_.begin(), ours_.end(),
                         [](const Node* node) { return node->has_said("ready"); });
    });
  }

  bool join() {
    seed_ = (*ours_.front()->last("ready"))["addr"];
    say(fmt::format("the others join node-1 at {}", seed_));
    for (Node* node : others(ours_.front())) node->process.write_line("join " + seed_);
    return expect("each of the five knows all five", [this] {
      return std::all_of(ours_.begin(), ours_.end(),
                         [this](const Node* node) { return all_others_said(*node, "join"); });
    });
  }

  bool invite() {
    if (!guest_) {
      say("no Go program on memberlist and no serf is here; the five stay among themselves");
      return true;
    }
    say(guest_->serf ? "a Serf agent joins" : "a Go program on HashiCorp's memberlist joins");
    Node* guest = add("guest", guest_->command_line(seed_));
    in_the_end_["guest"] = MemberState::alive;
    return guest != nullptr &&
           expect("all five know it", [&] { return all_others_said(*guest, "join"); });
  }

  bool change_metadata() {
    Node& node = *ours_[1];
    say("node-2 changes its metadata");
    node.process.write_line("meta changed on the way");
    return expect("everybody knows", [&] { return all_others_said(node, "update"); });
  }

  bool pause_and_resume() {
    Node& node = *ours_[3];
    say("node-4 is paused (SIGSTOP)");
    node.process.signal(SIGSTOP);
    if (!expect("all others suspect it", [&] { return all_others_said(node, "suspect"); })) {
      return false;
    }
    say("node-4 goes on (SIGCONT)");
    node.process.signal(SIGCONT);
    return expect("it hears of it and contradicts", [&] { return node.has_said("refuted"); }) &&
           expect("all others believe it", [&] { return all_others_said(node, "alive"); });
  }

  bool kill_one() {
    Node& node = *ours_[4];
    say("node-5 is killed (SIGKILL)");
    node.process.signal(SIGKILL);
    if (!expect("all others know that it is dead", [&] { return all_others_said(node, "dead"); })) {
      return false;
    }
    remove(&node, MemberState::dead);
    return true;
  }

  bool one_leaves() {
    Node& node = *ours_[2];
    say("node-3 leaves in good order");
    node.process.write_line("quit");
    if (!expect("all others know that it left", [&] { return all_others_said(node, "leave"); }) ||
        !expect("its process ended", [&] { return node.process.exit_code() == 0; })) {
      return false;
    }
    remove(&node, MemberState::left);
    return true;
  }

  [[nodiscard]] bool as_it_must_be(const std::vector<Member>& members) const {
    return members.size() == in_the_end_.size() &&
           std::all_of(members.begin(), members.end(), [this](const Member& member) {
             const auto known = in_the_end_.find(member.name);
             return known != in_the_end_.end() && known->second == member.state;
           });
  }

  bool show_members() {
    Node& node = *ours_.front();
    std::vector<Member> members;
    auto ask_at = std::chrono::steady_clock::now();
    const bool right = expect("this is what node-1 believes in the end:", [&] {
      if (const auto* answer = node.last("members")) members = members_from(*answer);
      if (as_it_must_be(members)) return true;
      if (const auto now = std::chrono::steady_clock::now(); now >= ask_at) {
        node.process.write_line("members");
        ask_at = now + 500ms;
      }
      return false;
    });
    if (!members.empty()) fmt::print("\n{}\n", members_table(members, coloured_));
    return right;
  }

  bool everybody_leaves() {
    say("everybody leaves");
    for (Node& node : cluster_.nodes()) node.process.signal(SIGINT);
    return expect("no process is left", [this] {
      for (Node& node : cluster_.nodes()) {
        if (!node.process.exit_code()) return false;
      }
      return std::all_of(ours_.begin(), ours_.end(),
                         [](Node* node) { return node->process.exit_code() == 0; });
    });
  }

  const std::string self_;
  const std::optional<Guest> guest_;
  const bool coloured_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::string seed_;
  DemoCluster cluster_;
  std::vector<Node*> ours_;                        // that still take part
  std::map<std::string, MemberState> in_the_end_;  // what must be believed of everybody
};

}  // namespace

void declare(CLI::App& app, DemoOptions& options) {
  app.add_option("--guest", options.guest, "A program on memberlist that takes part")
      ->check(CLI::ExistingFile);
}

int run_demo(const DemoOptions& options) { return Demo{options}.run(); }

}  // namespace gossipod::cli
