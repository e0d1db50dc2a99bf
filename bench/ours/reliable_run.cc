// Large messages by stream from one node to another, each with a loop of its own, one after the
// other: the next is sent when the operating system has taken the last, and the receiver's handler
// is at most eight behind, as between applications that know one another. Until it has had all.
// Random bytes, so that compression has to try but cannot win.
#include <gossipod/gossipod.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "figures.h"
#include "process.h"
#include "runs.h"
#include "silent.h"

namespace gossipod::bench {
namespace {

constexpr std::size_t ahead_most = 8;

class Receiver final : public EventHandler {
 public:
  void on_message(const Endpoint& /*from*/, std::string_view data) override {
    const std::lock_guard lock{mutex_};
    ++messages_;
    bytes_ += data.size();
    changed_.notify_all();
  }
  [[nodiscard]] bool wait(std::size_t messages, Duration patience) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, patience, [&] { return messages_ >= messages; });
  }
  [[nodiscard]] std::size_t bytes() {
    const std::lock_guard lock{mutex_};
    return bytes_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t messages_ = 0;
  std::size_t bytes_ = 0;
};

Gossipod node_of(const Options& options, std::string_view name,
                 const std::shared_ptr<EventHandler>& handler) {
  const auto config = options.config(name).build();
  if (!config) give_up("failed", to_string(config.error()));
  Parts parts;
  parts.handler = handler;
  parts.observer = std::make_shared<Silent>();
  auto node = Gossipod::start(*config, parts);
  if (!node) {
    const bool absent = node.error().code == Errc::unsupported;
    give_up(absent ? "absent" : "failed", to_string(node.error()));
  }
  return std::move(*node);
}

// Why a node dropped streams or messages, ", reason count" for each.
std::string drops(const Stats& stats) {
  std::string text;
  for (std::size_t i = 0; i < counter_count; ++i) {
    const auto counter = static_cast<Counter>(i);
    const std::string_view name = to_string(counter);
    if (stats[counter] == 0 || name.find("drop") == name.npos) continue;
    text += ", " + std::string{name} + " " + std::to_string(stats[counter]);
  }
  return text;
}

}  // namespace

void run_reliable(const Options& options) {
  const std::size_t messages = options.count("messages", 100);
  const std::size_t bytes = options.count("bytes", 1 << 20);
  const Duration patience = options.seconds("patience", 60);
  std::string data(bytes, '\0');
  std::uint64_t state = 88172645463325252;  // xorshift
  for (char& byte : data) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    byte = static_cast<char>(state >> 32);
  }
  const auto receiver = std::make_shared<Receiver>();
  Gossipod to = node_of(options, "to", receiver);
  Gossipod from = node_of(options, "from", std::make_shared<EventHandler>());
  const std::string seed = to_string(to.local_endpoint());
  if (const auto joined = from.join({seed}, patience); !joined) {
    give_up("failed", to_string(joined.error()));
  }
  const double cpu = processor_seconds();
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < messages; ++i) {
    if (i >= ahead_most && !receiver->wait(i - ahead_most, patience)) break;
    const auto sent = from.send_reliable("to", data, patience);
    if (!sent) give_up("failed", to_string(sent.error()));
  }
  if (!receiver->wait(messages, patience)) {
    give_up("failed",
            std::to_string(receiver->bytes() / bytes) + " messages arrived" + drops(to.stats()));
  }
  const double seconds = seconds_since(begin);
  Figures figures;
  figures.note("body", from.stats().body);
  figures.set("received_bytes", static_cast<double>(receiver->bytes()));
  figures.set("reliable_mb_s", static_cast<double>(messages * bytes) / seconds / 1e6);
  figures.set("reliable_cpu_ms",
              1000 * (processor_seconds() - cpu) / static_cast<double>(messages));
  figures.print();
}

}  // namespace gossipod::bench
