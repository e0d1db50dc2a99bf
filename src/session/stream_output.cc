#include "session/stream_output.h"

#include <gossipod/assert.h>

#include <utility>
#include <vector>

#include "wire/codec.h"
#include "wire/lzw.h"

namespace gossipod::session {
namespace {

// Type 9 around LZW bytes: type, map, "Algo", 0, "Buf", head of a string of any length.
constexpr std::size_t wrapping_max = 1 + 1 + 5 + 1 + 4 + 5;

LargeBytes compressed(Bytes message) {
  LargeBytes packed;
  const bool fits = wire::lzw_pack(message, packed);
  GOSSIPOD_ASSERT(fits);
  LargeBytes out(packed.size() + wrapping_max);
  wire::Writer writer{out};
  wire::encode(writer, wire::Compressed{.algorithm = 0, .packed = packed});
  GOSSIPOD_ASSERT(writer.ok());
  out.resize(writer.size());
  return out;
}

}  // namespace

SharedBytes StreamOutput::wrap(const SharedBytes& message, const Endpoint& to, bool with_label) {
  GOSSIPOD_ASSERT(message != nullptr && !message->empty());
  const bool pays = compression_ && (message->size() < copied_from || !to.is_loopback());
  SharedBytes inner = pays ? compress(message) : message;
  const bool label = with_label && !envelope_.settings().label.empty();
  if (!envelope_.seals() && !label) return inner;
  envelope::Nonce nonce{};
  if (envelope_.seals()) {
    GOSSIPOD_ASSERT(entropy_ != nullptr);
    entropy_->fill(nonce);
  }
  return std::make_shared<const LargeBytes>(envelope_.wrap_stream(*inner, with_label, nonce));
}

SharedBytes StreamOutput::compress(const SharedBytes& message) {
  const SharedBytes last = last_.lock();
  if (last == nullptr) last_packed_.reset();
  if (last == message) return last_packed_;
  auto packed = std::make_shared<const LargeBytes>(compressed(*message));
  if (message.use_count() == 1) return packed;  // nobody else will want it
  last_ = message;
  last_packed_ = packed;
  return packed;
}

}  // namespace gossipod::session
