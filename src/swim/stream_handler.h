// StreamHandler: what is said on streams, by us and to us. Requests come on streams that others
// opened, replies on those we did.
//
//   push-pull   both say everything they know, then take what the other said. Questions that come
//               together are all taken first and get one answer
//   user        one message, nothing comes back
//   ping        ping, ack: for a member whose datagrams do not get through
//
// Threads: none.
#pragma once

#include <gossipod/swim/node.h>

#include <vector>

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

  // So many streams that others opened have not said yet what they want.
  void expect(std::size_t unheard) { unheard_ = unheard; }
  // The answers that wait for them, if they need not wait any longer.
  void poll() {
    if (unheard_ == 0 && !owed_.empty()) answer_owed();
  }
  void on_deadline(TimePoint now) {
    if (answer_at_ <= now) answer_owed();
  }
  [[nodiscard]] TimePoint next_deadline() const { return answer_at_; }

 private:
  void on_request(TimePoint now, StreamId stream, const Endpoint& from,
                  const wire::StreamMessage& message);
  void on_reply(TimePoint now, const Exchange& exchange, const wire::StreamMessage& message);
  [[nodiscard]] std::optional<Error> take_reply(TimePoint now, const Exchange& exchange,
                                                const wire::StreamMessage& message);
  void end(TimePoint now, const Exchange& exchange, const Error* why);
  void answer(StreamId stream, bool join);
  void owe(TimePoint now, StreamId stream, bool join);
  void answer_owed();
  template <class M>
  void write(StreamId stream, const M& message);

  struct Owed {
    StreamId stream;
    bool join = false;
  };
  static constexpr Duration answer_longest = std::chrono::milliseconds{50};

  Context& context_;
  MemberTable& table_;
  Exchanges& exchanges_;
  PushPull& push_pull_;
  Prober& prober_;
  UserMessages& user_messages_;
  std::vector<Owed> owed_;       // push-pulls that were taken and not answered
  TimePoint answer_at_ = never;  // all of them, at the latest
  std::size_t unheard_ = 0;
};

}  // namespace gossipod::swim
