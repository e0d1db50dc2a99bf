// LinkCore: one node's sockets, and the order of its turn: datagrams, new connections, streams,
// then the sink's on_turn. Whatever wakes it, it first takes all that was receivable, because a
// deadline may only be judged by one who has read his mail. How datagrams and connections come in
// is the body's: see posix/socket_link.h and io_uring/ring_link.h.
//
// The sink may do anything from its calls, destroying the link included: after every call it is
// asked again what is still there. Link's verbs never call the sink; what they find out is told in
// a turn of its own, soon.
//
// Threads: the loop's. The steady state (datagrams only) allocates nothing.
#pragma once

#include <gossipod/link.h>
#include <gossipod/loop.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "runtime/posix/sockets.h"
#include "runtime/posix/stream.h"
#include "runtime/posix/turnable.h"

namespace gossipod::runtime {

class LoopCore;

class LinkCore : public Stream::Owner, public Turnable {
 public:
  LinkCore(LoopCore& core, Sink& sink, Sockets sockets, std::uint32_t slot);
  virtual Result<void> start() = 0;
  // Everything closed; nothing is called any more.
  void detach() override;

  void turn(TimePoint now) override;
  [[nodiscard]] TimePoint due() const override;

  [[nodiscard]] Sink* sink() const override { return sink_; }
  [[nodiscard]] std::uint32_t slot() const override { return slot_; }
  [[nodiscard]] const Endpoint& local() const { return sockets_.local; }

  // --- Link's verbs. Of a stream that is gone they are ignored.
  virtual std::size_t send(std::span<const TxDatagram> batch) = 0;
  void open(StreamId stream, const Endpoint& to);
  void write(StreamId stream, SharedBytes bytes);
  void finish(StreamId stream);
  void close(StreamId stream);
  void reset(StreamId stream);
  void pause(StreamId stream, bool paused);

 protected:
  // False if more is waiting.
  virtual bool take_datagrams(TimePoint now) = 0;
  virtual void take_connections(TimePoint now) = 0;
  // The turn is over: waits for the next of what was taken.
  virtual void wait() = 0;
  // Nothing more comes from the sockets, which are closed next.
  virtual void deafen() = 0;
  [[nodiscard]] virtual std::shared_ptr<Stream> make_stream(StreamId id, const Endpoint& peer) = 0;

  // A socket that only gives errors is left alone for so long.
  static constexpr Duration pause_after_failures = std::chrono::milliseconds{50};

  // Takes what waits at the listener, at most so many; pauses if that cannot be done.
  void accept_some(TimePoint now, std::size_t most);
  // Mostly we have no descriptors left. The connections wait in the kernel's queue: asking at once
  // would be asking for ever.
  void pause_accepting(TimePoint now);
  [[nodiscard]] bool accepting() const { return accept_again_ == never; }
  // True once when the pause is over.
  bool accept_again(TimePoint now);
  void adopt(Fd fd, const Endpoint& from);
  void mark(const std::shared_ptr<Stream>& stream);
  void request_turn();
  // A turn of its own, at that time.
  void call_again(TimePoint at) { again_ = at; }
  [[nodiscard]] bool attached() const { return core_ != nullptr; }
  [[nodiscard]] TimePoint last_turn() const { return last_turn_; }
  [[nodiscard]] Sockets& sockets() { return sockets_; }

 private:
  bool attend_streams(TimePoint now);  // false: the others in the next turn
  void attend(TimePoint now, const std::shared_ptr<Stream>& stream);
  void read(TimePoint now, const std::shared_ptr<Stream>& stream);
  void verb_done(const std::shared_ptr<Stream>& stream);
  void wait_for(const std::shared_ptr<Stream>& stream);
  [[nodiscard]] std::shared_ptr<Stream> find(StreamId stream) const;
  [[nodiscard]] bool has(const Stream& stream) const { return stream.owner == this; }

  LoopCore* core_;  // null: detached
  Sink* sink_;
  std::uint32_t slot_;
  Sockets sockets_;
  bool in_turn_ = false;
  bool turn_requested_ = false;
  TimePoint last_turn_;
  TimePoint again_ = never;
  TimePoint accept_again_ = never;  // after running out of descriptors
  Duration accept_pause_{};
  std::map<std::uint32_t, std::shared_ptr<Stream>> streams_;  // by StreamId
  std::vector<std::shared_ptr<Stream>> eventful_;
  std::uint32_t unheard_turns_ = 0;  // in a row, in which not all of these were heard
  std::uint64_t cut_off_ = 0;        // not yet told
  std::uint32_t next_incoming_ = 0;
};

}  // namespace gossipod::runtime
