// SocketLink: a link that is told when its sockets are ready, and then takes what is there.
//
// Threads: the loop's. The steady state (datagrams only) allocates nothing.
#pragma once

#include <gossipod/reactor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "runtime/posix/link_core.h"

namespace gossipod::runtime {

class EngineCore;

class SocketLink final : public LinkCore {
 public:
  SocketLink(EngineCore& core, Sink& sink, Sockets sockets, std::uint32_t slot);
  Result<void> start() override;
  std::size_t send(std::span<const TxDatagram> batch) override;
  void on_stream_ready(const std::shared_ptr<Stream>& stream) override;

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

  bool take_datagrams(TimePoint now) override;
  void take_connections(TimePoint now) override;
  void wait() override;
  void deafen() override;
  [[nodiscard]] std::shared_ptr<Stream> make_stream(StreamId id, const Endpoint& peer) override;
  void turn_now();

  EngineCore& engine_;    // only while attached
  bool failing_ = false;  // taking datagrams: tried again a little later
  Ear datagrams_{*this};
  Ear connections_{*this};
};

}  // namespace gossipod::runtime
