// Exchanges: the streams we opened, and what each is for: comparing everything, a user's message,
// or a ping whose datagram went unanswered. One stream serves one exchange.
//
// Reliable messages to one peer go out one after another, in the order in which they were sent.
// Threads: none.
#pragma once

#include <gossipod/swim/node.h>

#include <cstddef>
#include <optional>
#include <vector>

#include "swim/context.h"
#include "swim/fifo.h"

namespace gossipod::swim {

struct Exchange {
  enum class Kind : std::uint8_t { push_pull, user, ping };
  Kind kind = Kind::push_pull;
  StreamId stream{};
  Endpoint to{};
  IdentityRef peer{};  // if known
  OperationId operation = 0;
  bool join = false;          // push-pull
  bool again = false;         // push-pull: asked because of a burst of joins
  bool brief = false;         // push-pull: of others we say what we believe of the peer only
  std::uint32_t tries = 0;    // push-pull: so often the peer was too busy
  TimePoint since{};          // push-pull: when it was asked first
  SequenceNumber sequence{};  // ping
  SharedBytes message{};      // user
};

class Exchanges {
 public:
  explicit Exchanges(Context& context) : context_{context} {}

  void open(TimePoint deadline, Exchange exchange);
  // False: too much is waiting already.
  bool send_user(TimePoint now, Exchange exchange);
  [[nodiscard]] Exchange* find(StreamId stream);
  // It is over; the next message to the same peer may go.
  void end(TimePoint now, StreamId stream);

  void write(StreamId stream, SharedBytes bytes);
  void finish(StreamId stream);
  [[nodiscard]] std::optional<StreamOrder> poll();

 private:
  struct Ordered {
    StreamOrder order;
    IdentityRef peer;  // whose name the order borrows
  };
  Context& context_;
  Fifo<Ordered> orders_;
  Ordered polled_;
  std::vector<Exchange> running_;
  std::vector<Exchange> waiting_;  // user messages behind others to the same peer
  std::size_t user_bytes_ = 0;     // of both
  std::uint32_t next_stream_ = 0;
};

}  // namespace gossipod::swim
