// LinkHandle and DrivenHandle: what the owner of a link, or of turns, holds. The thing itself may
// be in the middle of a turn when its handle goes.
//
// Threads: the loop's.
#pragma once

#include <gossipod/link.h>
#include <gossipod/loop.h>

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "runtime/posix/link_core.h"
#include "runtime/posix/turnable.h"

namespace gossipod::runtime {

class LinkHandle final : public Link {
 public:
  explicit LinkHandle(std::shared_ptr<LinkCore> link) : link_{std::move(link)} {}
  ~LinkHandle() override { link_->detach(); }
  LinkHandle(const LinkHandle&) = delete;
  LinkHandle& operator=(const LinkHandle&) = delete;

  [[nodiscard]] Endpoint local() const override { return link_->local(); }
  [[nodiscard]] std::size_t datagram_bytes_max() const override { return 65'507; }
  [[nodiscard]] bool secured() const override { return false; }
  // Bound to all addresses, the kernel picks one for each datagram.
  [[nodiscard]] bool sends_from_local() const override { return !local().is_unspecified(); }
  std::size_t send(std::span<const TxDatagram> batch) override { return link_->send(batch); }
  void open(StreamId stream, const Peer& to) override { link_->open(stream, to.endpoint); }
  void write(StreamId stream, SharedBytes bytes) override {
    link_->write(stream, std::move(bytes));
  }
  void finish(StreamId stream) override { link_->finish(stream); }
  void close(StreamId stream) override { link_->close(stream); }
  void reset(StreamId stream) override { link_->reset(stream); }
  void pause(StreamId stream, bool paused) override { link_->pause(stream, paused); }

 private:
  std::shared_ptr<LinkCore> link_;
};

[[nodiscard]] inline Result<std::unique_ptr<Link>> hand_out(
    Result<std::shared_ptr<LinkCore>> attached) {
  if (!attached) return attached.error();
  return std::unique_ptr<Link>{std::make_unique<LinkHandle>(std::move(*attached))};
}

class DrivenHandle final : public Loop::Turns {
 public:
  explicit DrivenHandle(std::shared_ptr<Turnable> driven) : driven_{std::move(driven)} {}
  ~DrivenHandle() override { driven_->detach(); }
  DrivenHandle(const DrivenHandle&) = delete;
  DrivenHandle& operator=(const DrivenHandle&) = delete;

 private:
  std::shared_ptr<Turnable> driven_;
};

}  // namespace gossipod::runtime
