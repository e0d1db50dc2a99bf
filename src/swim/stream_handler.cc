#include "swim/stream_handler.h"

#include <gossipod/assert.h>

#include <string>

#include "wire/codec.h"

namespace gossipod::swim {

template <class M>
void StreamHandler::write(StreamId stream, const M& message) {
  LargeBytes bytes(1024);  // pings and acks: two names at most
  wire::Writer writer{bytes};
  wire::encode(writer, message);
  GOSSIPOD_ASSERT(writer.ok());
  bytes.resize(writer.size());
  exchanges_.write(stream, std::make_shared<const LargeBytes>(std::move(bytes)));
}

void StreamHandler::open_fallback(const Prober::Fallback& fallback) {
  exchanges_.open(fallback.deadline, {.kind = Exchange::Kind::ping,
                                      .stream = {},
                                      .to = fallback.target->endpoint(),
                                      .peer = fallback.target,
                                      .sequence = fallback.sequence,
                                      .message = {}});
}

void StreamHandler::on_opened(StreamId stream) {
  const Exchange* exchange = exchanges_.find(stream);
  if (exchange == nullptr) return;
  switch (exchange->kind) {
    case Exchange::Kind::push_pull:
      exchanges_.write(stream, push_pull_.question(*exchange));
      break;
    case Exchange::Kind::user:
      exchanges_.write(stream, exchange->message);
      exchanges_.finish(stream);
      break;
    case Exchange::Kind::ping: {
      const Identity& self = *table_[context_.self].identity;
      write(stream, wire::Ping{.sequence = exchange->sequence,
                               .node = exchange->peer->name(),
                               .source_address = self.address(),
                               .source_port = self.endpoint().port,
                               .source_node = self.name()});
      break;
    }
  }
}

void StreamHandler::on_message(TimePoint now, StreamId stream, const Endpoint& from,
                               const wire::StreamMessage& message) {
  if (stream.incoming()) return on_request(now, stream, from, message);
  if (const Exchange* exchange = exchanges_.find(stream)) on_reply(now, *exchange, message);
}

void StreamHandler::on_request(TimePoint now, StreamId stream, const Endpoint& from,
                               const wire::StreamMessage& message) {
  if (const auto* remote = std::get_if<wire::PushPull>(&message)) {
    // Our answer is what we knew before; a refusal of ours does not show on the wire. But when
    // others are about to ask as well, all of them get the same answer, later: with each other in
    // it, and encoded once.
    if (unheard_ == 0 && owed_.empty()) {
      answer(stream, remote->join());
    } else {
      owe(now, stream, remote->join());
    }
    if (const auto error = push_pull_.merge(now, *remote)) {
      context_.reporter.count(Counter::push_pulls_failed);
      context_.reporter.tell_limited(
          now, Fact::Level::warning, Fact::Id::push_pull_failed,
          {{"peer", to_string(from)}, {"reason", std::string_view{error->detail}}});
    }
    return;
  }
  if (const auto* ping = std::get_if<wire::Ping>(&message)) {
    if (ping->node.empty() || ping->node == table_[context_.self].identity->name()) {
      write(stream, wire::Ack{.sequence = ping->sequence, .payload = {}});
    } else {
      context_.reporter.count(Counter::stream_drop_wrong_node);
    }
  } else if (const auto* user = std::get_if<wire::User>(&message)) {
    // Unlike in a packet, nothing is not a message here.
    if (!user->payload.empty()) user_messages_.deliver(from, user->payload, true);
  } else {
    context_.reporter.count(Counter::stream_drop_type);
  }
  exchanges_.finish(stream);
}

void StreamHandler::answer(StreamId stream, bool join) {
  exchanges_.write(stream, push_pull_.state(join));
  exchanges_.finish(stream);
}

void StreamHandler::owe(TimePoint now, StreamId stream, bool join) {
  if (owed_.empty()) answer_at_ = now + answer_longest;
  owed_.push_back({stream, join});
}

void StreamHandler::answer_owed() {
  for (const Owed& owed : owed_) answer(owed.stream, owed.join);
  owed_.clear();
  answer_at_ = never;
}

void StreamHandler::on_reply(TimePoint now, const Exchange& exchange,
                             const wire::StreamMessage& message) {
  const auto error = take_reply(now, exchange, message);
  exchanges_.finish(exchange.stream);
  end(now, exchange, error ? &*error : nullptr);
}

std::optional<Error> StreamHandler::take_reply(TimePoint now, const Exchange& exchange,
                                               const wire::StreamMessage& message) {
  if (const auto* refusal = std::get_if<wire::ErrorReply>(&message)) {
    return Error{Errc::remote, {}, "the peer refused: " + std::string{refusal->text}};
  }
  if (exchange.kind == Exchange::Kind::push_pull) {
    if (const auto* remote = std::get_if<wire::PushPull>(&message)) {
      return push_pull_.merge(now, *remote, &exchange);
    }
  }
  if (exchange.kind == Exchange::Kind::ping) {
    const auto* ack = std::get_if<wire::Ack>(&message);
    if (ack != nullptr && ack->sequence == exchange.sequence) {
      prober_.on_stream_ack(ack->sequence);
      return std::nullopt;
    }
  }
  return Error{Errc::protocol, {}, "the peer answered something else"};
}

void StreamHandler::on_closed(TimePoint now, StreamId stream, const Error* why) {
  const Exchange* exchange = exchanges_.find(stream);
  if (exchange == nullptr) return;
  if (why == nullptr && exchange->kind != Exchange::Kind::user) {
    const Error early{Errc::connection_failed, {}, "the peer hung up without an answer"};
    return end(now, *exchange, &early);
  }
  end(now, *exchange, why);
}

void StreamHandler::end(TimePoint now, const Exchange& exchange, const Error* why) {
  if (why != nullptr && why->code == Errc::busy && push_pull_.ask_later(now, exchange)) {
    return exchanges_.end(now, exchange.stream);
  }
  if (exchange.kind == Exchange::Kind::push_pull && why != nullptr) {
    context_.reporter.count(Counter::push_pulls_failed);
    if (exchange.again) push_pull_.on_unanswered(now);
    // The one who asked for it is told by the operation.
    if (exchange.operation == 0) {
      context_.reporter.tell_limited(
          now, Fact::Level::warning, Fact::Id::push_pull_failed,
          {{"peer", to_string(exchange.to)}, {"reason", std::string_view{why->detail}}});
    }
  }
  context_.done(exchange.operation, why == nullptr ? std::nullopt : std::optional{*why});
  exchanges_.end(now, exchange.stream);
}

}  // namespace gossipod::swim
