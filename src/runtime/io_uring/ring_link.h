// RingLink: a link whose sockets are read by the kernel: one request brings datagrams until it is
// cancelled, another connections. What came is kept until the link's turn.
//
// A link that was brought more than its quota is not read until it has worked that off: the rest
// waits in its socket, and the buffers are the others'.
//
// Threads: the loop's. The steady state (datagrams only) allocates nothing.
#pragma once

#include <liburing.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "runtime/io_uring/received.h"
#include "runtime/io_uring/ring_user.h"
#include "runtime/posix/link_core.h"

namespace gossipod::runtime {

class RingLink final : public LinkCore, public RingUser {
 public:
  RingLink(RingCore& core, Sink& sink, Sockets sockets, std::uint32_t slot);
  ~RingLink() override;
  Result<void> start() override;
  std::size_t send(std::span<const TxDatagram> batch) override;
  void on_stream_ready(const std::shared_ptr<Stream>& stream) override;
  void on_completion(unsigned kind, int result, unsigned flags) override;
  // One that send() took was not sent.
  void on_send_failed(int error);
  // As wait(), after the others.
  void wait_at_last();

 private:
  enum Kind : unsigned { receive, accept };
  // Where a request for a single datagram puts what is not in the buffer.
  struct Single;

  bool take_datagrams(TimePoint now) override;
  void take_connections(TimePoint now) override;
  void wait() override;
  void deafen() override;
  [[nodiscard]] std::shared_ptr<Stream> make_stream(StreamId id, const Endpoint& peer) override;
  [[nodiscard]] std::shared_ptr<RingUser> itself() override;

  void on_received(int result, unsigned flags);
  void on_accepted(int result, unsigned flags);
  bool send_one(const TxDatagram& datagram);
  [[nodiscard]] bool endless_accept();
  void ask_for_datagrams();
  void ask_for_connections();
  void tell_troubles();
  // The number or descriptor of the datagram socket, in that request.
  void address(io_uring_sqe& request);

  ReceivedDatagrams::List waiting_;
  std::unique_ptr<Single> single_;  // if the kernel needs it
  std::vector<Fd> accepted_;
  bool endless_accept_;          // we may ask for all connections at once
  bool registered_ = false;      // the datagram socket, under our slot's number
  bool stopped_ = false;         // not read for now: there may be more in the socket
  bool cancelled_ = false;       // the request for datagrams, on its way back
  bool accept_failed_ = false;   // connections wait
  std::size_t taken_ = 0;        // datagrams, in the last turn
  unsigned failures_ = 0;        // of receiving, in a row
  std::uint64_t stalls_ = 0;     // to be told
  std::uint64_t refused_ = 0;    // to be told
  std::uint64_t errors_ = 0;     // to be told
  std::uint64_t overflows_ = 0;  // of the core, told
  std::uint64_t waits_ = 0;      // of the core that failed, told
};

}  // namespace gossipod::runtime
