#include "runtime/posix/lingerers.h"

#include <gossipod/limits.h>

#include <algorithm>

namespace gossipod::runtime {
namespace {

constexpr Duration longest = std::chrono::seconds{limits::lingering_seconds};
constexpr int reads_max = 16;  // at one time; the rest comes when it is ready again

}  // namespace

bool Lingerers::add(TimePoint now, const std::shared_ptr<Stream>& stream, std::size_t nodes) {
  stream->owner = this;
  stream->paused = false;
  if (!stream->broken) stream->finish();
  if (advance(*stream)) {
    stream->drop();
    return true;
  }
  const bool full = waiting_.size() >= limits::streams_lingering_max + nodes;
  if (full) {
    waiting_.front().stream->reset();
    waiting_.pop_front();
  }
  waiting_.push_back({now + longest, stream});
  return !full;
}

bool Lingerers::advance(Stream& stream) {
  if (stream.broken) return true;
  if (stream.connecting) {
    // Nothing to say to somebody we do not know yet.
    if (!stream.unsent()) return true;
    if (stream.writable) stream.finish_connecting();
  }
  stream.writable = false;
  stream.flush();
  for (int i = 0; i < reads_max && !stream.connecting && !stream.peer_finished; ++i) {
    if (stream.read(unwanted_).empty()) break;
  }
  if (stream.broken || stream.done()) return true;
  stream.wait();
  return stream.broken.has_value();
}

void Lingerers::on_stream_ready(const std::shared_ptr<Stream>& stream) {
  if (!advance(*stream)) return;
  stream->drop();
  std::erase_if(waiting_, [&](const Waiting& waiting) { return waiting.stream == stream; });
  changed_();
}

void Lingerers::on_deadline(TimePoint now) {
  while (!waiting_.empty() && waiting_.front().until <= now) {
    waiting_.front().stream->reset();
    waiting_.pop_front();
  }
}

void Lingerers::reset_all() {
  for (const Waiting& waiting : waiting_) waiting.stream->reset();
  waiting_.clear();
}

}  // namespace gossipod::runtime
