#include "cli/trace_observer.h"

#include <fmt/format.h>

#include <utility>

namespace gossipod::cli {

TraceObserver::TraceObserver(Fact::Level log, const Presenter& presenter, Output& output)
    : log_{log}, presenter_{presenter}, output_{output}, thread_{[this] { write(); }} {}

TraceObserver::~TraceObserver() {
  {
    const std::lock_guard lock{mutex_};
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void TraceObserver::on_fact(const Fact& fact) noexcept {
  if (fact.id != Fact::Id::message_sent && fact.id != Fact::Id::message_received) {
    return log_.on_fact(fact);
  }
  const std::string lines = presenter_.trace(fact);
  {
    const std::lock_guard lock{mutex_};
    if (waiting_.size() + lines.size() > waiting_bytes_max) {
      ++lost_;
    } else {
      waiting_ += lines;
    }
  }
  changed_.notify_one();
}

void TraceObserver::write() {
  std::unique_lock lock{mutex_};
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::string lines = std::exchange(waiting_, {});
    const std::uint64_t lost = std::exchange(lost_, 0);
    lock.unlock();
    if (lost != 0) {
      lines += presenter_.failed(
          "trace", fmt::format("{} messages are not shown: they came faster than read", lost));
    }
    output_.write(lines);
    lock.lock();
  }
}

}  // namespace gossipod::cli
