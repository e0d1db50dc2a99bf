#include "session/stream_table.h"

#include <gossipod/assert.h>

#include <algorithm>
#include <string>
#include <utility>

namespace gossipod::session {

using Told = StreamTable::Told;

// --- What the link tells

Told StreamTable::accepted(TimePoint now, StreamId id, const Endpoint& from) {
  GOSSIPOD_ASSERT(id.incoming() && find(id) == nullptr);
  reporter_.count(Counter::streams_accepted);
  if (!sources_.allow(from)) {
    return turn_away(now, id, from, Counter::stream_drop_source);
  }
  const Source source = source_of(from);
  const auto known = shares_.find(source);
  const std::size_t same_source = known == shares_.end() ? 0 : known->second.streams;
  if (same_source >= limits::streams_in_per_source_max) {
    return turn_away(now, id, from, Counter::stream_drop_source_streams);
  }
  Told told;
  if (accepted_ >= limits::streams_in_max) {
    const auto evicted = make_room(now, same_source);
    if (!evicted) return turn_away(now, id, from, Counter::stream_drop_overload);
    told = *evicted;
  }
  Share& share = shares_.try_emplace(source, budget_).first->second;
  const auto at = streams_.try_emplace(id.value(), id, from, envelope_, share.bytes).first;
  at->second.share = &share;
  at->second.greeted = true;
  ++share.streams;
  ++accepted_;
  ++unheard_;
  set_deadline(at->second, now + timeout_);
  return told;
}

Told StreamTable::turn_away(TimePoint now, StreamId id, const Endpoint& from, Counter reason) {
  push(LinkOrder::Kind::reset, id);
  drop(now, from, reason);
  return {};
}

// Idle connections are cheap to open, and who has something to say says it soon: so the newcomer
// gets the place of the one that has kept us waiting longest, of whoever has most of them. Of
// those, one that does not read what it is answered goes only if we wait for none. Whoever has one
// only, and was answered, keeps it: thousands may have come at once.
std::optional<Told> StreamTable::make_room(TimePoint now, std::size_t newcomers_share) {
  Stream* victim = nullptr;
  std::size_t most = newcomers_share + 1;
  const auto is_worse = [&](const Stream& stream, std::size_t share) {
    if (share != most || victim == nullptr) return share >= most;
    if (stream.reading != victim->reading) return stream.reading;
    return stream.deadline < victim->deadline;
  };
  for (auto& [id, stream] : streams_) {
    if (stream.share == nullptr || !(stream.reading || stream.writing)) continue;
    const std::size_t share = stream.share->streams;
    if ((share == 1 && !stream.reading) || !is_worse(stream, share)) continue;
    most = share;
    victim = &stream;
  }
  if (victim == nullptr) return std::nullopt;
  Told told{.kind = victim->known ? Told::Kind::closed : Told::Kind::nothing, .stream = victim->id};
  if (victim->known) {
    told.error = Error{Errc::connection_failed, {}, "its place went to a newcomer"};
  }
  turn_away(now, victim->id, victim->peer, Counter::stream_drop_overload);
  erase(*victim);
  return told;
}

Told StreamTable::opened(TimePoint now, StreamId id) {
  Stream* stream = find(id);
  if (stream == nullptr || !stream->connecting) return {};
  reporter_.count(Counter::streams_opened);
  stream->connecting = false;
  set_deadline(*stream, std::min(stream->latest, now + timeout_));
  for (const SharedBytes& bytes : stream->unwritten) hand_over(*stream, bytes);
  if (!stream->finishing) return {.kind = Told::Kind::opened, .stream = id};
  return stream->writing ? Told{} : end(*stream);
}

Told StreamTable::arrived(TimePoint now, StreamId id, Bytes bytes) {
  reporter_.count(Counter::streams_received_bytes, bytes.size());
  Stream* stream = find(id);
  if (stream == nullptr || !stream->reading || bytes.empty()) return {};
  return read(now, *stream, bytes, false);
}

Told StreamTable::peer_finished(TimePoint now, StreamId id) {
  Stream* stream = find(id);
  if (stream == nullptr || !stream->reading) return {};
  if (!stream->input.empty()) return read(now, *stream, {}, true);
  // Nobody owes us a first byte, but to a question.
  if (!id.incoming()) {
    return give_up(now, *stream, Counter::stream_failed,
                   {Errc::connection_failed, {}, "closed without an answer"});
  }
  return end(*stream);
}

Told StreamTable::written(TimePoint now, StreamId id) {
  Stream* stream = find(id);
  if (stream == nullptr || !stream->writing) return {};
  stream->writing = false;
  let_go(*stream);
  if (stream->finishing) return end(*stream);
  // Now it is the peer's turn, and it gets the full time for it.
  if (!id.incoming()) set_deadline(*stream, std::min(stream->latest, now + timeout_));
  return {};
}

Told StreamTable::closed(TimePoint now, StreamId id, const Error* why) {
  Stream* stream = find(id);
  if (stream == nullptr) return {};
  Told told{.kind = stream->known ? Told::Kind::closed : Told::Kind::nothing, .stream = id};
  const bool cut = stream->reading && id.incoming();
  if (cut && !stream->input.empty()) {
    drop(now, stream->peer, Counter::stream_drop_truncated);
  } else if (why != nullptr || !cut) {
    const bool missing = stream->reading || stream->writing;
    if (why != nullptr && stream->reading && !stream->connecting && stream->input.empty()) {
      told.error = Error{Errc::busy, why->field, why->detail};
    } else if (why != nullptr) {
      told.error = *why;
    } else if (missing) {
      told.error = Error{Errc::connection_failed, {}, "closed in the middle"};
    }
    if (told.error) reporter_.count(Counter::stream_failed);
  }
  erase(*stream);
  return told;
}

std::optional<Told> StreamTable::expire(TimePoint now) {
  if (next_deadline() > now) return std::nullopt;
  const auto due = std::find_if(streams_.begin(), streams_.end(),
                                [&](const auto& entry) { return entry.second.deadline <= now; });
  GOSSIPOD_ASSERT(due != streams_.end());
  return give_up(now, due->second, Counter::stream_drop_deadline,
                 {Errc::timed_out, {}, "no progress in time"});
}

void StreamTable::release(StreamId id) {
  if (Stream* stream = find(id); stream != nullptr) stream->input.release();
}

Told StreamTable::read(TimePoint now, Stream& stream, Bytes bytes, bool last) {
  switch (stream.input.feed(bytes, last)) {
    case StreamInput::Status::more:
      return {};
    case StreamInput::Status::message:
      stop_reading(stream);
      stream.known = true;
      return {.kind = Told::Kind::message,
              .stream = stream.id,
              .from = stream.peer,
              .message = &stream.input.message()};
    case StreamInput::Status::failed:
      break;
  }
  const StreamFault fault = stream.input.fault();
  if (stream.id.incoming() && fault.answer) {
    drop(now, stream.peer, fault.reason);
    reply_error(now, stream, fault.what);
    return {};
  }
  const bool cut = fault.reason == Counter::stream_drop_truncated;
  return give_up(now, stream, fault.reason,
                 {cut ? Errc::connection_failed : Errc::protocol, {}, std::string{fault.what}});
}

// --- Both

StreamTable::Stream* StreamTable::find(StreamId id) {
  const auto at = streams_.find(id.value());
  return at == streams_.end() ? nullptr : &at->second;
}

Told StreamTable::end(Stream& stream) {
  const Told told{.kind = stream.known ? Told::Kind::closed : Told::Kind::nothing,
                  .stream = stream.id};
  push(LinkOrder::Kind::close, stream.id);
  erase(stream);
  return told;
}

Told StreamTable::give_up(TimePoint now, Stream& stream, Counter reason, Error why) {
  const StreamId id = stream.id;
  drop(now, stream.peer, reason);
  Told told{.kind = stream.known ? Told::Kind::closed : Told::Kind::nothing,
            .stream = id,
            .error = std::move(why)};
  // A peer that makes no sense is hung up on; one that only costs us is cut off.
  const bool costly = reason == Counter::stream_drop_deadline ||
                      reason == Counter::stream_drop_bytes ||
                      reason == Counter::stream_drop_source_bytes;
  push(costly ? LinkOrder::Kind::reset : LinkOrder::Kind::close, id);
  erase(stream);
  return told;
}

void StreamTable::drop(TimePoint now, const Endpoint& from, Counter reason) {
  reporter_.count(reason);
  if (!reporter_.wants(Fact::Level::warning)) return;
  std::string_view text = to_string(reason);
  for (const std::string_view prefix : {"stream_drop_", "stream_"}) {
    if (text.starts_with(prefix)) {
      text.remove_prefix(prefix.size());
      break;
    }
  }
  const std::string peer = to_string(from);
  reporter_.tell_limited(now, Fact::Level::warning, Fact::Id::stream_dropped,
                         {{"reason", text}, {"from", std::string_view{peer}}});
}

void StreamTable::set_deadline(Stream& stream, TimePoint deadline) {
  if (stream.deadline == earliest_) earliest_known_ = false;
  stream.deadline = deadline;
  earliest_ = std::min(earliest_, deadline);
}

TimePoint StreamTable::next_deadline() const {
  if (!earliest_known_) {
    earliest_ = never;
    for (const auto& [id, stream] : streams_) earliest_ = std::min(earliest_, stream.deadline);
    earliest_known_ = true;
  }
  return earliest_;
}

void StreamTable::stop_reading(Stream& stream) {
  if (stream.reading && stream.id.incoming()) --unheard_;
  stream.reading = false;
}

void StreamTable::erase(Stream& stream) {
  stop_reading(stream);
  if (stream.deadline == earliest_) earliest_known_ = false;
  let_go(stream);
  const bool incoming = stream.id.incoming();
  const Source source = source_of(stream.peer);
  streams_.erase(stream.id.value());
  if (!incoming) return;
  --accepted_;
  const auto share = shares_.find(source);
  if (--share->second.streams == 0) shares_.erase(share);
}

}  // namespace gossipod::session
