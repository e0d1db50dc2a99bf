// PacketPath: a packet between the link and the machine, the parts that do not depend on which
// machine it is.
//
//   in    datagram → label, open, CRC (Envelope::unwrap) → message by message (wire::Walk)
//   out   what the machine wrote → compressed if shorter → CRC, sealed, label (Envelope::wrap)
//
// Threads: the session's. Allocation: none, once the scratch has grown to the largest packet seen.
#pragma once

#include <gossipod/loop.h>
#include <gossipod/session/session.h>

#include <cstddef>
#include <optional>

#include "base/reporter.h"
#include "envelope/envelope.h"
#include "session/sources.h"
#include "wire/walk.h"

namespace gossipod::session {

class PacketPath {
 public:
  PacketPath(envelope::Envelope& envelope, Reporter& reporter, Scratch& scratch, Entropy* entropy,
             const Config& config)
      : envelope_{envelope},
        reporter_{reporter},
        scratch_{scratch},
        entropy_{entropy},
        packet_bytes_{config.packet_bytes},
        compression_{config.compression},
        sources_{config} {}

  // --- In: open, then read the messages of walk() until there are no more, then close
  // The plain packet, inside the datagram or the scratch; or nothing, counted.
  [[nodiscard]] std::optional<Bytes> open(const RxDatagram& datagram);
  [[nodiscard]] wire::Walk walk(Bytes plain) {
    return wire::Walk{plain, scratch_.inflated, reporter_};
  }
  // Room for the messages of a packet that are looked at together.
  [[nodiscard]] std::vector<wire::Message>& ahead() { return scratch_.ahead; }
  // Tells of what was dropped on the way, if something was.
  void close(TimePoint now, const Arrival& arrival);

  // --- Out: the machine writes into room(), then seal
  [[nodiscard]] MutableBytes room(MutableBytes frame) const;
  [[nodiscard]] TxDatagram seal(MutableBytes frame, const swim::Transmit& transmit);

 private:
  // Puts the compressed form of `packet` in its place if that is shorter; returns its length.
  std::size_t compress(MutableBytes packet);

  envelope::Envelope& envelope_;
  Reporter& reporter_;
  Scratch& scratch_;
  Entropy* entropy_;
  std::size_t packet_bytes_;
  bool compression_;
  Sources sources_;
};

}  // namespace gossipod::session
