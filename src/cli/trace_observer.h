// TraceObserver: --trace. Prints the facts about messages; what is left is logged as ever.
//
// Threads: facts come on the protocol's, which must not wait for whoever reads our output; so lines
// wait for a thread of ours. Bounded: of what nobody reads in time only the number is kept, and
// told.
#pragma once

#include <gossipod/observer.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "cli/output.h"
#include "cli/presenter.h"

namespace gossipod::cli {

class TraceObserver final : public Observer {
 public:
  static constexpr std::size_t waiting_bytes_max = 4 << 20;

  // Presenter and output are borrowed.
  TraceObserver(Fact::Level log, const Presenter& presenter, Output& output);
  ~TraceObserver() override;  // when all that waits is written
  TraceObserver(const TraceObserver&) = delete;
  TraceObserver& operator=(const TraceObserver&) = delete;

  [[nodiscard]] Fact::Level level() const noexcept override { return Fact::Level::trace; }
  void on_fact(const Fact& fact) noexcept override;

 private:
  void write();

  StderrObserver log_;
  const Presenter& presenter_;
  Output& output_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  std::uint64_t lost_ = 0;
  bool ending_ = false;
  std::thread thread_;  // the last member: it uses all others
};

}  // namespace gossipod::cli
