#include "swim/user_messages.h"

#include <gossipod/limits.h>

#include <string>
#include <utility>

#include "wire/codec.h"

namespace gossipod::swim {

void UserMessages::on_message(const Arrival& arrival, Bytes payload) {
  const Mark mark = std::exchange(marked_, {});
  if (mark.broadcast == 0 || mark.from != arrival.from || mark.at != arrival.at) {
    return deliver(arrival.from, payload, false);
  }
  switch (known_.add(mark.broadcast, arrival.at)) {
    case BroadcastLog::Seen::again:
      return context_.reporter.count(Counter::broadcasts_repeated);
    case BroadcastLog::Seen::full:
      return context_.drop_overload();
    case BroadcastLog::Seen::first:
      break;
  }
  if (context_.config.relay_broadcasts && context_.config.level != Level::basic) {
    const bool told =
        dissemination_.users() < limits::user_broadcasts_max / 2 &&
        dissemination_.tell_user(payload, limits::user_queue_bytes_max, mark.broadcast);
    if (told) {
      context_.reporter.count(Counter::broadcasts_relayed);
    } else {
      context_.drop_overload();
    }
  }
  deliver(arrival.from, payload, false);
}

void UserMessages::deliver(const Endpoint& from, Bytes payload, bool reliable) {
  context_.reporter.count(Counter::user_messages_received);
  const bool taken =
      context_.delegate != nullptr && context_.delegate->take_user_message(from, payload, reliable);
  if (taken) return;
  if (context_.tell_message(from, payload, reliable)) return;
  context_.reporter.count(Counter::user_messages_dropped);
  context_.overloaded = true;
}

void UserMessages::send(OperationId operation, const Peer& to, Bytes payload) {
  if (payload.size() + 1 > context_.packet_room()) {
    return refuse(operation, payload.size(), context_.packet_room() - 1);
  }
  transmitter_.queue({.kind = Intention::Kind::user,
                      .to = to.endpoint,
                      .peer = known(to),
                      .subject = {},
                      .sequence = {},
                      .incarnation = {},
                      .payload = {payload.begin(), payload.end()}});
  context_.done(operation);
}

void UserMessages::send_reliable(TimePoint now, OperationId operation, const Peer& to,
                                 Bytes payload) {
  if (payload.size() > limits::user_message_max) {
    return refuse(operation, payload.size(), limits::user_message_max);
  }
  constexpr std::size_t header_bytes_max = 32;
  LargeBytes message(header_bytes_max + payload.size());
  wire::Writer writer{message};
  wire::encode(writer, wire::UserHeader{.length = static_cast<std::int64_t>(payload.size())});
  writer.raw(payload);
  message.resize(writer.size());
  const bool queued = exchanges_.send_user(
      now, {.kind = Exchange::Kind::user,
            .stream = {},
            .to = to.endpoint,
            .peer = known(to),
            .operation = operation,
            .sequence = {},
            .message = std::make_shared<const LargeBytes>(std::move(message))});
  if (!queued) refuse(operation, payload.size(), limits::user_queue_bytes_max);
}

void UserMessages::broadcast(TimePoint now, OperationId operation, Bytes payload) {
  const std::size_t most = context_.packet_room() - Dissemination::broadcast_overhead;
  if (payload.size() > most) return refuse(operation, payload.size(), most);
  std::int64_t id = 0;  // where each member hears it from us, nobody has to pass it on
  while (id == 0 && context_.config.level != Level::basic) {
    id = static_cast<std::int64_t>(context_.rng.next());
  }
  known_.add_ours(id, now);
  if (!dissemination_.tell_user(payload, limits::user_queue_bytes_max, id)) {
    return refuse(operation, payload.size(), limits::user_queue_bytes_max);
  }
  context_.reporter.count(Counter::user_messages_sent);
  context_.done(operation);
}

IdentityRef UserMessages::known(const Peer& peer) const {
  if (const auto member = table_.find(peer.name)) return table_[*member].identity;
  return {};
}

void UserMessages::refuse(OperationId operation, std::size_t bytes, std::size_t bytes_max) {
  context_.done(operation, Error{Errc::too_large, "data",
                                 std::to_string(bytes) + " bytes do not fit; at most " +
                                     std::to_string(bytes_max) + " do"});
}

}  // namespace gossipod::swim
