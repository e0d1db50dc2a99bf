// Envelope: who may speak, and is it intact. Label, encryption and CRC around a packet, and label
// and encrypted frame around what a stream says; out is the mirror of in. It seals bytes and knows
// no messages.
//
//   packet   f4 n label · sealed( 0c crc32 · bytes )
//   stream   f4 n label (dialer only) · 0a length sealed( bytes ), or the bytes as they are
//
// Threads: none. A packet that cannot be opened is counted and dropped in silence.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/config.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/reporter.h"
#include "envelope/cipher.h"
#include "envelope/keyring.h"

namespace gossipod::envelope {

struct Settings {
  std::string label;
  bool skip_inbound_label_check = false;
  bool verify_incoming = true;
  bool verify_outgoing = true;
  SealVersion seal_version = SealVersion::plain;  // padded when protocol version 1 is spoken
  bool link_secured = false;                      // neither seals nor opens
  bool refuse_padded = false;                     // what is sealed with version 0 does not open
};
[[nodiscard]] Settings settings_from(const Config& config, bool link_secured);

class Envelope {
 public:
  Envelope(Settings settings, Keyring keyring);

  // --- Packets
  // Bytes that wrap() will add at most, CRC included, as things are now.
  [[nodiscard]] std::size_t overhead() const;
  // Where in `frame` the plain packet is to be written, so that wrap() only fills in around it.
  [[nodiscard]] MutableBytes room(MutableBytes frame) const;
  // Wraps the `size` bytes at room(frame); the packet is a part of `frame`.
  [[nodiscard]] Bytes wrap(MutableBytes frame, std::size_t size, bool crc, const Nonce& nonce);
  // The plain packet, inside `datagram` or in `scratch`; or nothing, counted.
  [[nodiscard]] std::optional<Bytes> unwrap(MutableBytes datagram,
                                            std::vector<std::uint8_t>& scratch, Reporter& reporter);

  // --- Streams
  [[nodiscard]] bool opens() const;           // there are keys, and the link does not seal
  [[nodiscard]] bool seals() const;           // what we say is sealed
  [[nodiscard]] bool must_be_sealed() const;  // what we hear has to be
  // One message as it goes on the wire, with the label header if we dialed.
  [[nodiscard]] LargeBytes wrap_stream(Bytes message, bool dialer, const Nonce& nonce);
  // The frame that follows its five bytes of header, opened into `plain`; false: not authentic.
  [[nodiscard]] bool open_stream(Bytes header, Bytes sealed, LargeBytes& plain);
  // How the label at the start of an accepted stream is: more bytes needed, fine (with the bytes it
  // takes up), or to be closed without a word.
  enum class LabelCheck : std::uint8_t { more, fine, refused };
  [[nodiscard]] LabelCheck check_stream_label(Bytes start, std::size_t& header_bytes) const;

  [[nodiscard]] Keyring& keyring() { return keyring_; }
  [[nodiscard]] const Settings& settings() const { return settings_; }

 private:
  [[nodiscard]] std::size_t head_bytes() const;  // at most added before the plain packet
  [[nodiscard]] std::size_t tail_bytes() const;  // and after it
  [[nodiscard]] bool wants_label(std::string_view received) const;
  [[nodiscard]] bool may_open(Bytes sealed) const;
  [[nodiscard]] std::optional<Bytes> open_packet(MutableBytes sealed,
                                                 std::vector<std::uint8_t>& scratch);

  Settings settings_;
  Keyring keyring_;
};

}  // namespace gossipod::envelope
