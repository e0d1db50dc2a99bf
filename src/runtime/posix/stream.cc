#include "runtime/posix/stream.h"

#include <gossipod/assert.h>
#include <sys/socket.h>

#include <utility>

#include "runtime/posix/sockets.h"

namespace gossipod::runtime {

bool Stream::connect() {
  auto fd = start_connecting(peer);
  if (!fd) {
    broken = fd.error();
    return false;
  }
  fd_ = std::move(*fd);
  connecting = true;
  return begin();
}

bool Stream::adopt(Fd stream) {
  fd_ = std::move(stream);
  prepare_stream(fd_.get());
  accepted = true;
  readable = true;
  return begin();
}

bool Stream::finish_connecting() {
  int number = 0;
  socklen_t size = sizeof number;
  ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &number, &size);
  if (number != 0) {
    fail(number);
    return false;
  }
  // No error and no peer: it only looked ready.
  sockaddr_storage address{};
  size = sizeof address;
  if (::getpeername(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return false;
  connecting = false;
  return true;
}

void Stream::write(SharedBytes bytes) {
  GOSSIPOD_ASSERT(!finish_wanted_);
  if (bytes && !bytes->empty()) unsent_.push_back(std::move(bytes));
  written = unsent_.empty();
  flush();
}

void Stream::finish() {
  finish_wanted_ = true;
  flush();
}

void Stream::sent(std::size_t bytes) {
  offset_ += bytes;
  while (!unsent_.empty() && offset_ >= unsent_.front()->size()) {
    offset_ -= unsent_.front()->size();
    unsent_.pop_front();
    written = unsent_.empty();
  }
}

void Stream::send_finish() {
  if (!finish_wanted_ || finish_sent_ || !unsent_.empty()) return;
  finish_sent_ = true;
  ::shutdown(fd_.get(), SHUT_WR);
}

void Stream::fail(int number) {
  // A first error stays: it is closer to the cause.
  if (!broken) broken = connection_error(peer, number);
}

void Stream::reset() {
  // Closing with unfinished business and no patience is what sends an RST.
  const linger now{1, 0};
  if (fd_) ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  drop();
}

}  // namespace gossipod::runtime
