// Lingerers: streams that their links closed, and that still have something to send. Each gets a
// bounded time; what the peer still says is thrown away, but read, because closing with unread
// bytes would make the kernel reset the connection and destroy what was sent.
//
// Threads: the loop's. Bounded: limits::streams_lingering_max, and one more for each node.
#pragma once

#include <gossipod/time.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "runtime/posix/stream.h"

namespace gossipod::runtime {

class Lingerers final : public Stream::Owner {
 public:
  // `changed`: next_deadline() has, because a stream is done.
  explicit Lingerers(std::function<void()> changed) : changed_{std::move(changed)} {}

  // False if the oldest had to make room, and was reset.
  bool add(TimePoint now, const std::shared_ptr<Stream>& stream, std::size_t nodes);
  // Resets those whose time is over.
  void on_deadline(TimePoint now);
  [[nodiscard]] TimePoint next_deadline() const {
    return waiting_.empty() ? never : waiting_.front().until;
  }
  void on_stream_ready(const std::shared_ptr<Stream>& stream) override;
  void reset_all();

 private:
  struct Waiting {
    TimePoint until;
    std::shared_ptr<Stream> stream;
  };
  // True if nothing is left to do for it.
  bool advance(Stream& stream);

  const std::function<void()> changed_;
  std::array<std::uint8_t, 16 << 10> unwanted_;
  std::deque<Waiting> waiting_;  // the oldest first
};

}  // namespace gossipod::runtime
