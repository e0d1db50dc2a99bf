// The envelope: opening anything does no harm; what was wrapped opens to itself, and with one bit
// changed not at all, or to the same.
#include <gossipod/assert.h>
#include <gossipod/limits.h>

#include <algorithm>
#include <array>
#include <vector>

#include "envelope/envelope.h"
#include "fuzz/input.h"

namespace {

using namespace gossipod;
using envelope::Envelope;

// What it is like is the input's to say.
Envelope make(std::uint8_t flags) {
  envelope::Keyring keyring;
  const std::array<std::uint8_t, 32> key{1, 2, 3};
  if ((flags & 1) != 0) GOSSIPOD_ASSERT(keyring.add(key));
  if ((flags & 2) != 0) GOSSIPOD_ASSERT(keyring.add(Bytes{key}.first(16)));
  envelope::Settings settings;
  if ((flags & 4) != 0) settings.label = "a label";
  settings.skip_inbound_label_check = (flags & 8) != 0;
  settings.verify_incoming = (flags & 16) != 0;
  if ((flags & 32) != 0) settings.seal_version = envelope::SealVersion::padded;
  settings.refuse_padded = (flags & 64) != 0;
  return Envelope{std::move(settings), std::move(keyring)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input{data, size};
  const std::uint8_t flags = input.byte();
  const std::uint16_t flip = static_cast<std::uint16_t>(input.byte() << 8 | input.byte());
  Envelope envelope = make(flags);
  Reporter reporter{nullptr, nullptr};
  std::vector<std::uint8_t> scratch;
  const std::vector<std::uint8_t> plain = input.bytes(limits::packet_bytes);

  std::vector<std::uint8_t> datagram = plain;
  if (const auto opened = envelope.unwrap(datagram, scratch, reporter)) {
    GOSSIPOD_ASSERT(!opened->empty() && opened->size() <= datagram.size());
  }
  std::size_t header = 0;
  if (envelope.check_stream_label(plain, header) == Envelope::LabelCheck::fine) {
    GOSSIPOD_ASSERT(header <= plain.size());
  }

  const bool label_comes_back = (flags & 4) == 0 || (flags & 8) == 0;
  const bool refused = (flags & 3) != 0 && (flags & 32) != 0 && (flags & 64) != 0;
  if (plain.empty() || !label_comes_back || refused) return 0;
  std::vector<std::uint8_t> frame(limits::headroom + plain.size() + limits::tailroom);
  std::ranges::copy(plain, envelope.room(frame).begin());
  const Bytes wrapped = envelope.wrap(frame, plain.size(), true, envelope::Nonce{4, 5, 6});
  std::vector<std::uint8_t> sent{wrapped.begin(), wrapped.end()};
  const auto opened = envelope.unwrap(sent, scratch, reporter);
  GOSSIPOD_ASSERT(opened && std::ranges::equal(*opened, plain));

  const bool sealed = (flags & 3) != 0 && (flags & 16) != 0;
  if (!sealed) return 0;
  sent.assign(wrapped.begin(), wrapped.end());
  sent[flip / 8 % sent.size()] ^= static_cast<std::uint8_t>(1 << flip % 8);
  const auto forged = envelope.unwrap(sent, scratch, reporter);
  GOSSIPOD_ASSERT(!forged || std::ranges::equal(*forged, plain));
  return 0;
}
