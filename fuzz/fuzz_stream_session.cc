// A stream's input: whatever comes, in whatever pieces, on accepted and on dialed streams. What
// becomes of it depends on the bytes alone, wherever they are cut, and in the end nothing is held.
#include <gossipod/assert.h>
#include <gossipod/config.h>

#include <algorithm>
#include <vector>

#include "envelope/envelope.h"
#include "fuzz/input.h"
#include "session/key_face.h"
#include "session/stream_input.h"

namespace {

using namespace gossipod;
using session::Budget;
using session::StreamInput;
using Octets = std::vector<std::uint8_t>;

envelope::Envelope make(std::uint8_t flags) {
  Config config;
  if ((flags & 1) != 0) config.label = "a label";
  if ((flags & 2) != 0) config.keys.push_back(Octets(16, 7));
  if ((flags & 4) != 0) config.keys.push_back(Octets(32, 8));
  config.verify_incoming = (flags & 8) != 0;
  config.skip_inbound_label_check = (flags & 16) != 0;
  config.protocol_version = (flags & 32) != 0 ? 1 : 2;
  return {envelope::settings_from(config, false), session::keyring_from(config)};
}

struct End {
  StreamInput::Status status = StreamInput::Status::more;
  Counter reason{};
  std::size_t message = 0;
  friend bool operator==(const End&, const End&) = default;
};

// How long the pieces are, one after another; then from the beginning again. None: all at once.
class Cuts {
 public:
  explicit Cuts(fuzz::Input& input) : lengths_(input.bytes(input.byte() % 16u)) {}
  Cuts() = default;

  std::size_t next() {
    if (lengths_.empty()) return SIZE_MAX;
    const std::size_t length = lengths_[at_++ % lengths_.size()];
    return length < 128 ? 1 + length : 128 * (length - 126);
  }

 private:
  Octets lengths_;
  std::size_t at_ = 0;
};

End run(envelope::Envelope& envelope, bool accepted, Bytes bytes, Cuts cuts) {
  Budget budget{64 << 20};
  StreamInput input{accepted, envelope, budget};
  End end;
  do {
    const Bytes some = bytes.first(std::min(cuts.next(), bytes.size()));
    bytes = bytes.subspan(some.size());
    end.status = input.feed(some, bytes.empty());
  } while (end.status == StreamInput::Status::more && !bytes.empty());
  GOSSIPOD_ASSERT(end.status != StreamInput::Status::more);  // the last piece decides
  if (end.status == StreamInput::Status::failed) end.reason = input.fault().reason;
  if (end.status == StreamInput::Status::message) end.message = input.message().index() + 1;
  input.release();
  GOSSIPOD_ASSERT(budget.used() == 0);
  return end;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input{data, size};
  const std::uint8_t flags = input.byte();
  const Cuts cuts{input};
  const bool accepted = (flags & 64) != 0;
  envelope::Envelope envelope = make(flags);
  Octets bytes = input.bytes(1 << 16);
  if (bytes.empty()) return 0;
  // Behind a label and a seal, or the fuzzer would never get there.
  if ((flags & 128) != 0) {
    const LargeBytes wrapped = envelope.wrap_stream(bytes, accepted, {1, 2, 3});
    bytes.assign(wrapped.begin(), wrapped.end());
  }
  GOSSIPOD_ASSERT(run(envelope, accepted, bytes, Cuts{}) == run(envelope, accepted, bytes, cuts));
  return 0;
}
