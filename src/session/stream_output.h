// StreamOutput wraps what we say on a stream: compressed if that is configured (even if it grows:
// peers do it too), sealed if there are keys, and after the label if we dialed.
//
// An answer that many peers need at the same time comes as one shared object: it is compressed once
// and, if nothing has to be put around it, handed to every link as it is. Sealing is per stream.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/endpoint.h>
#include <gossipod/loop.h>

#include <memory>

#include "envelope/envelope.h"

namespace gossipod::session {

class StreamOutput {
 public:
  StreamOutput(envelope::Envelope& envelope, Entropy* entropy, bool compression)
      : envelope_{envelope}, entropy_{entropy}, compression_{compression} {}

  // `with_label`: these are the first bytes on a stream that we dialed.
  [[nodiscard]] SharedBytes wrap(const SharedBytes& message, const Endpoint& to, bool with_label);
  // The compressed form of what nobody holds any more.
  void forget_what_is_gone() {
    if (last_packed_ != nullptr && last_.expired()) last_packed_.reset();
  }

 private:
  // Within one machine so many bytes are sooner copied than compressed.
  static constexpr std::size_t copied_from = 64 << 10;

  [[nodiscard]] SharedBytes compress(const SharedBytes& message);

  envelope::Envelope& envelope_;
  Entropy* entropy_;
  bool compression_;
  // The last message that somebody else holds too, and its compressed form. The weak reference
  // keeps the address from being used again, but not the message from being freed.
  std::weak_ptr<const LargeBytes> last_;
  SharedBytes last_packed_;
};

}  // namespace gossipod::session
