// Stream: one TCP connection, without anybody to tell: what is to be sent, what may be received,
// and what the owner still has to be told about. How bytes get in and out is the body's: see
// posix/tcp_stream.h and io_uring/ring_stream.h. It never calls anybody back but its owner, when
// there is something to do for it.
//
// It belongs first to its link; closed by it, to the loop, for as long as the rest takes to go out
// (see lingerers.h).
//
// Threads: the loop's.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/endpoint.h>
#include <gossipod/error.h>
#include <gossipod/link.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "runtime/posix/fd.h"

namespace gossipod::runtime {

class Stream : public std::enable_shared_from_this<Stream> {
 public:
  // Who acts when there is something to do; may destroy the stream.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_stream_ready(const std::shared_ptr<Stream>& stream) = 0;
  };

  Stream(StreamId stream, const Endpoint& other, Owner& keeper)
      : id{stream}, peer{other}, owner{&keeper} {}
  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // False if it could not even begin: `broken` says why.
  bool connect();
  bool adopt(Fd accepted);

  // The outcome of connecting, once it is writable. True if it is connected now.
  bool finish_connecting();
  void write(SharedBytes bytes);
  void finish();
  // Sends as much as can be sent now, then the finish if it is wanted.
  virtual void flush() = 0;
  // What has arrived, in `buffer` or in memory of the stream's own, until the next call; empty if
  // nothing more can be had now: nothing there, the peer finished, or broken.
  [[nodiscard]] virtual Bytes read(MutableBytes buffer) = 0;
  // Waits for what it needs next.
  virtual void wait() = 0;
  void reset();             // the peer is told by force
  virtual void drop() = 0;  // the descriptor is gone

  [[nodiscard]] bool done() const { return peer_finished && finish_sent_; }
  [[nodiscard]] bool unsent() const { return !unsent_.empty(); }

  const StreamId id;
  const Endpoint peer;
  Owner* owner;

  // To be dealt with by the owner, who clears them.
  bool readable = false;  // there may be something: read() says so when it is not
  bool writable = false;
  bool accepted = false;     // to be told
  bool written = false;      // to be told
  std::uint64_t stalls = 0;  // to be told: no buffer was free for what came
  std::optional<Error> broken;
  bool eventful = false;  // it is in its owner's list

  bool connecting = false;
  bool paused = false;
  bool peer_finished = false;

 protected:
  // The descriptor is there now.
  virtual bool begin() = 0;
  void fail(int number);
  // So many bytes of what is unsent went out.
  void sent(std::size_t bytes);
  // If it is wanted, and all is sent.
  void send_finish();

  Fd fd_;
  std::deque<SharedBytes> unsent_;
  std::size_t offset_ = 0;  // into the first

 private:
  bool finish_wanted_ = false;
  bool finish_sent_ = false;
};

}  // namespace gossipod::runtime
