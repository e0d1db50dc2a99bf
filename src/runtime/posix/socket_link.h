// SocketLink: one node's sockets, and the order of its turn: datagrams, new connections, streams,
// then the sink's on_turn. Whatever wakes it, it first takes all that was receivable, because a
// deadline may only be judged by one who has read his mail.
//
// The sink may do anything from its calls, destroying the link included: after every call it is
// asked again what is still there. Link's verbs never call the sink; what they find out is told in
// a turn of its own, soon.
//
// Threads: the loop's. The steady state (datagrams only) allocates nothing.
#pragma once

#include <gossipod/link.h>
#include <gossipod/loop.h>
#include <gossipod/reactor.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "runtime/posix/sockets.h"
#include "runtime/posix/tcp_stream.h"
#include "runtime/posix/turnable.h"

namespace gossipod::runtime {

class EngineCore;

class SocketLink final : public TcpStream::Owner, public Turnable {
 public:
  SocketLink(EngineCore& core, Sink& sink, Sockets sockets, std::uint32_t slot);
  Result<void> start();
  // Everything closed; nothing is called any more.
  void detach() override;

  void turn(TimePoint now) override;
  [[nodiscard]] TimePoint due() const override;

  [[nodiscard]] Sink* sink() const override { return sink_; }
  [[nodiscard]] std::uint32_t slot() const override { return slot_; }
  [[nodiscard]] const Endpoint& local() const { return sockets_.local; }

  // --- Link's verbs. Of a stream that is gone they are ignored.
  std::size_t send(std::span<const TxDatagram> batch);
  void open(StreamId stream, const Endpoint& to);
  void write(StreamId stream, SharedBytes bytes);
  void finish(StreamId stream);
  void close(StreamId stream);
  void reset(StreamId stream);
  void pause(StreamId stream, bool paused);

  void on_stream_ready(const std::shared_ptr<TcpStream>& stream) override;

 private:
  // One of the two sockets: wakes the link when there is something to take.
  class Ear final : public Reactor::Waiter {
   public:
    explicit Ear(SocketLink& link) : link_{link} {}
    Result<void> listen(Reactor& reactor, int descriptor);
    void close() { watch_.reset(); }
    void wait();
    void on_ready(bool readable, bool writable) override;

    bool ready = false;  // there may be something

   private:
    SocketLink& link_;
    std::unique_ptr<Reactor::Watch> watch_;
    bool waits_ = false;
  };

  // False if the quota left some.
  bool take_datagrams(TimePoint now);
  void take_connections(TimePoint now);
  void pause_accepting(TimePoint now);
  void adopt(Fd fd, const Endpoint& from);
  void attend_streams(TimePoint now);
  void attend(TimePoint now, const std::shared_ptr<TcpStream>& stream);
  void read(TimePoint now, const std::shared_ptr<TcpStream>& stream);
  void request_turn();
  void mark(const std::shared_ptr<TcpStream>& stream);
  void verb_done(const std::shared_ptr<TcpStream>& stream);
  [[nodiscard]] std::shared_ptr<TcpStream> find(StreamId stream) const;
  [[nodiscard]] bool has(const TcpStream& stream) const { return stream.owner == this; }

  EngineCore* core_;  // null: detached
  Sink* sink_;
  std::uint32_t slot_;
  Sockets sockets_;
  Ear datagrams_{*this};
  Ear connections_{*this};
  bool in_turn_ = false;
  bool turn_requested_ = false;
  TimePoint last_turn_;
  TimePoint accept_again_ = never;  // after running out of descriptors
  Duration accept_pause_{};
  std::map<std::uint32_t, std::shared_ptr<TcpStream>> streams_;  // by StreamId
  std::vector<std::shared_ptr<TcpStream>> eventful_;
  std::uint32_t next_incoming_ = 0;
};

}  // namespace gossipod::runtime
