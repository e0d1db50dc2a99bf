#include "runtime/posix/tcp_stream.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace gossipod::runtime {

bool TcpStream::begin() {
  auto watch = reactor_.watch(fd_.get(), *this);
  if (!watch) {
    broken = watch.error();
    return false;
  }
  watch_ = std::move(*watch);
  wait();
  return true;
}

void TcpStream::flush() {
  if (connecting || broken) return;
  while (!unsent_.empty()) {
    const Bytes rest = Bytes{*unsent_.front()}.subspan(offset_);
    const ssize_t taken = ::send(fd_.get(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (taken < 0 && errno == EINTR) continue;
    if (taken < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (taken < 0) return fail(errno);
    sent(static_cast<std::size_t>(taken));
  }
  send_finish();
}

Bytes TcpStream::read(MutableBytes buffer) {
  for (;;) {
    const ssize_t got = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got > 0) {
      const auto bytes = Bytes{buffer}.first(static_cast<std::size_t>(got));
      readable = bytes.size() == buffer.size();
      return bytes;
    }
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
