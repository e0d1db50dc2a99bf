#include "session/stream_input.h"

#include <gossipod/assert.h>

#include <algorithm>
#include <utility>

#include "wire/codec.h"
#include "wire/lzw.h"

namespace gossipod::session {
namespace {

constexpr std::size_t frame_head = 5;        // type byte and length
constexpr std::size_t allocation_min = 512;  // most streams are a short ping or a small table
// Pages that were never touched cost nothing, but to move costs twice: each page that it moves to
// is a fault.
constexpr std::size_t fast_growth_below = std::size_t{512} << 10;

// What a stream that is not sealed may bring, compressed or not.
constexpr std::size_t plain_max = limits::stream_inflated_max;

bool starts_a_stream(std::uint8_t type, bool accepted) {
  switch (wire::Type{type}) {
    case wire::Type::push_pull:
      return true;
    case wire::Type::ping:
    case wire::Type::user:
      return accepted;
    case wire::Type::ack:
    case wire::Type::error:
      return !accepted;
    default:
      return false;
  }
}

}  // namespace

StreamInput::Status StreamInput::feed(Bytes bytes, bool last) {
  GOSSIPOD_ASSERT(status_ == Status::more);
  received_ = received_ || !bytes.empty();
  while (true) {
    const std::size_t room = bytes_max() - std::min(bytes_max(), buffer_.size());
    const Bytes now = bytes.first(std::min(bytes.size(), room));
    bytes = bytes.subspan(now.size());
    if (!append(now)) return status_;
    whole_ = whole_ || (last && bytes.empty());
    if (advance() != Status::more || bytes.empty()) return status_;
    if (buffer_.size() >= bytes_max()) {
      fail(Counter::stream_drop_limit, "too large");
      return status_;
    }
  }
}

std::size_t StreamInput::bytes_max() const {
  if (stage_ == Stage::label) return limits::label_overhead_max + plain_max;
  return announced_ > 0 ? announced_ : plain_max;
}

bool StreamInput::append(Bytes bytes) {
  if (bytes.empty()) return true;
  const std::size_t size = buffer_.size() + bytes.size();
  if (size > buffer_.capacity()) {
    const std::size_t most = std::max(size, bytes_max());
    const std::size_t growth = size < fast_growth_below ? 4 : 2;
    const std::size_t capacity = std::clamp(growth * size, std::min(allocation_min, most), most);
    // While it moves, the old buffer exists too.
    if (!charge_.set(buffer_.capacity() + capacity)) {
      return fail(charge_.overload(), "overload");
    }
    reserve(buffer_, capacity);
    const bool charged = charge_.set(buffer_.capacity());
    GOSSIPOD_ASSERT(charged);
  }
  gossipod::append(buffer_, bytes);
  return true;
}

StreamInput::Status StreamInput::advance() {
  bool on = true;
  while (on) {
    switch (stage_) {
      case Stage::label:
        on = take_label();
        break;
      case Stage::frame:
        on = take_frame_head();
        break;
      case Stage::sealed:
        on = open_frame();
        break;
      case Stage::inner:
        on = look_inside();
        break;
      case Stage::packed:
        on = unpack();
        break;
      case Stage::message:
        on = read_message();
        break;
      case Stage::done:
        on = false;
        break;
    }
  }
  return status_;
}

bool StreamInput::take_label() {
  std::size_t header = 0;
  switch (envelope_.check_stream_label(buffer_, header)) {
    case envelope::Envelope::LabelCheck::more:
      return wait();
    case envelope::Envelope::LabelCheck::refused:
      return fail(Counter::stream_drop_label, "label");
    case envelope::Envelope::LabelCheck::fine:
      break;
  }
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(header));
  stage_ = Stage::frame;
  return true;
}

