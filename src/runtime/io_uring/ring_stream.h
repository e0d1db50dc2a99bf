// RingStream: a stream whose bytes the kernel moves: one request receives into a buffer of the
// loop's, and is made again when that was read; one sends what is unsent.
//
// Threads: the loop's.
#pragma once

#include <liburing.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/io_uring/ring_user.h"
#include "runtime/posix/stream.h"

namespace gossipod::runtime {

class RingStream final : public Stream, public RingUser {
 public:
  RingStream(RingCore& core, StreamId stream, const Endpoint& other, Owner& keeper)
      : Stream{stream, other, keeper}, RingUser{core} {}

  void flush() override;
  [[nodiscard]] Bytes read(MutableBytes buffer) override;
  void wait() override;
  void drop() override;
  void on_completion(unsigned kind, int result, unsigned flags) override;
  void call() override;

 private:
  enum Kind : unsigned { receive, send, connect };
  static constexpr std::size_t pieces_max = 16;
  static constexpr std::uint16_t none = 0xffff;

  bool begin() override;
  [[nodiscard]] std::shared_ptr<RingUser> itself() override;
  void on_received(int result, unsigned flags);
  void on_sent(int result);
  void receive_more();
  void put_aside();
  void give_back(std::uint16_t& buffer);

  std::uint16_t filled_ = none;  // to be read
  std::size_t filled_bytes_ = 0;
  std::uint16_t read_ = none;        // lent to the reader
  std::vector<std::uint8_t> aside_;  // came while paused: the buffer is the others'
  bool ended_ = false;               // by the peer, behind what is to be read
  bool called_ = false;              // soon
  int failed_ = 0;                   // the same
  std::array<iovec, pieces_max> pieces_;
  msghdr header_;
};

}  // namespace gossipod::runtime
