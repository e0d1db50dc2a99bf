#include "runtime/posix/tcp_stream.h"

#include <gossipod/assert.h>
#include <sys/socket.h>

#include <cerrno>

#include "runtime/posix/sockets.h"

namespace gossipod::runtime {

bool TcpStream::connect(Reactor& reactor) {
  auto fd = start_connecting(peer);
  if (!fd) {
    broken = fd.error();
    return false;
  }
  fd_ = std::move(*fd);
  connecting = true;
  return start_watching(reactor);
}

bool TcpStream::adopt(Reactor& reactor, Fd stream) {
  fd_ = std::move(stream);
  prepare_stream(fd_.get());
  accepted = true;
  readable = true;
  return start_watching(reactor);
}

bool TcpStream::start_watching(Reactor& reactor) {
  auto watch = reactor.watch(fd_.get(), *this);
  if (!watch) {
    broken = watch.error();
    return false;
  }
  watch_ = std::move(*watch);
  wait();
  return true;
}

bool TcpStream::finish_connecting() {
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

void TcpStream::write(SharedBytes bytes) {
  GOSSIPOD_ASSERT(!finish_wanted_);
  if (bytes && !bytes->empty()) unsent_.push_back(std::move(bytes));
  written = unsent_.empty();
  flush();
}

void TcpStream::finish() {
  finish_wanted_ = true;
  flush();
}

void TcpStream::flush() {
  if (connecting || broken) return;
  while (!unsent_.empty()) {
    const Bytes rest = Bytes{*unsent_.front()}.subspan(offset_);
    const ssize_t sent = ::send(fd_.get(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (sent < 0) return fail(errno);
    offset_ += static_cast<std::size_t>(sent);
    if (offset_ < unsent_.front()->size()) continue;
    unsent_.pop_front();
    offset_ = 0;
    written = unsent_.empty();
  }
  if (!finish_wanted_ || finish_sent_) return;
  finish_sent_ = true;
  ::shutdown(fd_.get(), SHUT_WR);
}

Bytes TcpStream::read(MutableBytes buffer) {
  for (;;) {
    const ssize_t got = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got > 0) return Bytes{buffer}.first(static_cast<std::size_t>(got));
    if (got < 0 && errno == EINTR) continue;
    readable = false;
    if (got == 0) {
      peer_finished = true;
    } else if (errno != EAGAIN && errno != EWOULDBLOCK) {
      fail(errno);
    }
    return {};
  }
}

void TcpStream::fail(int number) {
  // A first error stays: it is closer to the cause.
  if (!broken) broken = connection_error(peer, number);
}

void TcpStream::wait() {
  if (broken || !watch_) return;
  if ((connecting || !unsent_.empty()) && !waits_to_write_) {
    waits_to_write_ = true;
    watch_->want_write();
  }
  if (!connecting && !paused && !peer_finished && !waits_to_read_) {
    waits_to_read_ = true;
    watch_->want_read();
  }
}

void TcpStream::reset() {
  // Closing with unfinished business and no patience is what sends an RST.
  const linger now{1, 0};
  if (fd_) ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  drop();
}

void TcpStream::drop() {
  owner = nullptr;
  watch_.reset();
  fd_ = Fd{};
}

void TcpStream::on_ready(bool is_readable, bool is_writable) {
  const auto self = shared_from_this();  // the owner may let go of it
  readable |= is_readable;
  writable |= is_writable;
  waits_to_read_ &= !is_readable;
  waits_to_write_ &= !is_writable;
  if (owner != nullptr) owner->on_stream_ready(self);
}

}  // namespace gossipod::runtime
