// Session: one node, whole but for its thread and its sockets. It turns any swim::Machine: machine,
// envelope and open streams. Pure: time, nonces and scratch memory are passed in. The path of a
// packet and of a stream, in and out, is readable in src/session from end to end.
//
// For those who turn their own loop: see examples/own_loop.cc. Everybody else meets gossipod.h.
//
// Threads: one. Order of a turn: as for swim::Node.
#pragma once

#include <gossipod/config.h>
#include <gossipod/error.h>
#include <gossipod/export.h>
#include <gossipod/link.h>
#include <gossipod/loop.h>
#include <gossipod/observer.h>
#include <gossipod/stats.h>
#include <gossipod/swim/machine.h>
#include <gossipod/wire/message.h>

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace gossipod::session {

// What the session wants of its link: Link's verbs, as values.
struct LinkOrder {
  enum class Kind : std::uint8_t { open, write, finish, close, reset, pause, resume };
  Kind kind = Kind::open;
  StreamId stream{};
  Peer peer{};          // open; borrowed until the next call
  SharedBytes bytes{};  // write
};

// Memory in which what is compressed or must survive a failed opening is unpacked. The nodes of a
// loop share one.
struct Scratch {
  std::vector<std::uint8_t> opened;
  std::vector<std::uint8_t> inflated;
  std::vector<std::uint8_t> packed;
  std::vector<wire::Message> ahead;  // of one packet
};

struct SessionContext {
  Entropy* entropy = nullptr;    // of nonces
  Scratch* scratch = nullptr;    // may be shared; null: an own one
  Observer* observer = nullptr;  // may be null
  Counters* counters = nullptr;
  bool link_secured = false;  // the link seals by itself: no encryption here
};

// The keys, changed between turns. The first key seals, any key opens: so keys can rotate without a
// moment when nobody understands anybody.
class Keys {
 public:
  virtual ~Keys() = default;
  virtual Result<void> add(Bytes key) = 0;     // 16, 24 or 32 bytes; known already: fine
  virtual Result<void> use(Bytes key) = 0;     // key_absent
  virtual Result<void> remove(Bytes key) = 0;  // key_absent, key_in_use (the first)
  [[nodiscard]] virtual std::vector<std::vector<std::uint8_t>> list() const = 0;  // primary first
  // How often the first has sealed here. Nonces are random: see SECURITY.md on when it is worn.
  [[nodiscard]] virtual std::uint64_t primary_seals() const = 0;
};

template <swim::Machine M>
class Session {
 public:
  Session(const Config& config, const SessionContext& context, M machine);
  Session(Session&&) noexcept;
  ~Session();

  // --- Inputs, from the link
  void on_packet(TimePoint now, const RxDatagram& datagram);
  void on_stream_accepted(TimePoint now, StreamId stream, const Endpoint& from);
  void on_stream_opened(TimePoint now, StreamId stream);
  void on_stream_bytes(TimePoint now, StreamId stream, Bytes bytes);
  void on_stream_written(TimePoint now, StreamId stream);
  void on_stream_peer_finished(TimePoint now, StreamId stream);
  void on_stream_closed(TimePoint now, StreamId stream, const Error* why);
  void on_deadline(TimePoint now);

  // --- Outputs
  // One packet, ready to send, written somewhere into `frame` (at least Config::packet_bytes plus
  // limits::headroom and limits::tailroom).
  std::optional<TxDatagram> poll_packet(TimePoint now, MutableBytes frame);
  // The machine may learn from its own orders that a stream is over, and then want to send
  // something or tell an event: poll packets again after orders, and events last.
  std::optional<LinkOrder> poll_link(TimePoint now);
  std::optional<typename M::Event> poll_event();
  [[nodiscard]] TimePoint next_deadline() const;

  [[nodiscard]] M& machine();
  [[nodiscard]] const M& machine() const;
  [[nodiscard]] Keys& keys();
  [[nodiscard]] std::size_t streams() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

extern template class GOSSIPOD_EXPORT Session<swim::Node>;

}  // namespace gossipod::session
