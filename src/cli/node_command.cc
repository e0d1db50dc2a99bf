#include "cli/node_command.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <thread>
#include <utility>

#include "cli/json_lines.h"
#include "cli/line_buffer.h"
#include "cli/node_console.h"
#include "cli/output.h"
#include "cli/people_lines.h"
#include "cli/signal_watch.h"
#include "cli/trace_observer.h"

namespace gossipod::cli {
namespace {

constexpr std::size_t command_bytes_max = 1 << 20;

// An eventfd: rung by any thread, heard by the one that polls it.
class Bell {
 public:
  Bell() : descriptor_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {}
  ~Bell() { close(descriptor_); }
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;
  void ring() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(descriptor_, &one, sizeof one);
  }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

class EventPrinter final : public EventHandler {
 public:
  EventPrinter(const Presenter& presenter, Output& output, const Bell& end)
      : presenter_{presenter}, output_{output}, end_{end} {}
  void on_event(const Event& event) override {
    // Nobody reads any more: leave, as a pipeline's program would end.
    if (!output_.write(presenter_.event(event))) end_.ring();
  }

 private:
  const Presenter& presenter_;
  Output& output_;
  const Bell& end_;
};

std::unique_ptr<Presenter> make_presenter(bool json) {
  if (json) return std::make_unique<JsonLines>();
  const bool terminal = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  return std::make_unique<PeopleLines>(terminal);
}

// The kernel closes the sockets of a ring a moment after the process that had it: who is restarted
// at once after being killed finds its port taken by itself.
Result<Gossipod> start_patiently(const Config& config, const Parts& parts) {
  constexpr auto pause = std::chrono::milliseconds{50};
  constexpr int tries = 20;
  for (int left = tries;; --left) {
    auto started = Gossipod::start(config, parts);
    if (started || started.error().code != Errc::address_in_use || left == 1) return started;
    std::this_thread::sleep_for(pause);
  }
}

enum class End { quit, asked };

// Commands until one is `quit` or somebody rings. The end of the input ends only the commands.
End obey_input(NodeConsole& console, const Bell& end) {
  LineBuffer lines{command_bytes_max};
  std::array<char, 65536> bytes;
  std::array<pollfd, 2> polled{{{end.descriptor(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
  for (;;) {
    if (poll(polled.data(), polled.size(), -1) < 0) continue;
    if (polled[0].revents != 0) return End::asked;
    if (polled[1].revents == 0) continue;
    const ssize_t count = read(STDIN_FILENO, bytes.data(), bytes.size());
    const std::size_t dropped = lines.dropped();
    if (count > 0) lines.add({bytes.data(), static_cast<std::size_t>(count)});
    while (const auto line = lines.next()) {
      if (!console.obey(*line)) return End::quit;
    }
    if (lines.dropped() != dropped) console.fail("", "a line of more than 1 MiB was not read");
    if (count <= 0) {
      if (const auto line = lines.rest(); line && !console.obey(*line)) return End::quit;
      polled[1].fd = -1;  // poll skips it
    }
  }
}

}  // namespace

int run_node(const NodeOptions& options, Parts parts) {
  signal(SIGPIPE, SIG_IGN);
  block_stop_signals();
  const std::unique_ptr<Presenter> presenter = make_presenter(options.json);
  Output output{STDOUT_FILENO};
  const Bell end;

  parts.handler = std::make_shared<EventPrinter>(*presenter, output, end);
  if (options.trace) {
    parts.observer = std::make_shared<TraceObserver>(options.log, *presenter, output);
  } else {
    parts.observer = std::make_shared<StderrObserver>(options.log);
  }
  auto started = start_patiently(options.config, parts);
  if (!started) return report(started.error());
  Gossipod node = std::move(*started);
  NodeConsole console{node, *presenter, output};

  {
    // A command may be waiting for something on the main thread: stopping the node ends its wait.
    const SignalWatch watch{[&] {
      console.leave();
      node.stop();
      end.ring();
    }};
    console.print_ready();
    if (!options.seeds.empty()) console.join(options.seeds);
    if (obey_input(console, end) == End::asked && node.is_running()) console.leave();
  }
  node.stop();
  return 0;
}

}  // namespace gossipod::cli
