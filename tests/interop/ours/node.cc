// `gossipod node` with what the command has no use for, for the interop tests: a delegate whose
// state rides on every push-pull (--state-bytes), as the Go peer's does.
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/node_command.h"
#include "cli/node_options.h"

namespace {

using gossipod::Bytes;

std::uint64_t fnv1a(Bytes bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::uint8_t octet : bytes) hash = (hash ^ octet) * 0x100000001b3;
  return hash;
}

// Bytes that follow from the node's name; they do not compress. The Go peer makes the same.
std::vector<std::uint8_t> state_of(std::string_view name, std::size_t size) {
  std::uint64_t value = fnv1a(gossipod::as_bytes(name));
  std::vector<std::uint8_t> state(size);
  for (std::uint8_t& octet : state) {
    value = value * 6364136223846793005U + 1442695040888963407U;
    octet = static_cast<std::uint8_t>(value >> 56U);
  }
  return state;
}

class StateKeeper final : public gossipod::swim::Delegate {
 public:
  StateKeeper(std::string_view name, std::size_t size) : state_{state_of(name, size)} {}

  Bytes local_state(bool /*join*/) noexcept override { return state_; }

  void merge_remote_state(Bytes state, bool join) noexcept override {
    const std::chrono::duration<double> time = std::chrono::system_clock::now().time_since_epoch();
    char line[160];
    const int size =
        std::snprintf(line, sizeof line,
                      R"({"kind":"state","t":%.6f,"size":%zu,"fnv1a":"%016llx","join":%s})"
                      "\n",
                      time.count(), state.size(), static_cast<unsigned long long>(fnv1a(state)),
                      join ? "true" : "false");
    // Short enough for a pipe to take it in one piece, between the lines of the command.
    [[maybe_unused]] const ssize_t written =
        write(STDOUT_FILENO, line, static_cast<std::size_t>(size));
  }

 private:
  std::vector<std::uint8_t> state_;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"A member for tests", "gossipod_interop_node"};
  gossipod::cli::NodeArguments arguments;
  arguments.declare(app);
  std::size_t state_bytes = 0;
  app.add_option("--state-bytes", state_bytes, "That much state rides on a push-pull");
  CLI11_PARSE(app, argc, argv);
  const auto options = arguments.options();
  if (!options) {
    std::fprintf(stderr, "%s\n", to_string(options.error()).c_str());
    return 2;
  }
  gossipod::Parts parts;
  parts.delegate = std::make_shared<StateKeeper>(options->config.name, state_bytes);
  return gossipod::cli::run_node(*options, std::move(parts));
}
