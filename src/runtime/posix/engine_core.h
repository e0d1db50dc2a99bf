// EngineCore: the loop of a reactor: what its links share beyond LoopCore.
//
// Threads: the loop's, except post().
#pragma once

#include <memory>

#include "runtime/posix/datagrams.h"
#include "runtime/posix/loop_core.h"
#include "runtime/posix/socket_link.h"

namespace gossipod::runtime {

class EngineCore : public LoopCore {
 public:
  using LoopCore::LoopCore;

  Result<std::shared_ptr<LinkCore>> attach(const LinkOptions& options, Sink& sink) {
    return enter_link(options, sink, [&](Sockets sockets, std::uint32_t slot) {
      return std::make_shared<SocketLink>(*this, sink, std::move(sockets), slot);
    });
  }
  [[nodiscard]] Datagrams& datagrams() { return datagrams_; }

 private:
  Datagrams datagrams_;
};

}  // namespace gossipod::runtime