bool StreamInput::take_frame_head() {
  if (buffer_.empty()) return wait();
  if (wire::Type{buffer_[0]} != wire::Type::encrypted) {
    if (envelope_.must_be_sealed()) {
      return fail(Counter::stream_drop_unauthentic, "encryption mismatch", true);
    }
    stage_ = Stage::inner;
    return true;
  }
  if (!envelope_.opens()) {
    return fail(Counter::stream_drop_unauthentic, "encryption mismatch", true);
  }
  if (buffer_.size() < frame_head) return wait();
  std::size_t length = 0;
  for (std::size_t i = 1; i < frame_head; ++i) length = length << 8 | buffer_[i];
  if (length > limits::stream_frame_max) {
    return fail(Counter::stream_drop_limit, "too large", true);
  }
  announced_ = frame_head + length;
  stage_ = Stage::sealed;
  return true;
}

bool StreamInput::open_frame() {
  if (buffer_.size() < announced_) return wait();
  const Bytes sealed = Bytes{buffer_}.subspan(frame_head, announced_ - frame_head);
  if (!charge_.set(buffer_.capacity() + sealed.size())) {
    return fail(charge_.overload(), "overload");
  }
  LargeBytes plain;
  if (!envelope_.open_stream(Bytes{buffer_}.first(frame_head), sealed, plain)) {
    return fail(Counter::stream_drop_unauthentic, "encryption mismatch", true);
  }
  stage_ = Stage::inner;
  return replace(std::move(plain));
}

bool StreamInput::look_inside() {
  if (buffer_.empty()) return wait();
  if (wire::Type{buffer_[0]} == wire::Type::compressed && !unpacked_) {
    stage_ = Stage::packed;
    return true;
  }
  if (!starts_a_stream(buffer_[0], accepted_)) {
    return fail(Counter::stream_drop_type, "unexpected message type");
  }
  stage_ = Stage::message;
  return true;
}

bool StreamInput::unpack() {
  const Bytes body = Bytes{buffer_}.subspan(1);
  const auto status = scanner_.scan(body);
  if (status == wire::ValueScanner::Status::more) return wait();
  wire::Reader reader{body};
  wire::Compressed compressed;
  if (status == wire::ValueScanner::Status::malformed || !decode(reader, compressed) ||
      compressed.algorithm != 0) {
    return fail(Counter::stream_drop_compression, "bad compression", true);
  }
  const std::size_t left = charge_.left();
  LargeBytes plain;
  switch (wire::lzw_unpack(compressed.packed, plain, std::min(limits::stream_inflated_max, left))) {
    case wire::LzwError::none:
      break;
    case wire::LzwError::too_long:
      if (left < limits::stream_inflated_max) {
        return fail(charge_.overload(), "overload");
      }
      return fail(Counter::stream_drop_limit, "too large", true);
    default:
      return fail(Counter::stream_drop_compression, "bad compression", true);
  }
  if (plain.empty()) return fail(Counter::stream_drop_compression, "empty message", true);
  unpacked_ = true;
  stage_ = Stage::inner;
  return replace(std::move(plain));
}

bool StreamInput::read_message() {
  switch (reader_.read(buffer_)) {
    case wire::StreamReader::Status::more:
      return wait();
    case wire::StreamReader::Status::message:
      stage_ = Stage::done;
      status_ = Status::message;
      return false;
    case wire::StreamReader::Status::malformed:
      return fail(Counter::stream_drop_malformed, "malformed message");
    case wire::StreamReader::Status::limit:
      return fail(Counter::stream_drop_limit, "too large");
    case wire::StreamReader::Status::type:
      return fail(Counter::stream_drop_type, "unexpected message type");
  }
  return false;
}

bool StreamInput::wait() {
  return whole_ ? fail(Counter::stream_drop_truncated, "ended in the middle") : false;
}

bool StreamInput::fail(Counter reason, std::string_view what, bool answer) {
  fault_ = {.reason = reason, .what = what, .answer = answer};
  status_ = Status::failed;
  release();
  return false;
}

bool StreamInput::replace(LargeBytes&& plain) {
  LargeBytes{}.swap(buffer_);
  buffer_ = std::move(plain);
  whole_ = true;
  if (charge_.set(buffer_.capacity())) return true;
  return fail(charge_.overload(), "overload");
}

void StreamInput::release() {
  LargeBytes{}.swap(buffer_);
  charge_.clear();
  stage_ = Stage::done;
}

}  // namespace gossipod::session
