// TcpStream: one TCP connection, without anybody to tell: what is to be sent, what may be received,
// and what the owner still has to be told about. It never calls anybody back but through `notify`,
// when its descriptor got ready.
//
// It belongs first to its link; closed by it, to the engine, for as long as the rest takes to go
// out (see lingerers.h).
//
// Threads: the loop's.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/endpoint.h>
#include <gossipod/error.h>
#include <gossipod/link.h>
#include <gossipod/reactor.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "runtime/posix/fd.h"

namespace gossipod::runtime {

class TcpStream final : public Reactor::Waiter, public std::enable_shared_from_this<TcpStream> {
 public:
  // Who acts when the descriptor is ready; may destroy the stream.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_stream_ready(const std::shared_ptr<TcpStream>& stream) = 0;
  };

  TcpStream(StreamId stream, const Endpoint& other, Owner& keeper)
      : id{stream}, peer{other}, owner{&keeper} {}

  // False if it could not even begin: `broken` says why.
  bool connect(Reactor& reactor);
  bool adopt(Reactor& reactor, Fd accepted);

  // The outcome of connecting, once it is writable. True if it is connected now.
  bool finish_connecting();
  void write(SharedBytes bytes);
  void finish();
  // Sends as much as the kernel takes, then the finish if it is wanted.
  void flush();
  // Into `buffer`: the bytes; empty if nothing more can be had now: nothing there, the peer
  // finished, or broken.
  [[nodiscard]] Bytes read(MutableBytes buffer);
  // Waits for what it needs next.
  void wait();
  void reset();  // the peer is told by force
  void drop();   // the descriptor is gone

  [[nodiscard]] bool done() const { return peer_finished && finish_sent_; }
  [[nodiscard]] bool unsent() const { return !unsent_.empty(); }

  void on_ready(bool is_readable, bool is_writable) override;

  const StreamId id;
  const Endpoint peer;
  Owner* owner;

  // To be dealt with by the owner, who clears them.
  bool readable = false;
  bool writable = false;
  bool accepted = false;  // to be told
  bool written = false;   // to be told
  std::optional<Error> broken;
  bool eventful = false;  // it is in its owner's list

  bool connecting = false;
  bool paused = false;
  bool peer_finished = false;

 private:
  bool start_watching(Reactor& reactor);
  void fail(int number);

  Fd fd_;
  std::unique_ptr<Reactor::Watch> watch_;  // goes before the descriptor does
  std::deque<SharedBytes> unsent_;
  std::size_t offset_ = 0;  // into the first
  bool finish_wanted_ = false;
  bool finish_sent_ = false;
  bool waits_to_read_ = false;
  bool waits_to_write_ = false;
};

}  // namespace gossipod::runtime
