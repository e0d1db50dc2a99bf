#include "wire/walk.h"

#include "wire/codec.h"
#include "wire/lzw.h"

namespace gossipod::wire {
namespace {

template <class M>
void take_as(Bytes body, std::optional<Message>& message, Reporter& reporter) {
  Reader in{body};
  if (decode(in, *std::get_if<M>(&message.emplace(std::in_place_type<M>)))) {
    reporter.count(Counter::messages_received);
  } else {
    reporter.count(Counter::drop_malformed);
    message.reset();
  }
}

}  // namespace

Walk::Walk(Bytes packet, std::vector<std::uint8_t>& scratch, Reporter& reporter)
    : packet_{packet}, scratch_{scratch}, reporter_{reporter} {
  scratch_.clear();
  layers_[0] = {.end = packet.size()};
}

std::optional<Message> Walk::next() {
  advance(false);
  return message_;
}

bool Walk::next_together(std::vector<Message>& together, std::size_t most) {
  together.clear();
  while (together.size() < most && advance(!together.empty())) together.push_back(*message_);
  return !together.empty();
}

bool Walk::advance(bool beside) {
  message_.reset();
  Span part;
  while (!message_ && next_part(part)) {
    if (beside && waits(part)) {
      put_back(part);
      return false;
    }
    if (++parts_ > limits::packet_messages_max) {
      reporter_.count(Counter::drop_budget);
      depth_ = 0;
    } else {
      take(part);
    }
  }
  return message_.has_value();
}

bool Walk::waits(const Span& part) const {
  if (parts_ >= limits::packet_messages_max) return true;
  return part.size > 0 && static_cast<Type>(bytes(part.in_scratch)[part.at]) == Type::compressed;
}

void Walk::put_back(const Span& part) {
  Layer& layer = layers_[depth_ - 1];
  layer.at -= part.size;
  layer.lengths -= 2;
  ++layer.parts_left;
}

// The next part of the innermost layer that has one left.
bool Walk::next_part(Span& part) {
  while (depth_ > 0) {
    Layer& layer = layers_[depth_ - 1];
    if (layer.parts_left == 0) {
      --depth_;
      continue;
    }
    std::size_t size = layer.end - layer.at;
    if (layer.compound) {
      const Bytes all = bytes(layer.in_scratch);
      const std::size_t announced = std::size_t{all[layer.lengths]} << 8 | all[layer.lengths + 1];
      if (announced > size) {
        reporter_.count(Counter::drop_truncated_parts, layer.parts_left);
        layer.parts_left = 0;
        continue;
      }
      size = announced;
    }
    part = {layer.in_scratch, layer.at, size};
    layer.at += size;
    layer.lengths += 2;
    --layer.parts_left;
    return true;
  }
  return false;
}

// A message of its own, or another layer, or nothing.
void Walk::take(const Span& part) {
  if (part.size == 0) {
    reporter_.count(Counter::drop_empty);
    return;
  }
  const Bytes all = bytes(part.in_scratch).subspan(part.at, part.size);
  const Bytes body = all.subspan(1);
  switch (static_cast<Type>(all[0])) {
    case Type::ping:
      return take_as<Ping>(body, message_, reporter_);
    case Type::indirect_ping:
      return take_as<IndirectPing>(body, message_, reporter_);
    case Type::ack:
      return take_as<Ack>(body, message_, reporter_);
    case Type::nack:
      return take_as<Nack>(body, message_, reporter_);
    case Type::suspect:
      return take_as<Suspect>(body, message_, reporter_);
    case Type::alive:
      return take_as<Alive>(body, message_, reporter_);
    case Type::dead:
      return take_as<Dead>(body, message_, reporter_);
    case Type::user:
      reporter_.count(Counter::messages_received);
      message_ = User{body};
      return;
    case Type::compound:
      push_compound(part);
      return;
    case Type::compressed:
      push_compressed(part);
      return;
    case Type::push_pull:
    case Type::encrypted:
    case Type::crc:
    case Type::error:
    case Type::label:
      break;
  }
  reporter_.count(Counter::drop_type);
}

void Walk::push_compound(const Span& part) {
  const Bytes message = bytes(part.in_scratch).subspan(part.at, part.size);
  if (message.size() < 2 || message.size() - 2 < 2 * std::size_t{message[1]}) {
    reporter_.count(Counter::drop_malformed);
    return;
  }
  const std::size_t count = message[1];
  push({.in_scratch = part.in_scratch,
        .compound = true,
        .at = part.at + 2 + 2 * count,
        .end = part.at + part.size,
        .lengths = part.at + 2,
        .parts_left = count});
}

void Walk::push_compressed(const Span& part) {
  if (depth_ == layers_.size()) {  // before the work of unpacking it
    reporter_.count(Counter::drop_nesting);
    return;
  }
  Reader in{bytes(part.in_scratch).subspan(part.at + 1, part.size - 1)};
  Compressed message;
  if (!decode(in, message)) {
    reporter_.count(Counter::drop_malformed);
    return;
  }
  const std::size_t at = scratch_.size();
  const std::size_t limit = limits::packet_inflated_max - at;
  LzwError error = LzwError::invalid_code;
  if (message.algorithm == 0) {
    if (part.in_scratch) {  // it cannot grow while it is read
      std::vector<std::uint8_t> inner;
      error = lzw_unpack(message.packed, inner, limit);
      scratch_.insert(scratch_.end(), inner.begin(), inner.end());
    } else {
      error = lzw_unpack(message.packed, scratch_, limit);
    }
  }
  // What failed is used up all the same: it has cost as much as what did not.
  if (error == LzwError::too_long) {
    reporter_.count(Counter::drop_budget);
  } else if (error != LzwError::none || scratch_.size() == at) {
    reporter_.count(Counter::drop_compression);
  } else {
    push({.in_scratch = true, .at = at, .end = scratch_.size()});
  }
}

void Walk::push(const Layer& layer) {
  if (depth_ == layers_.size()) {
    reporter_.count(Counter::drop_nesting);
    return;
  }
  layers_[depth_++] = layer;
}

}  // namespace gossipod::wire
