#include "envelope/envelope.h"

#include <gossipod/assert.h>
#include <gossipod/limits.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

namespace gossipod::envelope {
namespace {

constexpr std::uint8_t label_mark = 0xf4;
constexpr std::uint8_t crc_mark = 0x0c;
constexpr std::uint8_t sealed_mark = 0x0a;
constexpr std::size_t frame_header_bytes = 5;

std::size_t label_bytes(std::string_view label) { return label.empty() ? 0 : 2 + label.size(); }

// std::ranges::copy between spans is a loop over bytes with some libraries.
void copy(Bytes from, MutableBytes to) {
  if (!from.empty()) std::memcpy(to.first(from.size()).data(), from.data(), from.size());
}

void write_label(std::string_view label, MutableBytes out) {
  if (label.empty()) return;
  out[0] = label_mark;
  out[1] = static_cast<std::uint8_t>(label.size());
  copy(as_bytes(label), out.subspan(2));
}

void write_u32(std::uint32_t value, MutableBytes out) {
  for (std::size_t i = 0; i < 4; ++i) out[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

// The header, or none at all; nothing if it is damaged.
std::optional<Bytes> label_header(Bytes packet) {
  if (packet.empty() || packet[0] != label_mark) return Bytes{};
  if (packet.size() < 2 || packet[1] == 0 || packet.size() - 2 < packet[1]) return std::nullopt;
  return packet.first(std::size_t{2} + packet[1]);
}

std::uint32_t checksum(Bytes bytes) {
  return static_cast<std::uint32_t>(::crc32_z(0, bytes.data(), bytes.size()));
}

}  // namespace

Settings settings_from(const Config& config, bool link_secured) {
  return {.label = config.label,
          .skip_inbound_label_check = config.skip_inbound_label_check,
          .verify_incoming = config.verify_incoming,
          .verify_outgoing = config.verify_outgoing,
          .seal_version = config.protocol_version == 1 ? SealVersion::padded : SealVersion::plain,
          .link_secured = link_secured,
          .refuse_padded = config.refuse_encryption_v0};
}

Envelope::Envelope(Settings settings, Keyring keyring)
    : settings_{std::move(settings)}, keyring_{std::move(keyring)} {
  GOSSIPOD_ASSERT(settings_.label.size() <= limits::label_bytes_max);
}

bool Envelope::opens() const { return !keyring_.empty() && !settings_.link_secured; }

bool Envelope::seals() const { return opens() && settings_.verify_outgoing; }

bool Envelope::must_be_sealed() const { return opens() && settings_.verify_incoming; }

std::size_t Envelope::head_bytes() const {
  return label_bytes(settings_.label) + (seals() ? limits::seal_head : 0) + limits::crc_bytes;
}

std::size_t Envelope::tail_bytes() const {
  if (!seals()) return 0;
  return settings_.seal_version == SealVersion::padded ? limits::seal_tail : 16;
}

std::size_t Envelope::overhead() const { return head_bytes() + tail_bytes(); }

MutableBytes Envelope::room(MutableBytes frame) const {
  GOSSIPOD_ASSERT(frame.size() >= overhead());
  return frame.subspan(head_bytes(), frame.size() - overhead());
}

Bytes Envelope::wrap(MutableBytes frame, std::size_t size, bool crc, const Nonce& nonce) {
  GOSSIPOD_ASSERT(size <= room(frame).size());
  // From the inside out: each layer ends where the one before begins.
  std::size_t begin = head_bytes();
  if (crc) {
    const std::uint32_t sum = checksum(frame.subspan(begin, size));
    begin -= limits::crc_bytes;
    size += limits::crc_bytes;
    frame[begin] = crc_mark;
    write_u32(sum, frame.subspan(begin + 1));
  }
  if (seals()) {
    begin -= limits::seal_head;
    size = keyring_.at(0).seal(settings_.seal_version, nonce, as_bytes(settings_.label), {},
                               frame.subspan(begin), size);
  }
  const std::size_t label = label_bytes(settings_.label);
  begin -= label;
  write_label(settings_.label, frame.subspan(begin));
  return frame.subspan(begin, label + size);
}

// Whether a received label (empty: none) is the one we want.
bool Envelope::wants_label(std::string_view received) const {
  return settings_.skip_inbound_label_check ? received.empty() : received == settings_.label;
}

bool Envelope::may_open(Bytes sealed) const {
  const bool padded = !sealed.empty() && SealVersion{sealed[0]} == SealVersion::padded;
  return opens() && !(padded && settings_.refuse_padded);
}

std::optional<Bytes> Envelope::open_packet(MutableBytes sealed,
                                           std::vector<std::uint8_t>& scratch) {
  if (!may_open(sealed)) return std::nullopt;
  // A packet that did not open may still be wanted as it is, by the next key or as plain text: then
  // it must not be opened where it lies.
  const bool in_place = keyring_.size() == 1 && must_be_sealed();
  if (!in_place && scratch.size() < sealed.size()) scratch.resize(sealed.size());
  const MutableBytes plain =
      in_place ? sealed.subspan(std::min(sealed.size(), limits::seal_head)) : MutableBytes{scratch};
  for (std::size_t i = 0; i < keyring_.size(); ++i) {
    const auto size = keyring_.at(i).open(sealed, as_bytes(settings_.label), {}, plain);
    if (size) return plain.first(*size);
  }
  return std::nullopt;
}

std::optional<Bytes> Envelope::unwrap(MutableBytes datagram, std::vector<std::uint8_t>& scratch,
                                      Reporter& reporter) {
  const auto drop = [&reporter](Counter reason) -> std::optional<Bytes> {
    reporter.count(reason);
    return std::nullopt;
  };
  if (datagram.empty()) return drop(Counter::drop_empty);

  const std::optional<Bytes> header = label_header(datagram);
  if (!header) return drop(Counter::drop_label);
  const std::string_view label = as_text(header->empty() ? *header : header->subspan(2));
  if (!wants_label(label)) return drop(Counter::drop_label);
  const MutableBytes inner = datagram.subspan(header->size());

  Bytes packet = inner;
  if (opens()) {
    if (const std::optional<Bytes> plain = open_packet(inner, scratch)) {
      packet = *plain;
    } else if (must_be_sealed()) {
      return drop(Counter::drop_unauthentic);
    }
  }

  if (packet.size() >= limits::crc_bytes && packet[0] == crc_mark) {
    std::array<std::uint8_t, 4> sum{};
    write_u32(checksum(packet.subspan(limits::crc_bytes)), sum);
    if (!std::ranges::equal(sum, packet.subspan(1, sum.size()))) return drop(Counter::drop_crc);
    packet = packet.subspan(limits::crc_bytes);
  }
  if (packet.empty()) return drop(Counter::drop_empty);
  return packet;
}

LargeBytes Envelope::wrap_stream(Bytes message, bool dialer, const Nonce& nonce) {
  const std::size_t label = dialer ? label_bytes(settings_.label) : 0;
  const bool sealed = seals();
  const std::size_t frame_size = sealed_size(settings_.seal_version, message.size());
  const std::size_t body = label + (sealed ? frame_header_bytes : 0);
  LargeBytes out(body + (sealed ? frame_size : message.size()));
  const MutableBytes all{out};
  if (dialer) write_label(settings_.label, all);
  if (!sealed) {
    copy(message, all.subspan(body));
    return out;
  }

  GOSSIPOD_ASSERT(frame_size <= std::numeric_limits<std::uint32_t>::max());
  const MutableBytes header = all.subspan(label, frame_header_bytes);
  header[0] = sealed_mark;
  write_u32(static_cast<std::uint32_t>(frame_size), header.subspan(1));
  const MutableBytes frame = all.subspan(body);
  copy(message, frame.subspan(limits::seal_head));
  // The label is authenticated in both directions, even where it is not sent.
  keyring_.at(0).seal(settings_.seal_version, nonce, header, as_bytes(settings_.label), frame,
                      message.size());
  return out;
}

bool Envelope::open_stream(Bytes header, Bytes sealed, LargeBytes& plain) {
  if (may_open(sealed)) {
    plain.resize(sealed.size());
    for (std::size_t i = 0; i < keyring_.size(); ++i) {
      const auto size = keyring_.at(i).open(sealed, header, as_bytes(settings_.label), plain);
      if (!size || *size == 0) continue;  // an empty message has no type
      plain.resize(*size);
      return true;
    }
  }
  plain.clear();
  return false;
}

Envelope::LabelCheck Envelope::check_stream_label(Bytes start, std::size_t& header_bytes) const {
  header_bytes = 0;
  if (start.empty()) return LabelCheck::more;
  if (start[0] != label_mark) return wants_label({}) ? LabelCheck::fine : LabelCheck::refused;
  if (start.size() < 2) return LabelCheck::more;
  const std::size_t size = start[1];
  if (size == 0) return LabelCheck::refused;
  if (start.size() - 2 < size) return LabelCheck::more;
  if (!wants_label(as_text(start.subspan(2, size)))) return LabelCheck::refused;
  header_bytes = 2 + size;
  return LabelCheck::fine;
}

}  // namespace gossipod::envelope
