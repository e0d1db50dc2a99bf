// MachineStreams stands for the session between a machine and its streams: it opens those that the
// machine asks for or fails them, brings what others say on them, whole messages as a session
// would, and tells of their end. What becomes of each is the input's to say.
#pragma once

#include <gossipod/assert.h>
#include <gossipod/error.h>
#include <gossipod/swim/node.h>
#include <gossipod/wire/message.h>

#include <algorithm>
#include <cstdint>
#include <variant>
#include <vector>

#include "fuzz/input.h"
#include "fuzz/words.h"
#include "wire/codec.h"
#include "wire/stream_reader.h"

namespace gossipod::fuzz {

class MachineStreams {
 public:
  // `reachable`: streams may open at all.
  MachineStreams(swim::Node& node, bool reachable) : node_{node}, reachable_{reachable} {}

  void step(TimePoint now, const Endpoint& from, Input& input) {
    const std::uint8_t what = input.byte();
    switch (what % 8) {
      case 0:
      case 1:
        return push_pull(now, accept(), from, input);
      case 2:
        return request(now, accept(), from, what >> 4);
      case 3:
        if (Open* stream = pick(what >> 4); stream != nullptr && !stream->opened) {
          stream->opened = true;
          node_.on_stream_opened(now, stream->id);
        }
        return;
      case 4:
        if (const Open* stream = pick_opened(what >> 4)) push_pull(now, stream->id, from, input);
        return;
      case 5:
        if (const Open* stream = pick_opened(what >> 4)) reply(now, stream->id, from, what >> 4);
        return;
      case 6:
        return close(now, what >> 4);
      default:
        return node_.expect_streams(what >> 6);
    }
  }

  // What the machine wants of them; and those are over whose time is.
  void settle(TimePoint now) {
    const Error late{Errc::timed_out, {}, "no progress in time"};
    for (std::size_t i = 0; i < open_.size();) {
      if (open_[i].deadline > now) {
        ++i;
        continue;
      }
      const StreamId id = take(i);
      node_.on_stream_closed(now, id, &late);
    }
    while (const auto order = node_.poll_stream()) obey(now, *order);
  }

 private:
  struct Open {
    StreamId id;
    TimePoint deadline;
    bool opened = false;
  };
  static constexpr std::size_t open_max = 8;

  StreamId accept() {
    const StreamId id{StreamId::incoming_bit | next_++};
    open_.push_back({.id = id, .deadline = never, .opened = true});
    return id;
  }
  Open* pick(unsigned number) { return open_.empty() ? nullptr : &open_[number % open_.size()]; }
  // One that we dialed.
  Open* pick_opened(unsigned number) {
    Open* stream = pick(number);
    return stream != nullptr && stream->opened && !stream->id.incoming() ? stream : nullptr;
  }
  StreamId take(std::size_t place) {
    const StreamId id = open_[place].id;
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(place));
    return id;
  }

  void obey(TimePoint now, const swim::StreamOrder& order) {
    using Kind = swim::StreamOrder::Kind;
    if (order.kind == Kind::open) {
      GOSSIPOD_ASSERT(!order.stream.incoming());
      open_.push_back({.id = order.stream, .deadline = order.deadline});
      if (reachable_ && open_.size() <= open_max) return;
      const Error error{Errc::connection_failed, {}, "nobody there"};
      const StreamId oldest = take(reachable_ ? 0 : open_.size() - 1);
      return node_.on_stream_closed(now, oldest, &error);
    }
    if (order.kind == Kind::write) {
      wire::StreamReader reader;
      GOSSIPOD_ASSERT(reader.read(*order.bytes) == wire::StreamReader::Status::message);
      GOSSIPOD_ASSERT(reader.consumed() == order.bytes->size());
      if (const auto* ping = std::get_if<wire::Ping>(&reader.message())) asked_ = ping->sequence;
      return;
    }
    const auto at = std::ranges::find(open_, order.stream, &Open::id);
    if (at == open_.end()) return;  // it may have ended before the machine could know
    (void)take(static_cast<std::size_t>(at - open_.begin()));
    // Whoever resets a stream knows that it is over.
    if (order.kind == Kind::finish) node_.on_stream_closed(now, order.stream, nullptr);
  }

  void close(TimePoint now, unsigned how) {
    if (open_.empty()) return;
    const StreamId id = take(how % open_.size());
    const Error busy{Errc::busy, {}, "cut off unheard"};
    const Error broken{Errc::connection_failed, {}, "broken pipe"};
    const Error* why = how % 3 == 0 ? nullptr : how % 3 == 1 ? &busy : &broken;
    node_.on_stream_closed(now, id, why);
  }

  void deliver(TimePoint now, StreamId id, const Endpoint& from, const wire::StreamMessage& said) {
    node_.on_stream_message(now, id, from, said);
  }
  void request(TimePoint now, StreamId id, const Endpoint& from, unsigned what) {
    if (what % 4 == 0) return deliver(now, id, from, wire::User{as_bytes("words")});
    if (what % 4 == 1) return deliver(now, id, from, wire::User{});
    deliver(now, id, from,
            wire::Ping{.sequence = SequenceNumber{what}, .node = names[what % names.size()]});
  }
  // To a ping, what it asks for or almost that.
  void reply(TimePoint now, StreamId id, const Endpoint& from, unsigned what) {
    if (what % 4 == 0) return deliver(now, id, from, wire::ErrorReply{"no"});
    deliver(now, id, from, wire::Ack{.sequence = SequenceNumber{asked_.value() + what % 2}});
  }

  // A table of a few members, some of them twice, in states that are and that are none.
  void push_pull(TimePoint now, StreamId id, const Endpoint& from, Input& input) {
    const std::uint8_t shape = input.byte();
    const std::size_t count = shape % 6u;
    const Bytes state = as_bytes("state").first(shape / 16u % 6u);
    std::vector<std::uint8_t> bytes(1024);
    wire::Writer writer{bytes};
    encode(writer,
           wire::PushPullHeader{.join = (shape & 8) != 0,
                                .nodes = static_cast<std::int64_t>(count),
                                .user_state_length = static_cast<std::int64_t>(state.size())});
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view who = name_from(input);
      const std::uint8_t detail = input.byte();
      const Endpoint where = place(detail % 10u);
      encode(writer, wire::Record{.name = who,
                                  .address = where.address(),
                                  .port = where.port,
                                  .metadata = Bytes{versions}.first(detail % 4u),
                                  .incarnation = incarnation_from(input),
                                  .state = static_cast<std::int64_t>(detail / 16u % 6u) - 1,
                                  .versions = Bytes{versions}.first(detail % 8 == 7 ? 3 : 6)});
    }
    GOSSIPOD_ASSERT(writer.ok());
    bytes.resize(writer.size());
    bytes.insert(bytes.end(), state.begin(), state.end());
    wire::StreamReader reader;
    GOSSIPOD_ASSERT(reader.read(bytes) == wire::StreamReader::Status::message);
    deliver(now, id, from, reader.message());
  }

  swim::Node& node_;
  std::vector<Open> open_;  // those that have not ended, oldest first
  std::uint32_t next_ = 0;  // that comes in
  SequenceNumber asked_{};  // the last ping on a stream
  bool reachable_;
};

}  // namespace gossipod::fuzz
