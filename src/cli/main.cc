// The command gossipod: `node` runs a member, `demo` shows what members do, `keygen` makes a key.
//
// Exit codes: 0 all is well, 1 it could not be done, 2 the command line makes no sense.
#include <sys/random.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

#include "cli/demo.h"
#include "cli/node_command.h"
#include "cli/node_options.h"
#include "cli/text.h"
#include "cli/version.h"

namespace {

constexpr int usage_error = 2;

int refuse(const std::string& why) {
  // Escaped: what was typed may be part of it, and it is to be one line.
  std::fprintf(stderr, "gossipod: %s\n", gossipod::cli::escaped(why).c_str());
  return usage_error;
}

// 32 bytes for AES-256, in base64, as memberlist's and Serf's tools write keys.
int print_key() {
  std::array<std::uint8_t, 32> key{};
  if (getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) {
    std::fputs("gossipod: the system gives no random bytes\n", stderr);
    return 1;
  }
  std::puts(gossipod::cli::to_base64(key).c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Cluster membership and failure detection, on memberlist's wire", "gossipod"};
  app.set_version_flag("--version", gossipod::cli::version_text());
  app.require_subcommand(0, 1);

  gossipod::cli::NodeArguments node_arguments;
  CLI::App* node = app.add_subcommand("node", "Run one member; commands are read from stdin");
  node_arguments.declare(*node);

  gossipod::cli::DemoOptions demo_options;
  CLI::App* demo = app.add_subcommand("demo", "Watch a cluster of real processes for a moment");
  gossipod::cli::declare(*demo, demo_options);

  CLI::App* keygen = app.add_subcommand("keygen", "Print a new key");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return refuse(error.what());
  }
  if (keygen->parsed()) return print_key();
  if (demo->parsed()) return gossipod::cli::run_demo(demo_options);
  if (node->parsed()) {
    const auto options = node_arguments.options();
    if (!options) return refuse(to_string(options.error()));
    return gossipod::cli::run_node(*options);
  }
  return refuse("what? node, demo or keygen; see gossipod --help");
}
