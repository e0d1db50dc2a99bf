// What the machine orders of streams, and what is said on them.
#include <gossipod/assert.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "session/stream_table.h"
#include "wire/codec.h"

namespace gossipod::session {

using Told = StreamTable::Told;

Told StreamTable::order(TimePoint now, const swim::StreamOrder& order) {
  if (order.kind == swim::StreamOrder::Kind::open) {
    open(now, order);
    return {};
  }
  // It may have ended before the machine could know.
  Stream* stream = find(order.stream);
  if (stream == nullptr || stream->finishing) return {};
  switch (order.kind) {
    case swim::StreamOrder::Kind::write:
      if (const auto full = write(now, *stream, order.bytes)) {
        return give_up(now, *stream, *full,
                       {Errc::too_large, {}, "too many bytes are waiting to be written"});
      }
      return {};
    case swim::StreamOrder::Kind::finish:
      stream->finishing = true;
      stop_reading(*stream);
      return stream->connecting || stream->writing ? Told{} : end(*stream);
    default:
      push(LinkOrder::Kind::reset, order.stream);
      erase(*stream);
      return {};
  }
}

void StreamTable::open(TimePoint now, const swim::StreamOrder& order) {
  GOSSIPOD_ASSERT(!order.stream.incoming() && find(order.stream) == nullptr);
  const auto at =
      streams_
          .try_emplace(order.stream.value(), order.stream, order.peer.endpoint, envelope_, budget_)
          .first;
  Stream& stream = at->second;
  stream.connecting = true;
  stream.known = true;
  stream.latest = order.deadline;
  set_deadline(stream, std::min(stream.latest, now + timeout_));
  orders_.push({.kind = LinkOrder::Kind::open, .stream = order.stream, .peer = order.peer});
}

std::optional<Counter> StreamTable::write(TimePoint now, Stream& stream,
                                          const SharedBytes& message) {
  SharedBytes wrapped = output_.wrap(message, stream.peer, !stream.greeted);
  if (envelope_.seals()) reporter_.count(Counter::seals);
  if (const auto full = hold(stream, wrapped)) return full;
  stream.greeted = true;
  if (stream.connecting) return std::nullopt;
  hand_over(stream, std::move(wrapped));
  if (stream.id.incoming()) set_deadline(stream, now + timeout_);
  return std::nullopt;
}

std::optional<Counter> StreamTable::hold(Stream& stream, const SharedBytes& bytes) {
  Share* const share = stream.share;
  if (share != nullptr && !share->unwritten.hold(bytes)) return Counter::stream_drop_source_bytes;
  if (!unwritten_.hold(bytes)) {
    if (share != nullptr) share->unwritten.let_go(bytes);
    return Counter::stream_drop_bytes;
  }
  stream.unwritten.push_back(bytes);
  return std::nullopt;
}

void StreamTable::let_go(Stream& stream) {
  for (const SharedBytes& bytes : std::exchange(stream.unwritten, {})) {
    if (stream.share != nullptr) stream.share->unwritten.let_go(bytes);
    unwritten_.let_go(bytes);
  }
}

std::optional<LinkOrder> StreamTable::poll() {
  auto order = orders_.pop();
  if (!order) output_.forget_what_is_gone();
  return order;
}

void StreamTable::reply_error(TimePoint now, Stream& stream, std::string_view text) {
  LargeBytes message(64 + text.size());
  wire::Writer writer{message};
  wire::encode(writer, wire::ErrorReply{.text = text});
  GOSSIPOD_ASSERT(writer.ok());
  message.resize(writer.size());
  stream.finishing = true;
  stop_reading(stream);
  if (write(now, stream, std::make_shared<const LargeBytes>(std::move(message)))) {
    push(LinkOrder::Kind::reset, stream.id);
    erase(stream);
  }
}

void StreamTable::hand_over(Stream& stream, SharedBytes bytes) {
  reporter_.count(Counter::streams_sent_bytes, bytes->size());
  stream.writing = true;
  orders_.push({.kind = LinkOrder::Kind::write, .stream = stream.id, .bytes = std::move(bytes)});
}

}  // namespace gossipod::session
