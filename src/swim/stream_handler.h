// StreamHandler: what is said on streams, by us and to us. Requests come on streams that others
// opened, replies on those we did.
//
//   push-pull   both say everything they know, then take what the other said
//   user        one message, nothing comes back
//   ping        ping, ack: for a member whose datagrams do not get through
//
// Threads: none.
#pragma once

#include <gossipod/swim/node.h>

#include "swim/exchanges.h"
#include "swim/prober.h"
#include "swim/push_pull.h"
#include "swim/user_messages.h"

namespace gossipod::swim {

class StreamHandler {
 public:
  StreamHandler(Context& context, MemberTable& table, Exchanges& exchanges, PushPull& push_pull,
                Prober& prober, UserMessages& user_messages)
      : context_{context},
        table_{table},
        exchanges_{exchanges},
        push_pull_{push_pull},
        prober_{prober},
        user_messages_{user_messages} {}

  void open_fallback(const Prober::Fallback& fallback);
  void on_opened(StreamId stream);
  void on_message(TimePoint now, StreamId stream, const Endpoint& from,
                  const wire::StreamMessage& message);
  void on_closed(TimePoint now, StreamId stream, const Error* why);

 private:
  void on_request(TimePoint now, StreamId stream, const Endpoint& from,
                  const wire::StreamMessage& message);
  void on_reply(TimePoint now, const Exchange& exchange, const wire::StreamMessage& message);
  [[nodiscard]] std::optional<Error> take_reply(TimePoint now, const Exchange& exchange,
                                                const wire::StreamMessage& message);
  void end(TimePoint now, const Exchange& exchange, const Error* why);
  template <class M>
  void write(StreamId stream, const M& message);

  Context& context_;
  MemberTable& table_;
  Exchanges& exchanges_;
  PushPull& push_pull_;
  Prober& prober_;
  UserMessages& user_messages_;
};

}  // namespace gossipod::swim
