// TcpStream: a stream that is told when its descriptor is ready, and then reads and writes itself.
//
// Threads: the loop's.
#pragma once

#include <gossipod/reactor.h>

#include <memory>

#include "runtime/posix/stream.h"

namespace gossipod::runtime {

class TcpStream final : public Stream, public Reactor::Waiter {
 public:
  TcpStream(Reactor& reactor, StreamId stream, const Endpoint& other, Owner& keeper)
      : Stream{stream, other, keeper}, reactor_{reactor} {}

  void flush() override;
  [[nodiscard]] Bytes read(MutableBytes buffer) override;
  void wait() override;
  void drop() override;
  void on_ready(bool is_readable, bool is_writable) override;

 private:
  bool begin() override;

  Reactor& reactor_;
  std::unique_ptr<Reactor::Watch> watch_;  // goes before the descriptor does
  bool waits_to_read_ = false;
  bool waits_to_write_ = false;
};

}  // namespace gossipod::runtime
