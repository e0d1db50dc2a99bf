#include "swim/exchanges.h"

#include <gossipod/limits.h>

#include <algorithm>

namespace gossipod::swim {

void Exchanges::open(TimePoint deadline, Exchange exchange) {
  exchange.stream = StreamId{next_stream_++ & ~StreamId::incoming_bit};
  StreamOrder order{.kind = StreamOrder::Kind::open,
                    .stream = exchange.stream,
                    .peer = {exchange.to, {}},
                    .deadline = deadline,
                    .bytes = {}};
  orders_.push({std::move(order), exchange.peer});
  running_.push_back(std::move(exchange));
}

bool Exchanges::send_user(TimePoint now, Exchange exchange) {
  const std::size_t bytes = exchange.message->size();
  if (user_bytes_ + bytes > limits::user_queue_bytes_max) return false;
  user_bytes_ += bytes;
  const bool busy = std::ranges::any_of(running_, [&](const Exchange& other) {
    return other.kind == Exchange::Kind::user && other.to == exchange.to;
  });
  if (busy) {
    waiting_.push_back(std::move(exchange));
  } else {
    open(now + context_.config.stream_timeout, std::move(exchange));
  }
  return true;
}

Exchange* Exchanges::find(StreamId stream) {
  const auto found = std::ranges::find(running_, stream, &Exchange::stream);
  return found == running_.end() ? nullptr : &*found;
}

void Exchanges::end(TimePoint now, StreamId stream) {
  const auto found = std::ranges::find(running_, stream, &Exchange::stream);
  if (found == running_.end()) return;
  const Exchange over = std::move(*found);
  running_.erase(found);
  if (over.kind != Exchange::Kind::user) return;
  user_bytes_ -= over.message->size();
  const auto next = std::ranges::find(waiting_, over.to, &Exchange::to);
  if (next == waiting_.end()) return;
  Exchange turn = std::move(*next);
  waiting_.erase(next);
  open(now + context_.config.stream_timeout, std::move(turn));
}

void Exchanges::write(StreamId stream, SharedBytes bytes) {
  orders_.push({{.kind = StreamOrder::Kind::write,
                 .stream = stream,
                 .peer = {},
                 .deadline = {},
                 .bytes = std::move(bytes)},
                {}});
}

void Exchanges::finish(StreamId stream) {
  orders_.push({{.kind = StreamOrder::Kind::finish,
                 .stream = stream,
                 .peer = {},
                 .deadline = {},
                 .bytes = {}},
                {}});
}

std::optional<StreamOrder> Exchanges::poll() {
  auto next = orders_.pop();
  if (!next) return std::nullopt;
  polled_ = std::move(*next);
  if (polled_.peer) polled_.order.peer.name = polled_.peer->name();
  return polled_.order;
}

}  // namespace gossipod::swim
